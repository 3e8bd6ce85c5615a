import "server-only";
import type { Actor } from "#lib/identity/schema";
import { isRefusal, Refusal } from "#lib/kernel/refusal";
import { cancelOrder } from "#lib/orders/commands/change";
import { ensurePayment, placeOrder } from "#lib/orders/commands/place";
import { orderReceipt, orderRecord, ordersPage } from "#lib/orders/queries";
import type { OrderRecord } from "#lib/orders/schema";
import { prepay, queryPayment } from "#lib/payments/commands";
import { type PaymentView, paymentOf } from "#lib/payments/queries";
import { pointCard } from "#lib/pickup/queries";
import { groupsById } from "#lib/promotions/queries/groups";
import { countCall } from "../limits";
import { pointPart, pointView } from "../parts";
import { type Api, Replayed, route } from "../route";
import {
  cny,
  count,
  currency,
  day,
  fenAmount,
  flag,
  id,
  instant,
  listOf,
  pageQuery,
  pageView,
  shown,
  typed,
  type View,
  words,
  z,
} from "../shapes";
import { newQuote } from "./quotes";

const states = z.enum([
  "pending_payment",
  "paid",
  "locked",
  "in_transit",
  "arrived",
  "completed",
  "cancelled",
  "refunded",
]);
const orderId = z.object({ id: id("ord") });

const receipt = z
  .object({
    id: id("ord"),
    no: words("4WVZX"),
    business_day: day,
    pickup_day: day,
    summary: words("奶油草莓 500 g × 2"),
    item_count: count(2),
    payable_fen: fenAmount(3960),
    currency,
    contact_name: words("许女士"),
    placed_at: instant,
  })
  .openapi("OrderReceipt");

const summary = z
  .object({
    id: id("ord"),
    no: words("4WVZX"),
    state: states,
    summary: words("奶油草莓 500 g × 2"),
    item_count: count(2),
    point_id: id("pkp"),
    point_name: words("和平里小区"),
    business_day: day,
    pickup_day: day,
    placed_at: instant,
    paid_at: instant.nullable(),
    payable_fen: fenAmount(3960),
    refunded_fen: fenAmount(0),
    after_sale_open: flag(false),
  })
  .openapi("OrderSummary");

const line = z
  .object({
    id: id("oln"),
    sku_id: id("sku"),
    product_id: id("prd"),
    name: words("奶油草莓"),
    spec: words("500 g"),
    unit: words("盒"),
    picture: words("fruit"),
    ordered: count(2),
    cancelled: count(0),
    short: count(0),
    delivered: count(2),
    picked: count(0),
    unclaimed: count(0),
    returned: count(0),
    unit_price_fen: fenAmount(1980),
    list_price_fen: fenAmount(2580).nullable(),
    goods_fen: fenAmount(3960),
    paid_fen: fenAmount(3960),
    refunded_fen: fenAmount(0),
    completed_at: instant.nullable(),
    after_sale_ends_at: instant.nullable(),
  })
  .openapi("OrderLine");

const paymentStates = z.enum(["pending", "paid", "closed"]);
const refund = z.object({
  id: id("rfd"),
  state: z.enum(["requested", "submitted", "processing", "success", "abnormal", "closed"]),
  cause: words("short"),
  amount_fen: fenAmount(1980),
  created_at: instant,
  success_at: instant.nullable(),
});

const detail = summary
  .extend({
    currency,
    campaign_id: id("ssn"),
    campaign_name: words("周日日常团"),
    cutoff_at: instant,
    leader_name: words("王秀兰"),
    contact_name: words("许女士"),
    phone_tail: words("2417"),
    remark: words("放保安亭").nullable(),
    goods_fen: fenAmount(3960),
    coupon_fen: fenAmount(0),
    paid_fen: fenAmount(3960),
    expires_at: instant,
    arrived_at: instant.nullable(),
    completed_at: instant.nullable(),
    cancelled_at: instant.nullable(),
    cancel_reason: words("不想要了").nullable(),
    lines: z.array(line),
    payment: z.object({ id: id("pay"), state: paymentStates }).nullable(),
    refunds: z.array(refund),
    pickup: z.object({ code: words("483920"), bag_no: count(12) }).nullable(),
    group: z
      .object({
        id: id("grp"),
        state: z.enum(["open", "formed", "failed"]),
        size: count(3),
        paid: count(2),
        ends_at: instant,
      })
      .nullable(),
  })
  .openapi("Order");

