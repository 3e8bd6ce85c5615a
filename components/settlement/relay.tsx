import type { useTranslations } from "next-intl";
import type { OfferView } from "#lib/campaigns/schema";
import { yuan } from "#lib/kernel/money";
import { clockText, type Day, dayText } from "#lib/kernel/time";

type T = ReturnType<typeof useTranslations<"settlement.share">>;
type Shown = Pick<
  OfferView,
  "id" | "layer" | "skuId" | "name" | "spec" | "unit" | "priceFen" | "available" | "startsAt" | "endsAt" | "cutoffAt"
>;

/** Few enough to say so. */
const few = 20;

/** The 接龙 text of a point's day: flash slots first, then the session by its order; plain text for a chat group. */
export function relayText(
  t: T,
  e: {
    point: { name: string; address: string; opensAt: string; closesAt: string };
    pickupDay: Day;
    offers: readonly Shown[];
  },
): string {
  let n = 0;
  const item = (o: Shown) => {
    n += 1;
    const line = t("item", { n, name: o.name, spec: o.spec, price: yuan(o.priceFen), unit: o.unit });
    return `${line}${o.available === 0 ? t("soldOut") : o.available < few ? t("few", { n: o.available, unit: o.unit }) : ""}`;
  };
  const flash = e.offers.filter((o) => o.layer === "flash");
  const slots = [...new Set(flash.map((o) => `${clockText(o.startsAt)} ${clockText(o.endsAt)}`))].sort();
  const first = e.offers[0];
  return [
    t("header", { point: e.point.name }),
    ...(first ? [t("cutoff", { time: clockText(first.cutoffAt) })] : []),
    t("pickup", { day: dayText(e.pickupDay), hours: `${e.point.opensAt}–${e.point.closesAt}` }),
    t("address", { address: e.point.address }),
    ...slots.flatMap((slot) => {
      const [from = "", to = ""] = slot.split(" ");
      return [
        "",
        t("flash", { from, to }),
        ...flash.filter((o) => `${clockText(o.startsAt)} ${clockText(o.endsAt)}` === slot).map(item),
      ];
    }),
    "",
    ...e.offers.filter((o) => o.layer !== "flash").map(item),
    "",
    t("footer"),
  ].join("\n");
}
