import Link from "next/link";
import { useTranslations } from "next-intl";
import { LinkButton, TextLink } from "#components/ui/button";
import { ActionButton } from "#components/ui/form";
import { DayText } from "#components/ui/moment";
import { Money } from "#components/ui/money";
import { Panel } from "#components/ui/panel";
import { Bar } from "#components/ui/progress";
import { StateBadge, StateNote } from "#components/ui/state-badge";
import type { LeaderToday, PickupBundle } from "#lib/fulfilment/schema";
import type { FormAction } from "#lib/kernel/answer";
import { yuan } from "#lib/kernel/money";
import { clockText, type Day, dayOf } from "#lib/kernel/time";
import { deliveryKind } from "./delivery-state";

/** The first sentence a leader reads: how much arrives, and when. */
export function NextMoney({ today }: { today: LeaderToday }) {
  const t = useTranslations("fulfilment.leaderToday");
  return (
    <section className="card flex flex-col gap-1 p-4">
      {today.next ? (
        <p className="flex flex-wrap items-baseline gap-x-3">
          <Money fen={today.next.amountFen} size="leader" />
          <span className="text-lg">
            {t.rich("next", { day: () => <DayText day={dayOf(today.next?.at ?? new Date(0))} today={today.day} /> })}
          </span>
        </p>
      ) : (
        <p>{t("noNext")}</p>
      )}
      <p className="flex items-center justify-between gap-3 text-sm text-muted">
        <span>{t("frozen", { amount: yuan(today.frozenFen) })}</span>
        <TextLink className="inline-flex min-h-11 items-center" href="/leader/earnings">
          {t("open")}
        </TextLink>
      </p>
    </section>
  );
}

/** Deliveries to expect, to sign, and to tell the residents about. */
export function LeaderDeliveries({
  deliveries,
  day,
  arrive,
  tell,
}: {
  deliveries: LeaderToday["deliveries"];
  day: Day;
  arrive: FormAction;
  tell: FormAction;
}) {
  const t = useTranslations("fulfilment.leaderToday");
  const f = useTranslations("fulfilment");
  if (deliveries.length === 0) return <p className="card p-4 text-muted">{t("noDeliveries")}</p>;
  return (
    <ul className="flex flex-col gap-3">
      {deliveries.map((d) => {
        const differ = d.short + d.damaged > 0;
        return (
          <li key={d.id} className="card flex flex-col gap-3 p-4">
            <div className="flex items-start justify-between gap-3">
              <div>
                <p className="text-lg font-semibold">
                  {t(d.pickupDay === day ? "plan" : "planOther", { orders: d.orders, pieces: d.pieces })}
                </p>
                <p className="text-sm text-muted">
                  {d.pointName} · <DayText day={d.pickupDay} today={day} />
                </p>
              </div>
              <StateBadge kind={d.isLate && !d.arrivedAt ? "attention" : deliveryKind[d.state]}>
                {d.isLate && !d.arrivedAt ? f("late") : f(`states.${d.state}`)}
              </StateBadge>
            </div>
            {(d.state === "preparing" || d.state === "loaded") && (
              <>
                <p className="text-sm">
                  {d.dueAt &&
                    (d.isLate
                      ? t("lateNote", { time: clockText(d.dueAt) })
                      : t("expected", { time: clockText(d.dueAt) }))}
                </p>
                {d.pickupDay <= day && (
                  <ActionButton action={arrive} values={{ id: d.id }} wide size="large">
                    {t("arrived")}
                  </ActionButton>
                )}
              </>
            )}
            {d.state === "arrived" && (
              <>
                {d.signDueAt && <StateNote kind="attention">{t("signBy", { time: clockText(d.signDueAt) })}</StateNote>}
                <LinkButton href={`/leader/deliveries/${d.id}`} size="large" wide>
                  {t("sign", { n: d.pieces })}
                </LinkButton>
              </>
            )}
            {d.state === "signed" && (
              <p className="text-sm">
                {t("signedText", { n: d.pieces - d.short - d.damaged })}
                {differ && (
                  <span className="text-warning-soft-foreground">
                    {" "}
                    · {t("signedDiff", { short: d.short, damaged: d.damaged })}
                  </span>
                )}
              </p>
            )}
            {(d.state === "arrived" || d.state === "signed") && d.waiting > 0 && (
              <ActionButton action={tell} values={{ id: d.id }} wide size="large">
                {d.notifiedAt ? t("remind") : t("notify", { n: d.waiting })}
              </ActionButton>
            )}
            {d.notifiedAt && (
              <p className="text-sm text-muted">{t("notified", { time: clockText(d.remindedAt ?? d.notifiedAt) })}</p>
            )}
          </li>
        );
      })}
    </ul>
  );
}

export function PickupProgress({ pickup }: { pickup: LeaderToday["pickup"] }) {
  const t = useTranslations("fulfilment.leaderToday");
  return (
    <section className="card flex flex-col gap-2 p-4">
      <h2>{t("pickup")}</h2>
      <p className="flex justify-between gap-3">
        <b>{t("picked", { done: pickup.pickedPieces, n: pickup.pieces })}</b>
        <span className="text-muted">{t("pickedPeople", { done: pickup.pickedResidents, n: pickup.residents })}</span>
      </p>
      <Bar
        value={pickup.pieces > 0 ? pickup.pickedPieces / pickup.pieces : 0}
        label={t("picked", { done: pickup.pickedPieces, n: pickup.pieces })}
      />
    </section>
  );
}

/** Who has not come: by name, tail and bag; hand over or mark. */
export function Uncollected({ bundles, day, mark }: { bundles: readonly PickupBundle[]; day: Day; mark: FormAction }) {
  const t = useTranslations("fulfilment.leaderToday");
  if (bundles.length === 0) return <p className="card p-4 text-muted">{t("allCollected")}</p>;
  return (
    <Panel flush foot={<p className="text-sm text-muted">{t("policy")}</p>}>
      <ul>
        {bundles.map((b) => (
          <li
            key={`${b.pickupDay} ${b.pickupPointId} ${b.residentId}`}
            className="flex items-center gap-3 border-b border-separator px-4 py-2.5 last:border-0"
          >
            <Link
              href={`/leader/pickup?who=${b.residentId}`}
              className="flex min-h-12 min-w-0 flex-1 items-center gap-3"
            >
              <span className="grid size-11 flex-none place-items-center rounded-card bg-foreground text-lg font-semibold text-background">
                {b.bagNo ?? "—"}
              </span>
              <span className="min-w-0 flex-1">
                <span className="block truncate">
                  <b>{b.name}</b> <span className="text-muted">{b.phoneTail}</span>
                </span>
                <span className="block text-sm text-muted">
                  {t("pieces", { n: b.pieces })}
                  {b.pickupDay !== day && (
                    <>
                      {" · "}
                      {t.rich("from", { day: () => <DayText day={b.pickupDay} plain /> })}
                    </>
                  )}
                </span>
              </span>
            </Link>
            {b.isMarked ? (
              <StateBadge kind="frozen">{t("marked")}</StateBadge>
            ) : (
              <ActionButton
                action={mark}
                values={{ lineId: b.lines.filter((l) => l.remaining > 0).map((l) => l.lineId) }}
                tone="quiet"
              >
                {t("mark")}
              </ActionButton>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