const paymentState = (state: string) =>
  state === "paid" ? "paid" : state === "closed" || state === "closing" ? "closed" : "pending";

async function detailView(o: OrderRecord & { afterSaleOpen?: boolean }): Promise<View<z.output<typeof detail>>> {
  const [group] = await groupsById(o.groupId ? [o.groupId] : []);
  return {
    ...o,
    group: group ? { ...group, endsAt: group.expiresAt } : null,
    afterSaleOpen: o.afterSaleOpen ?? false,
    currency: cny,
    campaignId: o.saleSessionId,
    campaignName: o.sessionName,
    lines: o.lines.map((l) => ({ ...l, afterSaleEndsAt: l.afterSaleUntil })),
    payment: o.payment && { id: o.payment.id, state: paymentState(o.payment.state) },
    refunds: o.refunds.map((r) => ({ ...r, state: r.state as "success" })),
  };
}

const views = {
  unpaid: "unpaid",
  toBuy: "toBuy",
  toPick: "toPick",
  done: "done",
  afterSale: "afterSale",
  cancelled: "cancelled",
} as const;

const payment = z
  .object({
    id: id("pay"),
    order_id: id("ord"),
    state: paymentStates,
    amount_fen: fenAmount(3960),
    currency,
    expires_at: instant,
    paid_at: instant.nullable(),
  })
  .openapi("Payment");
const paymentView = (p: PaymentView): View<z.output<typeof payment>> => ({
  ...p,
  state: paymentState(p.state),
  currency: cny,
});

/** The goods' own pickup code. Refuses: notFound, notPaid. */
async function pickupCode(actor: Actor, orderIdGiven: string) {
  const o = await orderRecord(actor, orderIdGiven);
  if (!o.pickup) throw new Refusal("notPaid");
  const point = await pointCard(o.pointId);
  if (!point) throw new Refusal("notFound");
  return {
    ...o.pickup,
    pickupDay: o.pickupDay,
    pickupPoint: pointView(point),
    items: o.lines
      .filter((l) => l.ordered > l.cancelled + l.short)
      .map((l) => ({ name: l.name, spec: l.spec, quantity: l.ordered - l.cancelled - l.short, picked: l.picked })),
  };
}

