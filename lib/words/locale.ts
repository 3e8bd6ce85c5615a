/** The languages of the product: Chinese first. Apart from the sentences, so that a browser need not load them all. */
export const locales = ["zh-CN", "en"] as const;
export type Locale = (typeof locales)[number];

/** The cookie if it names a language of ours, else the first of `Accept-Language` that does, else Chinese. */
export function chooseLocale(cookie: string | null | undefined, acceptLanguage: string | null | undefined): Locale {
  const known = locales.find((locale) => locale === cookie);
  if (known) return known;
  for (const part of (acceptLanguage ?? "").toLowerCase().split(",")) {
    if (part.trim().startsWith("zh")) return "zh-CN";
    if (part.trim().startsWith("en")) return "en";
  }
  return "zh-CN";
}
