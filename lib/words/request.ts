import { cookies, headers } from "next/headers";
import { getRequestConfig } from "next-intl/server";
import { zone } from "../kernel/time";
import { messages } from "./index";
import { chooseLocale } from "./locale";

/** next-intl without locale paths: the cookie decides, on the first visit the browser's own preference. */
export default getRequestConfig(async () => {
  const [jar, head] = await Promise.all([cookies(), headers()]);
  const locale = chooseLocale(jar.get("locale")?.value, head.get("accept-language"));
  return { locale, timeZone: zone, messages: messages(locale) };
});
