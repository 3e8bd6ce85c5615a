import "server-only";
import { report } from "#lib/aftersales/commands";
import { caseList } from "#lib/aftersales/lists";
import { caseRecord, reportOptions } from "#lib/aftersales/queries";
import type { CaseRow } from "#lib/aftersales/schema";
import { listPage, viewAsk } from "#lib/platform/list";
import { messages } from "#lib/words/index";
import { type Api, route } from "../route";
import {
  cny,
  count,
  currency,
  fenAmount,
  flag,
  id,
  instant,
  listOf,
  pageQuery,
  pageView,
  snake,
  type View,
  words,
  z,
} from "../shapes";

const reasons = z.enum(["quality", "damaged", "missing", "wrong", "no_reason"]);
const states = z.enum(["applied", "approved", "rejected", "refunding", "refunded", "cancelled"]);

const row = z
  .object({
    id: id("asc"),
    state: states,
    order_id: id("ord"),
    order_line_id: id("oln"),
    name: words("奶油草莓"),
    spec: words("500 g"),
    unit: words("盒"),
    picture: words("fruit"),
    quantity: count(1),
    reason: reasons,
    requested_fen: fenAmount(1980),
    approved_fen: fenAmount(1980).nullable(),
    is_automatic: flag(),
    created_at: instant,
    decide_by_at: instant,
    decided_at: instant.nullable(),
  })
  .openapi("Refund");
const rowView = (c: CaseRow): View<z.output<typeof row>> => ({ ...c, decideByAt: c.dueAt });

const detail = row
  .extend({
    currency,
    description: words("有两颗烂了"),
    photos: z.array(z.object({ id: id("fil"), url: words("/api/v1/files/fil_01kb2xk5cq9m3r7t4wvz") })),
    decision: words("照片清楚，同意退款。").nullable(),
    refund_state: words("processing").nullable(),
  })
  .openapi("RefundDetail");

/** After-sales: what may be asked back, asking, and how it stands. */
export function refundRoutes(api: Api): void {
  route(api, {
    id: "getRefundOptions",
    tag: "afterSale",
    method: "get",
    path: "/orders/{id}/refund-options",
    who: "resident",
    params: z.object({ id: id("ord") }),
    answer: z
      .object({
        currency,
        coupon_policy: words("部分退款退回实付的部分，对应的优惠不再返还。").nullable(),
        lines: z.array(
          z.object({
            line_id: id("oln"),
            name: words("奶油草莓"),
            spec: words("500 g"),
            unit: words("盒"),
            picture: words("fruit"),
            max_quantity: count(2),
            max_fen: fenAmount(3960),
            ends_at: instant.nullable(),
            blocked: words("after_sale_closed").nullable(),
            reasons: z.array(z.object({ reason: reasons, needs_photo: flag(), needs_description: flag(false) })),
            automatic_up_to_fen: fenAmount(2000).nullable(),
          }),
        ),
      })
      .openapi("RefundOptions"),
    refuses: ["notFound"],
    run: async ({ actor, params, c }) => {
      const { lines, couponFen } = await reportOptions(actor, params.id);
      return {
        currency: cny,
        couponPolicy: couponFen > 0 ? messages(c.get("locale")).promotions.refundRule : null,
        lines: lines.map((l) => ({ ...l, endsAt: l.until, blocked: l.blocked && snake(l.blocked) })),
      };
    },
  });

  route(api, {
    id: "requestRefund",
    tag: "afterSale",
    method: "post",
    path: "/refunds",
    who: "resident",
    status: 201,
    body: z
      .strictObject({
        order_line_id: id("oln"),
        quantity: count(1, { least: 1, most: 10_000 }),
        reason: reasons,
        description: words("有两颗烂了", 500).optional(),
        file_ids: z.array(id("fil")).max(6).optional(),
      })
      .openapi("RefundRequest"),
    answer: detail,
    refuses: [
      "notFound",
      "notDelivered",
      "afterSaleClosed",
      "afterSaleOpen",
      "quantityExceeded",
      "amountExceeded",
      "noReasonFresh",
      "photoRequired",
      "descriptionRequired",
      "fileMissing",
    ],
    effect: ({ actor, body }) =>
      report(actor, {
        orderLineId: body.orderLineId,
        quantity: body.quantity,
        reason: body.reason,
        description: body.description?.trim() ?? "",
        photoFileIds: body.fileIds ?? [],
      }),
    reply: async ({ actor }, made) => detailView(await caseRecord(actor, made.id)),
  });

  route(api, {
    id: "listRefunds",
    tag: "afterSale",
    method: "get",
    path: "/refunds",
    who: "resident",
    query: z.strictObject(pageQuery()),
    answer: listOf(row).openapi("Refunds"),
    run: async ({ actor, query }) => {
      const ask = { ...viewAsk("all", "-createdAt"), after: query.cursor ?? null };
      const page = await listPage(caseList, actor, ask, query.limit);
      return pageView({ ...page, rows: page.rows.map(rowView) });
    },
  });

  route(api, {
    id: "getRefund",
    tag: "afterSale",
    method: "get",
    path: "/refunds/{id}",
    who: "resident",
    params: z.object({ id: id("asc") }),
    answer: detail,
    refuses: ["notFound"],
    run: async ({ actor, params }) => detailView(await caseRecord(actor, params.id)),
  });
}

const detailView = (c: Awaited<ReturnType<typeof caseRecord>>): View<z.output<typeof detail>> => ({
  ...rowView(c),
  currency: cny,
  description: c.description,
  photos: c.photos.map((p) => ({ id: p.id, url: `/api/v1/files/${p.id}` })),
  decision: c.decision,
  refundState: c.refundState,
});
