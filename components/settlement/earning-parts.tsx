import Link from "next/link";
import { useTranslations } from "next-intl";
import { SumList } from "#components/ui/facts";
import { Moment } from "#components/ui/moment";
import { Money } from "#components/ui/money";
import { Panel } from "#components/ui/panel";
import { type PictureKind, ProductPicture } from "#components/ui/product-picture";
import { SparkBars } from "#components/ui/sparkline";
import { StateBadge, StateNote, StateShape } from "#components/ui/state-badge";
import { Track, type TrackStep } from "#components/ui/track";
import { negate, sum, yuan } from "#lib/kernel/money";
import { addDays, type Day, dayOf, dayText } from "#lib/kernel/time";
import type { EarningLine, EarningLineRecord, Earnings, WithdrawalRow } from "#lib/settlement/schema";
import { earningKind, withdrawalKind } from "./settlement-state";

/** Money and time first: what comes free when, what can be withdrawn now. */
export function EarningsHero({ e, today, children }: { e: Earnings; today: Day; children?: React.ReactNode }) {
  const t = useTranslations("settlement.earnings");
  const when = !e.next
    ? ""
    : dayOf(e.next.at) <= today
      ? t("today")
      : dayOf(e.next.at) === addDays(today, 1)
        ? t("tomorrow")
        : t("onDay", { day: dayText(dayOf(e.next.at), today) });
  return (
    <section className="card flex flex-col gap-2 p-4" aria-label={t("available")}>
      {e.next ? (
        <p className="self-start rounded-chip bg-success-soft px-2.5 py-0.5 font-semibold text-success-soft-foreground">
          {t("next", { amount: yuan(e.next.amountFen), when })}
        </p>
      ) : (
        <p className="text-sm text-muted">{t("nextNone")}</p>
      )}
      <span className="text-sm text-muted">{t("available")}</span>
      <Money fen={e.availableFen} size="leader" />
      {children}
    </section>
  );
}

/** The four places her money can be, each opening its lines. */
export function EarningsPlaces({ e }: { e: Earnings }) {
  const t = useTranslations("settlement.earnings");
  const places = [
    {
      key: "estimated",
      href: "/leader/earnings/lines?state=estimated",
      kind: "draft" as const,
      word: t("estimated"),
      fen: e.estimatedFen,
      note: t("estimatedNote"),
    },
    {
      key: "frozen",
      href: "/leader/earnings/lines?state=frozen",
      kind: "frozen" as const,
      word: t("frozen"),
      fen: e.frozenFen,
      note: t("frozenNote"),
    },
    {
      key: "paid",
      href: "/leader/earnings/withdrawals",
      kind: "done" as const,
      word: t("paid"),
      fen: e.paidThisYearFen,
      note: t("paidNote", { count: e.paidThisYearCount }),
    },
  ];
  return (
    <section className="card grid grid-cols-3 divide-x divide-separator" aria-label={t("title")}>
      {places.map((p) => (
        <Link key={p.key} href={p.href} className="flex min-w-0 flex-col gap-0.5 p-3">
          <span className="inline-flex items-center gap-1.5 text-sm text-muted">
            <StateShape kind={p.kind} />
            {p.word}
          </span>
          <span className="text-lg font-semibold">
            <Money fen={p.fen} />
          </span>
          <span className="text-sm text-muted">{p.note}</span>
        </Link>
      ))}
    </section>
  );
}

/** Fourteen days of commission, today standing out. */
export function EarningsChart({ e }: { e: Earnings }) {
  const t = useTranslations("settlement.earnings");
  const last = e.days.at(-1);
  const first = e.days[0];
  return (
    <section className="card flex flex-col gap-2 p-4">
      <div className="flex items-baseline justify-between">
        <h2>{t("chart")}</h2>
        <Money fen={sum(e.days.map((d) => d.fen))} size="strong" />
      </div>
      <SparkBars points={e.days.map((d) => d.fen)} labels={e.days.map((d) => dayText(d.day))} />
      <div className="flex justify-between text-sm text-muted">
        <span>{first && dayText(first.day)}</span>
        <span className="text-foreground">{last && t("chartToday", { amount: yuan(last.fen) })}</span>
      </div>
    </section>
  );
}

