import type { OfferView } from "../campaigns/schema";
import { Refusal } from "../kernel/refusal";
import type { Day } from "../kernel/time";
import type { LimitDemand, LimitKind } from "./schema";

const rank: Record<OfferView["layer"], number> = { session: 0, group: 1, flash: 2 };

/**
 * The one price function: of the open offers for one SKU and city, the flash offer outranks the session's. It looks at nothing
 * but the published offers, so two people at one moment see one price. Refuses: saleEnded, when nothing is on offer.
 */
export function priceOf(offers: readonly OfferView[]): OfferView {
  const [best] = [...offers].sort((a, b) => rank[b.layer] - rank[a.layer] || (a.id < b.id ? -1 : 1));
  if (!best) throw new Refusal("saleEnded");
  return best;
}

/**
 * The demands one line makes on the limit counters. `day` is the business day it is placed on; `household` the resident's
 * household key, when she has named her home. A limit of one order needs no counter: its key is the order's own.
 * Refuses: householdNeeded.
 */
export function limitDemands(
  offer: Pick<OfferView, "id" | "name" | "skuId" | "saleSessionId" | "flashSlotId" | "perPersonLimit" | "limits">,
  pieces: number,
  who: { residentId: string; household: string | null; day: Day },
): LimitDemand[] {
  const l = offer.limits ?? {};
  const campaign = offer.flashSlotId ?? offer.saleSessionId;
  if (l.household !== undefined && who.household === null)
    throw new Refusal("householdNeeded", { name: offer.name, offerId: offer.id });
  const demand = (kind: LimitKind, max: number | null | undefined, key: string, subject = who.residentId) =>
    max === null || max === undefined ? [] : [{ kind, key, subject, pieces, max, offerId: offer.id }];
  return [
    ...demand("offer", offer.perPersonLimit, `o:${offer.id}`),
    ...demand("order", l.perOrder, ""),
    ...demand("day", l.perDay, `d:${offer.skuId}:${who.day}`),
    ...demand("campaign", l.perCampaign, `c:${campaign}:${offer.skuId}`),
    ...demand("lifetime", l.lifetime, `l:${offer.skuId}`),
    ...demand("household", l.household, `h:${campaign}:${offer.skuId}`, who.household ?? ""),
  ];
}
