import type { OfferView } from "../campaigns/schema";
import { Refusal } from "../kernel/refusal";

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