/** Ordering, paying, cancelling, collecting. */
export function orderRoutes(api: Api): void {
  route(api, {
    id: "placeOrder",
    tag: "order",
    method: "post",
    path: "/orders",
    who: "resident",
    limit: ["admissionAddress", "admission"],
    status: 201,
    cache: "never",
    key: "required",
    body: z
      .strictObject({
        quote_token: typed("eyJyIjoicmVzXzAx…", 20_000),
        contact_name: typed("许女士", 40),
        remark: words("放保安亭", 200).optional(),
      })
      .openapi("OrderRequest"),
    answer: receipt,
    refuses: [
      "soldOut",
      "limitReached",
      "saleEnded",
      "salePaused",
      "notStarted",
      "newCustomersOnly",
      "householdNeeded",
      "tooManyHolds",
      "couponGone",
      "couponBudget",
      "groupFull",
      "groupEnded",
      "quoteStale",
      "quoteExpired",
      "pointClosed",
      "notFound",
      "busy",
    ],
    run: async ({ actor, body, key, c }) => {
      const input = { ...body, remark: body.remark?.trim() || null, requestKey: key };
      const placed = await placeOrder(actor, input, (slotId) => countCall(c, "slot", slotId)).catch(
        async (error: unknown) => {
          if (isRefusal(error) && error.code === "quoteStale")
            c.set("meta", { quote: await newQuote(actor, body.quoteToken, c.get("locale")) });
          throw error;
        },
      );
      const receipt = placed.receipt ?? (await orderReceipt(actor, placed.orderId));
      return new Replayed({ ...receipt, currency: cny }, placed.isReplay);
    },
  });

  route(api, {
    id: "listOrders",
    tag: "order",
    method: "get",
    path: "/orders",
    who: "resident",
    query: z.strictObject({
      state: shown(z.enum(["unpaid", "to_buy", "to_pick", "done", "after_sale", "cancelled"]).optional(), "to_pick"),
      ...pageQuery(),
    }),
    answer: listOf(summary).openapi("Orders"),
    run: async ({ actor, query }) =>
      pageView(
        await ordersPage(actor, {
          limit: query.limit,
          cursor: query.cursor ?? null,
          ...(query.state ? { view: views[query.state] } : {}),
        }),
      ),
  });

  route(api, {
    id: "getOrder",
    tag: "order",
    method: "get",
    path: "/orders/{id}",
    who: "resident",
    params: orderId,
    answer: detail,
    refuses: ["notFound"],
    run: async ({ actor, params }) => detailView(await orderRecord(actor, params.id)),
  });

  route(api, {
    id: "cancelOrder",
    tag: "order",
    method: "post",
    path: "/orders/{id}/cancel",
    who: "resident",
    params: orderId,
    body: z.strictObject({ reason: typed("不想要了", 200) }).openapi("OrderCancel"),
    answer: detail,
    refuses: ["notFound", "afterCutoff", "illegalTransition"],
    effect: ({ actor, params, body }) => cancelOrder(actor, { orderId: params.id, reason: body.reason }),
    reply: async ({ actor, params }) => detailView(await orderRecord(actor, params.id)),
  });

  route(api, {
    id: "payOrder",
    tag: "payment",
    method: "post",
    path: "/orders/{id}/payments",
    who: "resident",
    limit: "admission",
    status: 201,
    params: orderId,
    body: z.strictObject({ method: z.enum(["wechat"]) }).openapi("PaymentRequest"),
    answer: z
      .object({
        payment,
        params: z.object({
          timeStamp: words("1795318200"),
          nonceStr: words("5K8264ILTKCH16CQ"),
          package: words("prepay_id=wx22103000000000"),
          signType: z.literal("RSA"),
          paySign: words("oR9d8PuhnIc…"),
        }),
      })
      .openapi("PaymentStart"),
    refuses: ["notFound", "alreadyPaid", "saleEnded", "channelRefused", "paymentUnknown"],
    effect: ({ actor, params }) => ensurePayment(actor, params.id),
    reply: async ({ actor }, { paymentId, summary: goods }) => {
      const params = await prepay(actor, paymentId, goods || "邻团订单");
      return { payment: paymentView(await paymentOf(actor, paymentId)), params };
    },
  });

  route(api, {
    id: "getPayment",
    tag: "payment",
    method: "get",
    path: "/payments/{id}",
    who: "resident",
    cache: "never",
    params: z.object({ id: id("pay") }),
    answer: payment,
    refuses: ["notFound"],
    run: async ({ actor, params }) => {
      const known = await paymentOf(actor, params.id);
      if (paymentState(known.state) !== "pending") return paymentView(known);
      await queryPayment(actor, params.id);
      return paymentView(await paymentOf(actor, params.id));
    },
  });

  route(api, {
    id: "getPickupCode",
    tag: "order",
    method: "get",
    path: "/orders/{id}/pickup-code",
    who: "resident",
    cache: "never",
    params: orderId,
    answer: z
      .object({
        code: words("483920"),
        bag_no: count(12),
        pickup_day: day,
        pickup_point: pointPart,
        items: z.array(
          z.object({ name: words("奶油草莓"), spec: words("500 g"), quantity: count(2), picked: count(0) }),
        ),
      })
      .openapi("PickupCode"),
    refuses: ["notFound", "notPaid"],
    run: ({ actor, params }) => pickupCode(actor, params.id),
  });
}
