import { useLocale, useTranslations } from "next-intl";
import { StateNote } from "#components/ui/state-badge";
import type { Ask, Compared, LunarName, Notice } from "#lib/analytics/schema/explore";
import { type Day, daysBetween, dayText, momentText } from "#lib/kernel/time";

/** Which day counts, which days, against which others, how fresh: in words. */
export function Said({
  ask,
  before,
  isSameTime,
  asOf,
  isFromRollup,
  today,
}: {
  ask: Ask;
  before: Compared | null;
  isSameTime: boolean;
  asOf: Date;
  isFromRollup?: boolean;
  today: Day;
}) {
  const t = useTranslations("explore");
  const isEnglish = useLocale() === "en";
  const day = (d: Day) => dayText(d, today);
  const lunar = (l: LunarName) =>
    `${isEnglish ? l.numeric : l.text}${l.festival ? ` ${t(`festivals.${l.festival}` as "festivals.f0")}` : ""}`;
  const compared =
    before && ask.compare !== "none"
      ? `${t(`versus.${ask.compare}`, { from: day(before.from), to: day(before.to), weeks: before.shift / 7 })}${isSameTime ? t("sameTime") : ""}`
      : null;
  return (
    <p className="text-muted">
      {[
        t(`basisWords.${ask.basis}`),
        t("range", { from: day(ask.from), to: day(ask.to), days: daysBetween(ask.from, ask.to) + 1 }),
        compared,
        before?.anchor &&
          t("anchor", {
            day: before.anchor.day,
            lunar: lunar(before.anchor.lunar),
            before: before.anchor.before,
            beforeLunar: lunar(before.anchor.beforeLunar),
            shift: before.shift,
          }),
        t("asOf", { time: momentText(asOf, today) }),
        isFromRollup === undefined ? null : t(isFromRollup ? "fromRollup" : "fromFacts"),
      ]
        .filter(Boolean)
        .join(" · ")}
    </p>
  );
}

/** What of the address was not asked, each named. */
export function Notices({ notices }: { notices: readonly Notice[] }) {
  const t = useTranslations("explore");
  if (notices.length === 0) return null;
  const text = (n: Notice): string => {
    if (n.code === "city") return t("notices.city");
    if (n.code === "unknown") return t("notices.unknown", { param: n.param });
    const metric = t(`metric.${n.metric}`);
    if (n.code === "split") return t("notices.split", { metric, split: t(`by.${n.param}` as "by.day") });
    if (n.code === "basis") return t("notices.basis", { metric, basis: t(`basis.${n.param}` as "basis.paid") });
    if (n.code === "filter")
      return t("notices.filter", { metric, filter: t(`filtersOf.${n.param}` as "filtersOf.cityId") });
    return t("notices.second", { metric });
  };
  return (
    <StateNote kind="attention">
      <span className="sr-only">{t("notices.label")}: </span>
      {[...new Set(notices.map(text))].map((one) => (
        <span key={one} className="block">
          {one}
        </span>
      ))}
    </StateNote>
  );
}
