import Link from "next/link";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button";
import { ActionButton } from "#components/ui/form";
import { DayText } from "#components/ui/moment";
import { Bar } from "#components/ui/progress";
import { StateBadge } from "#components/ui/state-badge";
import type { DeliveryLineView, DeliveryRow } from "#lib/fulfilment/schema";
import type { FormAction } from "#lib/kernel/answer";
import { clockText, type Day } from "#lib/kernel/time";
import { deliveryKind } from "./delivery-state";

export type ReceivingCard = {
  id: string;
  supplierName: string;
  warehouseName: string;
  unloadFromAt: Date;
  unloadToAt: Date;
  pickupDay: Day;
  lines: readonly { isReceived: boolean; pieces: number }[];
  pieces: number;
};

/** Purchase orders to count in, the next truck first. */
export function ReceivingList({ orders, today }: { orders: readonly ReceivingCard[]; today: Day }) {
  const t = useTranslations("fulfilment.site");
  const f = useTranslations("fulfilment");
  if (orders.length === 0) return <p className="text-muted">{t("noReceive")}</p>;
  return (
    <ul className="flex flex-col gap-3">
      {orders.map((o) => {
        const toCount = o.lines.filter((l) => l.pieces > 0);
        const done = toCount.filter((l) => l.isReceived).length;
        return (
          <li key={o.id}>
            <Link href={`/site/receiving/${o.id}`} className="card flex min-h-18 flex-col gap-1.5 px-4 py-3">
              <span className="flex items-baseline justify-between gap-3">
                <b className="text-xl">{o.supplierName}</b>
                <span className="whitespace-nowrap">{t("progress", { done, n: toCount.length })}</span>
              </span>
              <span className="flex items-center justify-between gap-3 text-sm text-muted">
                <span>
                  <DayText day={o.pickupDay} today={today} /> ·{" "}
                  {t("unload", { from: clockText(o.unloadFromAt), to: clockText(o.unloadToAt) })}
                </span>
                <span>
                  {o.pieces.toLocaleString("en-US")} {f("pieces")}
                </span>
              </span>
              <Bar
                value={toCount.length > 0 ? done / toCount.length : 0}
                label={t("progress", { done, n: toCount.length })}
              />
            </Link>
          </li>
        );
      })}
    </ul>
  );
}

type FloorDelivery = DeliveryRow & { lines: readonly DeliveryLineView[] };

/** Deliveries by route: load a whole route at once, then tap each arrival. */
export function DeliveryFloor({
  deliveries,
  load,
  arrive,
  today,
}: {
  deliveries: readonly FloorDelivery[];
  load: FormAction | null;
  arrive: FormAction | null;
  today: Day;
}) {
  const t = useTranslations("fulfilment.site");
  const f = useTranslations("fulfilment");
  if (deliveries.length === 0) return <p className="text-muted">{t("noLoad")}</p>;
  const routes = new Map<string, FloorDelivery[]>();
  for (const d of deliveries) {
    const key = `${d.pickupDay} ${d.routeId}`;
    routes.set(key, [...(routes.get(key) ?? []), d]);
  }
  return (
    <div className="flex flex-col gap-5">
      {[...routes.entries()].map(([key, group]) => {
        const first = group[0];
        if (!first) return null;
        const toLoad = group.filter((d) => d.state === "preparing");
        return (
          <section key={key} className="flex flex-col gap-2">
            <h2 className="flex items-baseline justify-between gap-2">
              <span>
                {first.routeName} · <DayText day={first.pickupDay} today={today} />
              </span>
              <span className="text-sm font-normal text-muted">
                {t("points", { n: group.length, pieces: group.reduce((n, d) => n + d.pieces, 0) })}
              </span>
            </h2>
            {load && toLoad.length > 0 && (
              <ActionButton action={load} values={{ id: toLoad.map((d) => d.id) }} tone="primary" size="huge" wide>
                {t("loadRoute", { route: first.routeName, n: toLoad.length })}
              </ActionButton>
            )}
            <ul className="flex flex-col gap-2">
              {group.map((d) => (
                <li
                  key={d.id}
                  id={d.id}
                  className="card flex flex-col gap-2 px-4 py-3 target:outline-2 target:outline-focus"
                >
                  <div className="flex items-start justify-between gap-3">
                    <div className="min-w-0">
                      <b className="text-xl">{d.pointName}</b>
                      <p className="text-sm text-muted">
                        {d.address} · {d.leaderName}
                      </p>
                    </div>
                    <StateBadge kind={d.isLate ? "attention" : deliveryKind[d.state]}>
                      {d.isLate ? t("lateBy") : f(`states.${d.state}`)}
                    </StateBadge>
                  </div>
                  <details>
                    <summary className="flex min-h-11 cursor-pointer items-center justify-between gap-3 text-sm">
                      <span>{t("goods")}</span>
                      <span className="text-muted">
                        {d.pieces.toLocaleString("en-US")} {f("pieces")}
                        {d.dueAt && ` · ${t("dueAt", { time: clockText(d.dueAt) })}`}
                      </span>
                    </summary>
                    <ul className="pb-1">
                      {d.lines.map((l) => (
                        <li key={l.id} className="flex justify-between gap-3 py-1">
                          <span>
                            {l.name} <span className="text-muted">{l.spec}</span>
                          </span>
                          <b>× {l.expected}</b>
                        </li>
                      ))}
                    </ul>
                  </details>
                  {d.state === "loaded" && arrive ? (
                    <ActionButton action={arrive} values={{ id: d.id }} tone="primary" size="huge" wide>
                      {t("arriveOne")}
                    </ActionButton>
                  ) : d.state === "arrived" ? (
                    <Button size="large" wide disabled>
                      {t("waitSign")}
                    </Button>
                  ) : null}
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </div>
  );
}
