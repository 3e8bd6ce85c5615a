import "server-only";
import { openOffers } from "#lib/campaigns/queries";
import type { OfferView } from "#lib/campaigns/schema";
import { matches } from "#lib/catalog/queries";
import { pickupDays } from "#lib/orders/quote";
import type { PointCard } from "#lib/pickup/queries";
import { priceOf } from "#lib/promotions/rules";
import { offerView } from "../parts";

type Shop = PointCard & { leaderId: string };

/** One offer per SKU: what it costs now. */
export function priced(offers: readonly OfferView[]): OfferView[] {
  const bySku = new Map<string, OfferView[]>();
  for (const offer of offers) bySku.set(offer.skuId, [...(bySku.get(offer.skuId) ?? []), offer]);
  return [...bySku.values()].map((its) => priceOf(its));
}

/** What a point's city can buy at an instant, one offer per SKU. */
export const onSale = async (point: Shop, at: Date): Promise<OfferView[]> => priced(await openOffers(point.cityId, at));

/** Offers with the day on which they can be collected at this point. */
export async function withDays(point: Shop, offers: readonly OfferView[]) {
  const dayOf = await pickupDays([point], offers);
  return offers.map((o) => offerView(o, dayOf(point, o)));
}

/** Narrows by category (with what lies under it) and by words, initials too. */
export const narrowed = (
  offers: readonly OfferView[],
  f: { q?: string | undefined; categoryIds: ReadonlySet<string> | null },
): OfferView[] =>
  offers.filter(
    (o) => (!f.categoryIds || f.categoryIds.has(o.categoryId)) && (!f.q || matches(`${o.name} ${o.spec}`, f.q)),
  );
