import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { boardHref } from "#lib/analytics/rules/explore";
import type { Ask, Board, Compared, Notice } from "#lib/analytics/schema/explore";
import type { Day } from "#lib/kernel/time";
import { AnalyticsFrame } from "../frame";
import { PeriodBar } from "../question-bar";
import { Notices, Said } from "../said";

/** A board: period, city, day that counts and comparison above, said in words, then its panels. */
export function BoardFrame({
  board,
  ask,
  notices,
  cities,
  today,
  said,
  counted,
  actions,
  hasBasis,
  hasCompare,
  children,
}: {
  board: Board;
  ask: Ask;
  notices: readonly Notice[];
  cities: readonly { id: string; name: string }[];
  today: Day;
  said: { before: Compared | null; isSameTime: boolean; asOf: Date; isFromRollup?: boolean };
  /** The question as this board counts it. */
  counted: Ask;
  actions?: ReactNode;
  hasBasis?: boolean;
  hasCompare?: boolean;
  children: ReactNode;
}) {
  const t = useTranslations("explore");
  return (
    <AnalyticsFrame current={board} ask={ask} actions={actions}>
      <section aria-label={t("ask.label")} className="flex flex-wrap items-center gap-2">
        <PeriodBar
          ask={ask}
          href={(change) => boardHref(ask, board, change)}
          path={`/analytics/${board}`}
          cities={cities}
          hasBasis={hasBasis}
          hasCompare={hasCompare}
        />
      </section>
      <Notices notices={notices} />
      <Said {...said} ask={counted} today={today} />
      {children}
    </AnalyticsFrame>
  );
}
