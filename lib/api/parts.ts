import "server-only";
import type { OfferView, SessionView, SlotView } from "#lib/campaigns/schema";
import { yuan } from "#lib/kernel/money";
import { Refusal } from "#lib/kernel/refusal";
import type { Day } from "#lib/kernel/time";
import { type PointCard, pointCard } from "#lib/pickup/queries";
import type { LimitView } from "#lib/promotions/schema";
import { limitWords } from "#lib/words/coupons";
import { fill } from "#lib/words/fill";
import { messages } from "#lib/words/index";
import type { Locale } from "#lib/words/locale";
import { bp, clock, count, day, fenAmount, flag, id, instant, metres, shown, type View, words, z } from "./shapes";

/** A pickup point in an answer. Coordinates GCJ-02; hours are wall-clock in Asia/Shanghai. */
export const pointPart = z
  .object({
    id: id("pkp"),
    name: words("和平里小区"),
    city_id: words("rgn_330100"),
    district: words("城东"),
    address: words("和平路 1 号东门"),
    lat: shown(z.number(), 30.2741),
    lng: shown(z.number(), 120.1551),
    open_from: clock,
    open_until: clock,
    is_open: flag(),
  })
  .openapi("PickupPoint");
export const nearPointPart = pointPart.extend({ distance_m: metres }).openapi("NearbyPickupPoint");

/** What makes a struck-through price true: a transaction of `day`, or a suggested retail price; `text` says so to the reader. */
export const strikePart = {
  basis: shown(z.enum(["lowest7d", "last_before", "msrp"]).nullable(), "lowest7d"),
  day: shown(z.iso.date().nullable(), "2026-11-19"),
  text: words("活动前 7 日本城最低成交价（2026-11-19）").nullable(),
};

/** The offer stands only when so many come, over the campaign or at the point asked for; `reached` counts what is paid for. */
const minimumPart = z
  .object({
    count: count(20),
    unit: z.enum(["buyers", "pieces"]),
    scope: z.enum(["campaign", "point"]),
    reached: count(8),
  })
  .openapi("Minimum");

/** What a group's price depends on: so many paying members within so many minutes. */
export const groupTermsPart = z
  .object({
    campaign_id: id("fls"),
    size: count(3),
    minutes: count(60),
    scope: z.enum(["city", "leader"]),
    condition: words("3 人成团 ¥12.80"),
  })
  .openapi("GroupTerms");

/** Something on sale: the price everybody in the city sees at this moment, its window and what is known of it. */
export const offerPart = z
  .object({
    id: id("ofr"),
    layer: z.enum(["session", "flash", "group"]),
    campaign_id: id("ssn"),
    flash_session_id: id("fls").nullable(),
    sku_id: id("sku"),
    product_id: id("prd"),
    category_id: words("cat_berry"),
    name: words("奶油草莓"),
    spec: words("500 g"),
    unit: words("盒"),
    picture: words("fruit"),
    picture_url: words("/api/v1/files/fil_01kb2xk5cq9m3r7t4wvz").nullable(),
    is_fresh: flag(),
    price_fen: fenAmount(1980),
    list_price_fen: fenAmount(2580).nullable(),
    list_price_basis: strikePart.basis,
    list_price_day: strikePart.day,
    list_price_text: strikePart.text,
    per_person_limit: count(2).nullable(),
    starts_at: instant,
    ends_at: instant,
    sold: count(128),
    is_sold_out: flag(false),
    pickup_day: day.nullable(),
    minimum: minimumPart.nullable(),
    group: groupTermsPart.nullable(),
  })
  .openapi("Offer");

/** A limit of an offer with what the caller has bought against it, in words too: "2 of 2 bought today". */
export const limitPart = z
  .object({
    kind: z.enum(["offer", "order", "day", "campaign", "lifetime", "household", "new_customer"]),
    max: count(2),
    bought: count(2),
    detail: words("每天限购 2 件，今天已买 2 件"),
  })
  .openapi("Limit");

export const limitView = (v: LimitView, locale: Locale): View<z.output<typeof limitPart>> => ({
  ...v,
  detail: limitWords(v, locale),
});

export const pictureUrl = (fileId: string | null): string | null => (fileId ? `/api/v1/files/${fileId}` : null);

/** What makes the struck-through price true, for the reader. */
export const strikeText = (o: Pick<OfferView, "listPriceBasis" | "listPriceDay">, locale: Locale): string | null =>
  o.listPriceBasis && messages(locale).price.basis[o.listPriceBasis].replace("{day}", o.listPriceDay ?? "—");

export function offerView(
  o: OfferView,
  pickupDay: Day | null,
  locale: Locale,
  reached = 0,
): View<z.output<typeof offerPart>> {
  return {
    ...o,
    minimum: o.minimum && { ...o.minimum, reached },
    group: o.group && {
      ...o.group,
      campaignId: o.flashSlotId ?? "",
      condition: fill(messages(locale).groups.condition, { n: o.group.size, price: yuan(o.priceFen) }),
    },
    listPriceText: strikeText(o, locale),
    campaignId: o.saleSessionId,
    flashSessionId: o.flashSlotId,
    pictureUrl: pictureUrl(o.pictureFileId),
    sold: o.sold,
    isSoldOut: o.available <= 0,
    pickupDay,
  };
}

const phases = z.enum(["upcoming", "open", "closed"]);
const phaseOf = (from: Date, to: Date, at: Date) => (at < from ? "upcoming" : at < to ? "open" : "closed");

export const campaignPart = z
  .object({
    id: id("ssn"),
    type: z.enum(["group_buy"]),
    name: words("周日日常团"),
    business_day: day,
    phase: phases,
    opens_at: instant,
    cutoff_at: instant,
  })
  .openapi("Campaign");

export const campaignView = (s: SessionView, at: Date): View<z.output<typeof campaignPart>> => ({
  ...s,
  type: "groupBuy",
  phase: s.state === "published" ? phaseOf(s.opensAt, s.cutoffAt, at) : "closed",
});

export const slotPart = z
  .object({
    id: id("fls"),
    campaign_id: id("ssn"),
    name: words("早市秒杀"),
    phase: phases,
    starts_at: instant,
    ends_at: instant,
    item_count: count(6),
    sold_bp: bp,
  })
  .openapi("FlashSession");

export function slotView(s: SlotView, at: Date): View<z.output<typeof slotPart>> {
  const quota = s.items.reduce((n, o) => n + o.quota, 0);
  const sold = s.items.reduce((n, o) => n + o.held + o.sold, 0);
  return {
    id: s.id,
    campaignId: s.saleSessionId,
    name: s.name,
    phase: phaseOf(s.startsAt, s.endsAt, at),
    startsAt: s.startsAt,
    endsAt: s.endsAt,
    itemCount: s.items.length,
    soldBp: quota === 0 ? 0 : Math.floor((sold * 10_000) / quota),
  };
}

export const pointView = (p: PointCard): View<z.output<typeof pointPart>> => ({
  ...p,
  openFrom: p.opensAt,
  openUntil: p.closesAt,
  isOpen: p.state === "open" && p.leaderId !== null,
});

/** The point a person shops for. Refuses: notFound, pointClosed. */
export async function shoppingPoint(pointId: string): Promise<PointCard & { leaderId: string }> {
  const point = await pointCard(pointId);
  if (!point) throw new Refusal("notFound");
  if (point.state !== "open" || !point.leaderId) throw new Refusal("pointClosed");
  return { ...point, leaderId: point.leaderId };
}

/** Every browse call says for which point: it decides city, stock and pickup day. */
export const placeQuery = { pickup_point_id: id("pkp") };
