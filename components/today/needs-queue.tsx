import Link from "next/link";
import { useTranslations } from "next-intl";
import { LinkButton } from "#components/ui/button";
import { ActionButton } from "#components/ui/form";
import { Moment } from "#components/ui/moment";
import { type StateKind, StateShape } from "#components/ui/state-badge";
import type { FixKind, Need, NeedKey } from "#lib/analytics/schema";
import type { FormAction } from "#lib/kernel/answer";
import { yuan } from "#lib/kernel/money";
import { clockText, type Day, dayOf, dayText, hour, minute } from "#lib/kernel/time";

/** What broke, what is late or about to be, and what only waits for a decision. */
const kinds: Record<NeedKey, StateKind> = {
  uncollected: "attention",
  lateDeliveries: "attention",
  lateReceipts: "attention",
  purchases: "attention",
  oversold: "attention",
  tomorrow: "attention",
  documents: "attention",
  confirms: "attention",
  refunds: "failed",
  shipping: "failed",
  jobs: "failed",
  messages: "failed",
  disputes: "failed",
  afterSales: "mine",
  applications: "mine",
  leaderApplications: "mine",
  products: "mine",
  sessionReviews: "mine",
  slotReviews: "mine",
  priceReviews: "mine",
  proposals: "mine",
  statements: "mine",
  withdrawals: "mine",
  batches: "mine",
};

/** Everything that waits for this person, due first on top; what has a command is done on the spot. */
export function NeedsQueue({
  needs,
  handled,
  handledHref,
  at,
  today,
  fixes,
}: {
  needs: readonly Need[];
  handled: number;
  /** Where the reader's own deeds of today are listed; null for who may not look there. */
  handledHref: string | null;
  at: Date;
  today: Day;
  fixes: Record<FixKind, FormAction>;
}) {
  const t = useTranslations("analytics.board");
  const tn = useTranslations("analytics.needs");
  const tl = useTranslations("analytics.left");
  const left = (due: Date): string => {
    const ms = due.getTime() - at.getTime();
    if (ms <= 0) return tl("over");
    if (ms < hour) return tl("minutes", { m: Math.ceil(ms / minute) });
    if (ms < 48 * hour) return tl("hours", { h: Math.floor(ms / hour) });
    return tl("days", { n: Math.floor(ms / (24 * hour)) });
  };
  return (
    <section aria-label={t("needs")} className="card min-w-0 max-xl:order-first">
      <header className="flex min-h-11 flex-wrap items-center gap-x-2 gap-y-1 border-b border-separator px-4 py-2">
        <h2>{t("needs")}</h2>
        <span className="text-muted">{needs.length}</span>
        <span className="ml-auto text-xs text-muted">
          {handled === 0 ? (
            t("handledNone")
          ) : handledHref ? (
            <Link href={handledHref} prefetch={false} className="hover:underline">
              {t("handled", { n: handled })}
            </Link>
          ) : (
            t("handled", { n: handled })
          )}
        </span>
      </header>
      {needs.length === 0 ? (
        <p className="p-4 text-muted">{t("needsNone")}</p>
      ) : (
        <ul>
          {needs.map((need, i) => {
            const facts = {
              n: need.count,
              orders: need.orders,
              amount: yuan(need.amountFen),
              names: need.names.join("、") || "—",
              time: need.dueAt
                ? dayOf(need.dueAt) === today
                  ? clockText(need.dueAt)
                  : dayText(dayOf(need.dueAt), today)
                : "—",
              day: need.dueAt ? dayText(dayOf(new Date(need.dueAt.getTime() - 1)), today) : "—",
            };
            const isOver = need.dueAt !== null && need.dueAt <= at;
            const look = { size: "small", tone: i === 0 ? "primary" : "plain" } as const;
            return (
              <li key={need.id} className="flex gap-3 border-b border-separator px-4 py-2.5 last:border-b-0">
                <span className="mt-1">
                  <StateShape kind={kinds[need.key]} />
                </span>
                <div className="flex min-w-0 flex-1 flex-col gap-1">
                  <div className="flex items-baseline gap-2">
                    <Link href={need.href} prefetch={false} className="min-w-0 flex-1 font-semibold hover:underline">
                      {tn(`${need.key}.title`, facts)}
                    </Link>
                    {need.dueAt && (
                      <span
                        className={`text-xs whitespace-nowrap ${isOver ? "text-warning-soft-foreground" : "text-muted"}`}
                      >
                        <span aria-hidden="true">{left(need.dueAt)}</span>
                        <span className="sr-only">
                          <Moment at={need.dueAt} today={today} />
                        </span>
                      </span>
                    )}
                  </div>
                  <p className="truncate text-xs text-muted" title={tn(`${need.key}.text`, facts)}>
                    {tn(`${need.key}.text`, facts)}
                  </p>
                  <div>
                    {need.fix ? (
                      <ActionButton action={fixes[need.fix.kind]} values={{ id: need.fix.ids }} {...look}>
                        {need.key === "tomorrow"
                          ? tn("tomorrow.fix")
                          : tn(`${need.key}.go`, { ...facts, n: need.fix.ids.length })}
                      </ActionButton>
                    ) : (
                      <LinkButton href={need.href} {...look}>
                        {need.key === "uncollected" ? t("reminded") : tn(`${need.key}.go`, facts)}
                      </LinkButton>
                    )}
                  </div>
                </div>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}
