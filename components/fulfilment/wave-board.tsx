import { useTranslations } from "next-intl";
import { DayText } from "#components/ui/moment";
import { type Stage, Steps } from "#components/ui/steps";
import type { DayDelivery } from "#lib/fulfilment/schema";
import type { Day } from "#lib/kernel/time";

export type DayBuying = {
  day: Day;
  orders: number;
  accepted: number;
  received: number;
  late: number;
  missingPieces: number;
};
export type Wave = {
  day: Day;
  note: "today" | "tomorrow" | "yesterday" | null;
  buying: DayBuying | null;
  delivery: DayDelivery | null;
};

/** From purchase to pickup, one band a pickup day; every stage opens its rows. */
export function WaveBoard({ waves }: { waves: readonly Wave[] }) {
  const t = useTranslations("fulfilment.board");
  const number = (n: number) => n.toLocaleString("en-US");
  const stateOf = (done: number, whole: number, trouble: string | null): Stage["state"] => {
    if (trouble) return { kind: "attention", word: trouble };
    if (whole > 0 && done >= whole) return { kind: "done", word: t("done") };
    return done > 0 ? { kind: "progress", word: t("going") } : { kind: "waiting", word: t("waiting") };
  };
  const share = (done: number, whole: number) => (whole > 0 ? done / whole : 0);
  return (
    <div className="flex flex-col gap-3">
      {waves.map(({ day, note, buying, delivery }) => {
        const b = buying ?? { orders: 0, accepted: 0, received: 0, late: 0, missingPieces: 0 };
        const d = delivery ?? {
          deliveries: 0,
          loaded: 0,
          arrived: 0,
          signed: 0,
          late: 0,
          pieces: 0,
          lost: 0,
          delivered: 0,
          picked: 0,
        };
        const purchases = (view: string) => `/fulfilment/purchases?view=${view}&day=${day}`;
        const deliveries = (view: string) => `/fulfilment/deliveries?view=${view}&day=${day}`;
        const stages: Stage[] = [
          {
            key: "purchase",
            label: t("purchase"),
            value: number(b.accepted),
            unit: t("of", { n: b.orders }),
            done: share(b.accepted, b.orders),
            state: stateOf(b.accepted, b.orders, null),
            href: purchases("all"),
          },
          {
            key: "receipt",
            label: t("receipt"),
            value: number(b.received),
            unit: t("of", { n: b.orders }),
            done: share(b.received, b.orders),
            state: stateOf(
              b.received,
              b.orders,
              b.late > 0 ? t("late", { n: b.late }) : b.missingPieces > 0 ? t("short", { n: b.missingPieces }) : null,
            ),
            href: purchases(b.late > 0 ? "late" : "all"),
          },
          {
            key: "load",
            label: t("load"),
            value: number(d.loaded),
            unit: t("ofPoints", { n: d.deliveries }),
            done: share(d.loaded, d.deliveries),
            state: stateOf(d.loaded, d.deliveries, null),
            href: deliveries("preparing"),
          },
          {
            key: "arrive",
            label: t("arrive"),
            value: number(d.arrived),
            unit: t("ofPoints", { n: d.deliveries }),
            done: share(d.arrived, d.deliveries),
            state: stateOf(d.arrived, d.deliveries, d.late > 0 ? t("latePoints", { n: d.late }) : null),
            href: deliveries(d.late > 0 && d.arrived < d.deliveries ? "late" : "loaded"),
          },
          {
            key: "sign",
            label: t("sign"),
            value: number(d.signed),
            unit: t("ofPoints", { n: d.deliveries }),
            done: share(d.signed, d.deliveries),
            state: stateOf(d.signed, d.deliveries, d.lost > 0 ? t("lost", { n: d.lost }) : null),
            href: deliveries(d.lost > 0 ? "discrepant" : "arrived"),
          },
          {
            key: "pickup",
            label: t("pickup"),
            value: number(d.picked),
            unit: t("ofPieces", { n: d.delivered }),
            done: share(d.picked, d.delivered),
            state: stateOf(d.picked, d.delivered, null),
            href: `/orders?view=pickup&pickupDay=${day}`,
          },
        ];
        return (
          <Steps
            key={day}
            label={t("day", { day })}
            groups={[{ key: day, title: <DayText day={day} />, note: note ? t(note) : null, stages }]}
          />
        );
      })}
    </div>
  );
}
