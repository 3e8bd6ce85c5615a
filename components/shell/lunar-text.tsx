import { useLocale, useTranslations } from "next-intl";
import type { Day } from "#lib/kernel/time";
import { lunarDay } from "./lunar";

/** `十月十四 · 小雪` beside the business day; the term in whose fortnight the day lies. Server component. */
export function LunarText({ day }: { day: Day }) {
  const t = useTranslations("shell");
  const locale = useLocale();
  const lunar = lunarDay(day);
  const text = locale === "en" ? t("lunar", { text: lunar.numeric }) : `${lunar.month}${lunar.date}`;
  return (
    <>
      {text} · {t(`terms.t${lunar.term.index}` as "terms.t0")}
    </>
  );
}
