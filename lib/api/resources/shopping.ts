import "server-only";
import type { Context } from "hono";
import { openOffers } from "#lib/campaigns/queries";
import { pricesChangeAt } from "#lib/campaigns/queries/prices";
import type { OfferView } from "#lib/campaigns/schema";
import { matches } from "#lib/catalog/queries";
import { second } from "#lib/kernel/time";
import { minimumProgress } from "#lib/orders/queries/minimums";
import { pickupDays } from "#lib/orders/quote";
import type { PointCard } from "#lib/pickup/queries";
import { priceOf } from "#lib/promotions/rules";
import type { Locale } from "#lib/words/locale";
import type { Frame } from "../frame";
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
export async function withDays(point: Shop, offers: readonly OfferView[], locale: Locale) {
  const [dayOf, reached] = await Promise.all([pickupDays([point], offers), minimumProgress(offers, point.id)]);
  return offers.map((o) => offerView(o, dayOf(point, o), locale, reached.get(o.id)));
}

/** An answer with prices is true until the clock changes one: an offer of the city begins or ends. */
export async function trueUntilPricesChange(
  c: Context<Frame>,
  cityId: string,
  at: Date,
  open: readonly OfferView[],
): Promise<void> {
  const turn = await pricesChangeAt(cityId, at, open);
  if (turn) c.set("trueForSeconds", Math.floor((turn.getTime() - at.getTime()) / second));
}

/** Narrows by category (with what lies under it) and by words, initials too. */
export const narrowed = (
  offers: readonly OfferView[],
  f: { q?: string | undefined; categoryIds: ReadonlySet<string> | null },
): OfferView[] =>
  offers.filter(
    (o) => (!f.categoryIds || f.categoryIds.has(o.categoryId)) && (!f.q || matches(`${o.name} ${o.spec}`, f.q)),
  );
