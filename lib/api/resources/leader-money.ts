import "server-only";
import { env } from "#lib/platform/env";
import { listPage, viewAsk } from "#lib/platform/list";
import { requestWithdrawal } from "#lib/settlement/commands/withdrawals";
import { earningList, withdrawalList } from "#lib/settlement/lists";
import { earningsOf, withdrawalOf } from "#lib/settlement/queries/earnings";
import type { WithdrawalRow } from "#lib/settlement/schema";
import { type Api, route } from "../route";
import {
  bp,
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
  snake,
  type View,
  words,
  z,
} from "../shapes";

const withdrawal = z
  .object({
    id: id("wdr"),
    state: z.enum([
      "requested",
      "batched",
      "approved",
      "rejected",
      "submitted",
      "wait_user_confirm",
      "succeeded",
      "failed",
      "expired",
      "cancelled",
      "returned",
    ]),
    amount_fen: fenAmount(38_20),
    tax_fen: fenAmount(0),
    net_fen: fenAmount(38_20),
    currency,
    requested_at: instant,
    finished_at: instant.nullable(),
    confirm_by_at: instant.nullable(),
    fail_reason: words("收款账户异常").nullable(),
  })
  .openapi("Withdrawal");

const rowView = (w: WithdrawalRow): View<z.output<typeof withdrawal>> => ({
  ...w,
  currency: cny,
  confirmByAt: w.confirmBy,
});

const confirmation = z
  .object({
    mch_id: words("1900000001"),
    app_id: words("wx0000000000000001"),
    package_info: words("ABBQO+oYAAABAAAAAAA…"),
  })
  .openapi("TransferConfirmation");
const detail = withdrawal.extend({ confirmation: confirmation.nullable() }).openapi("WithdrawalDetail");

function detailView(w: WithdrawalRow & { packageInfo: string | null }): View<z.output<typeof detail>> {
  const e = env();
  return {
    ...rowView(w),
    confirmation: w.packageInfo
      ? { mchId: e.WECHAT_PAY_MCHID, appId: e.WECHAT_APPID, packageInfo: w.packageInfo }
      : null,
  };
}

/** What a leader earns, line by line, and her withdrawals. */
export function leaderMoneyRoutes(api: Api): void {
  route(api, {
    id: "getEarningsSummary",
    tag: "leaderMoney",
    method: "get",
    path: "/leader/earnings/summary",
    who: "leader",
    cache: "never",
    answer: z
      .object({
        currency,
        available_fen: fenAmount(38_20),
        frozen_fen: fenAmount(126_40),
        estimated_fen: fenAmount(52_10),
        held_fen: fenAmount(0),
        in_transit_fen: fenAmount(0),
        owed_fen: fenAmount(0),
        paid_this_year_fen: fenAmount(4_821_00),
        next: z.object({ amount_fen: fenAmount(38_20), due_at: instant }).nullable(),
        days: z.array(z.object({ day, amount_fen: fenAmount(6_30) })),
        withdrawal_min_fen: fenAmount(100),
        withdrawal_max_fen: fenAmount(200_000),
        blocked: words("withdrawal_open").nullable(),
        open_withdrawal_id: id("wdr").nullable(),
      })
      .openapi("EarningsSummary"),
    run: async ({ actor }) => {
      const e = await earningsOf(actor, actor.leaderId ?? "");
      return {
        ...e,
        currency: cny,
        next: e.next && { amountFen: e.next.amountFen, dueAt: e.next.at },
        days: e.days.map((d) => ({ day: d.day, amountFen: d.fen })),
        withdrawalMinFen: e.minimumFen,
        withdrawalMaxFen: e.maximumFen,
        blocked: e.blocked && snake(e.blocked),
        openWithdrawalId: e.open?.id ?? null,
      };
    },
  });

  route(api, {
    id: "listEarnings",
    tag: "leaderMoney",
    method: "get",
    path: "/leader/earnings",
    who: "leader",
    query: z.strictObject({
      state: shown(z.enum(["estimated", "frozen", "released", "reversed"]).optional(), "frozen"),
      ...pageQuery(),
    }),
    answer: listOf(
      z
        .object({
          line_id: id("oln"),
          order_id: id("ord"),
          name: words("奶油草莓"),
          spec: words("500 g"),
          picture: words("fruit"),
          quantity: count(2),
          base_fen: fenAmount(3960),
          commission_bp: bp,
          rule_id: words("cmr_default"),
          rule_version: count(1),
          commission_fen: fenAmount(396),
          reversed_fen: fenAmount(0),
          net_fen: fenAmount(396),
          state: z.enum(["estimated", "frozen", "released", "reversed"]),
          is_disputed: flag(false),
          pickup_day: day,
          placed_at: instant,
          completed_at: instant.nullable(),
          release_at: instant.nullable(),
          released_at: instant.nullable(),
        })
        .openapi("Earning"),
    ).openapi("Earnings"),
    run: async ({ actor, query }) => {
      const ask = { ...viewAsk(query.state ?? "all", "-line"), after: query.cursor ?? null };
      const page = await listPage(earningList, actor, ask, query.limit);
      return pageView({ ...page, rows: page.rows.map((l) => ({ ...l, commissionBp: l.bp })) });
    },
  });

  route(api, {
    id: "requestWithdrawal",
    tag: "leaderMoney",
    method: "post",
    path: "/leader/withdrawals",
    who: "leader",
    limit: "admission",
    status: 201,
    body: z.strictObject({ amount_fen: count(38_20, { least: 1, most: 100_000_000 }) }).openapi("WithdrawalRequest"),
    answer: detail,
    refuses: [
      "withdrawalOpen",
      "withdrawalOwed",
      "openidMissing",
      "realNameMissing",
      "withdrawalTooSmall",
      "withdrawalTooLarge",
      "balanceTooLow",
    ],
    effect: ({ actor, body }) => requestWithdrawal(actor, body),
    reply: async ({ actor }, made) => detailView(await withdrawalOf(actor, made.id)),
  });

  route(api, {
    id: "listWithdrawals",
    tag: "leaderMoney",
    method: "get",
    path: "/leader/withdrawals",
    who: "leader",
    query: z.strictObject(pageQuery()),
    answer: listOf(withdrawal).openapi("Withdrawals"),
    run: async ({ actor, query }) => {
      const ask = { ...viewAsk("all", "-requestedAt"), after: query.cursor ?? null };
      const page = await listPage(withdrawalList, actor, ask, query.limit);
      return pageView({ ...page, rows: page.rows.map(rowView) });
    },
  });

  route(api, {
    id: "getWithdrawal",
    tag: "leaderMoney",
    method: "get",
    path: "/leader/withdrawals/{id}",
    who: "leader",
    cache: "never",
    params: z.object({ id: id("wdr") }),
    answer: detail,
    refuses: ["notFound"],
    run: async ({ actor, params }) => detailView(await withdrawalOf(actor, params.id)),
  });
}
