import { dayOf } from "../../kernel/time";
import type { CampaignResults, ResultItem } from "../schema/results";

/** The lines behind a campaign's numbers, or behind one item's. */
export function resultHref(
  r: Pick<CampaignResults, "kind" | "id" | "sessionId" | "day" | "hours">,
  e: { item?: Pick<ResultItem, "skuId" | "cityId" | "layer">; refunded?: boolean } = {},
): string {
  const search = new URLSearchParams();
  if (r.kind === "coupon") search.set("couponTemplateId", r.id);
  else {
    const [day, sessionId] = [r.day ?? "", r.sessionId ?? ""];
    for (const [key, value] of Object.entries({ byDay: "session", from: day, to: day, saleSessionId: sessionId }))
      search.set(key, value);
    if (r.kind !== "session") search.set("flashSlotId", r.id);
    else if (e.item?.layer === "session") search.set("plain", "1");
  }
  if (r.kind === "coupon" && r.hours[0]) search.set("from", dayOf(r.hours[0].at));
  if (e.item) {
    search.set("skuId", e.item.skuId);
    search.set("cityId", e.item.cityId);
  }
  if (e.refunded) search.set("refunded", "1");
  return `/analytics/lines?${search}`;
}