/** Lines a leader earns on, each opening its explanation. */
export function EarningList({ lines, today }: { lines: readonly EarningLine[]; today: Day }) {
  const t = useTranslations("settlement.earnings");
  return (
    <ul>
      {lines.map((l) => (
        <li key={l.lineId} className="border-b border-separator last:border-0">
          <Link
            href={`/leader/earnings/lines/${l.lineId}`}
            className="flex items-center gap-3 px-4 py-2.5"
            prefetch={false}
          >
            <ProductPicture kind={l.picture as PictureKind} size={40} />
            <span className="min-w-0 flex-1">
              <span className="block truncate">
                {l.name} {l.quantity > 1 ? `× ${l.quantity}` : ""}
              </span>
              <span className="block truncate text-sm text-muted">
                {t("base", { base: yuan(l.baseFen), rate: String(l.bp / 100) })}
              </span>
            </span>
            <span className="text-right">
              <b>
                <Money fen={l.state === "reversed" ? negate(l.reversedFen) : l.netFen} sign />
              </b>
              <span className="block">
                <StateBadge kind={l.isDisputed ? "attention" : earningKind[l.state]}>
                  {l.state === "frozen" && l.releaseAt
                    ? t("states.frozen", { day: dayText(dayOf(l.releaseAt), today) })
                    : t(`states.${l.state}`, { day: "" })}
                </StateBadge>
              </span>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

const causes = ["aftersale", "cancel", "receipt", "deliveryShort", "deliveryDamaged", "uncollected"] as const;

/** How one line's commission came about, to the fen, with every reversal. */
export function EarningExplained({ l, today }: { l: EarningLineRecord; today: Day }) {
  const t = useTranslations("settlement.earnings");
  return (
    <>
      <section className="card flex items-center gap-3 p-4">
        <ProductPicture kind={l.picture as PictureKind} size={44} />
        <span className="min-w-0 flex-1">
          <b className="block truncate">
            {l.name} {l.spec}
          </b>
          <span className="block text-sm text-muted">
            {t("pickupDay")} {dayText(l.pickupDay, today)} · <Moment at={l.placedAt} today={today} />
          </span>
        </span>
        <StateBadge kind={l.isDisputed ? "attention" : earningKind[l.state]}>{t(`stateNames.${l.state}`)}</StateBadge>
      </section>
      {l.isDisputed && <StateNote kind="attention">{t("disputed")}</StateNote>}
      <Panel title={t("lineTitle")}>
        <SumList
          rows={[
            { label: t("paidBy"), value: <Money fen={l.paidFen} /> },
            l.couponFen > 0 && { label: t("coupon"), value: <Money fen={l.couponFen} sign /> },
            { label: t("baseLabel"), value: <Money fen={l.baseFen} /> },
            {
              label: t("rateLabel"),
              value: `${l.bp / 100}%`,
              note: t("ruleText", {
                rule: l.ruleId.startsWith("ofr_") ? t("ruleOffer") : t("rulePlatform"),
                version: l.ruleVersion,
              }),
            },
            { label: t("computed"), value: <Money fen={l.commissionFen} />, note: t("computedNote") },
            ...l.reversals
              .filter((r) => r.commissionFen > 0)
              .map((r) => ({
                label: `${t(`causes.${causes.find((c) => c === r.cause) ?? "other"}`)} ${dayText(dayOf(r.at), today)}`,
                value: <Money fen={negate(r.commissionFen)} sign />,
                note: t("reversedNote", { amount: yuan(r.amountFen) }),
              })),
            { label: t("left"), value: <Money fen={l.netFen} />, total: true },
          ]}
        />
      </Panel>
      <Panel>
        <SumList
          rows={[
            l.completedAt && { label: t("completedAt"), value: <Moment at={l.completedAt} today={today} /> },
            l.releasedAt
              ? { label: t("releasedAt"), value: <Moment at={l.releasedAt} today={today} /> }
              : l.releaseAt !== null &&
                l.state !== "reversed" && { label: t("releaseAt"), value: <Moment at={l.releaseAt} today={today} /> },
            { label: t("order"), value: l.orderId.slice(-5).toUpperCase() },
          ]}
        />
      </Panel>
    </>
  );
}

/** Her withdrawals, newest first. */
export function WithdrawalList({ rows, today }: { rows: readonly WithdrawalRow[]; today: Day }) {
  const t = useTranslations("settlement.payouts.states");
  return (
    <ul>
      {rows.map((w) => (
        <li key={w.id} className="border-b border-separator last:border-0">
          <Link
            href={`/leader/earnings/withdrawals/${w.id}`}
            className="flex items-center justify-between gap-3 px-4 py-3"
            prefetch={false}
          >
            <span>
              <b>
                <Money fen={w.amountFen} />
              </b>
              <span className="block text-sm text-muted">
                <Moment at={w.requestedAt} today={today} />
              </span>
            </span>
            <StateBadge kind={withdrawalKind[w.state]}>{t(w.state)}</StateBadge>
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** Where one withdrawal stands, as a track. */
export function WithdrawalTrack({ w, today }: { w: WithdrawalRow; today: Day }) {
  const t = useTranslations("settlement.earnings");
  const st = useTranslations("settlement.payouts.states");
  const isOver =
    w.state === "rejected" ||
    w.state === "failed" ||
    w.state === "expired" ||
    w.state === "cancelled" ||
    w.state === "returned";
  const done = [true, w.approvedAt !== null || w.submittedAt !== null, w.submittedAt !== null, w.state === "succeeded"];
  const keys = ["requested", "checked", "sent", "done"] as const;
  const times = [w.requestedAt, w.approvedAt, w.submittedAt, w.finishedAt];
  const firstOpen = done.indexOf(false);
  const steps: TrackStep[] = keys.map((key, i) => ({
    key,
    label: isOver && i === 3 ? st(w.state) : t(`steps.${key}`),
    note: times[i] ? <Moment at={times[i]} today={today} /> : undefined,
    at: isOver && i === 3 ? "stopped" : done[i] ? "done" : !isOver && i === firstOpen ? "now" : "next",
  }));
  return <Track label={t("recordTitle")} steps={steps} />;
}
