import "server-only";
import type { Fen } from "#lib/kernel/money";
import type { LimitKind } from "#lib/promotions/schema";

/** One order as the admission function takes it: snake_case, as its columns. */
export type Candidate = {
  id: string;
  resident_id: string;
  request_key: string;
  input_hash: string;
  sale_session_id: string;
  business_day: string;
  pickup_day: string;
  city_id: string;
  pickup_point_id: string;
  route_id: string;
  warehouse_id: string;
  leader_id: string;
  attribution: string;
  item_count: number;
  summary: string;
  goods_fen: Fen;
  coupon_fen: Fen;
  payable_fen: Fen;
  contact_name: string;
  phone_tail: string;
  remark: string | null;
  expires_at: string;
  /** Merged by key and subject; kind `order` has no counter, its key is empty and `pieces` alone may not exceed `max`. */
  limits: { kind: LimitKind; key: string; subject: string; pieces: number; max: number; offer_id: string }[];
  /** A line is for new customers only. */
  new_customer: boolean;
  coupons: {
    coupon_id: string;
    template_id: string;
    amount_fen: Fen;
    shares: { line_id: string; amount_fen: Fen }[];
  }[];
  /** The seat in a group; `opens` when this order opens it. */
  group: null | {
    id: string;
    opens: boolean;
    offer_id: string;
    flash_slot_id: string;
    leader_id: string | null;
    size: number;
    expires_at: string;
  };
  lines: {
    id: string;
    offer_id: string;
    stock_pool_id: string;
    sku_id: string;
    product_id: string;
    supplier_id: string;
    category_id: string;
    name: string;
    spec: string;
    unit: string;
    picture: string;
    is_fresh: boolean;
    ordered: number;
    unit_price_fen: Fen;
    list_price_fen: Fen | null;
    goods_fen: Fen;
    coupon_fen: Fen;
    paid_fen: Fen;
    supply_price_fen: Fen;
    commission_rule_id: string;
    commission_rule_version: number;
    commission_bp: number;
    commission_base_fen: Fen;
    commission_fen: Fen;
  }[];
};

const plain = /^(?!null$)[\w-]+$/i;
const cell = (v: string | number | boolean | null): string =>
  v === null ? "NULL" : typeof v !== "string" ? String(v) : plain.test(v) ? v : `"${v.replaceAll(/["\\]/g, "\\$&")}"`;
/** An array literal; the driver's own costs more than the statement's share of an order. */
const column = (values: readonly (string | number | boolean | null)[]): string => `{${values.map(cell).join()}}`;

/** Numbers what is alike from one, in the order of the keys when `sorted`, else as it comes. */
function numbered<T>(all: Iterable<readonly [string, T]>): {
  no: (key: string) => number;
  keys: string[];
  values: T[];
} {
  const found = new Map(all);
  const keys = [...found.keys()].sort();
  const numbers = new Map(keys.map((key, i) => [key, i + 1]));
  return { no: (key) => numbers.get(key) ?? 0, keys, values: keys.map((key) => found.get(key) as T) };
}

type Line = Candidate["lines"][number];
const alike = [
  ...["offer_id", "stock_pool_id", "sku_id", "product_id", "supplier_id", "category_id", "name", "spec", "unit"],
  ...["picture", "is_fresh", "unit_price_fen", "list_price_fen", "supply_price_fen"],
  ...["commission_rule_id", "commission_rule_version", "commission_bp"],
] as (keyof Line)[];

/** Lines that differ only in pieces share one row of goods; one offer has several when its price or rate just changed. */
function goodsOf(lines: readonly Line[]): { numbers: number[]; goods: Line[] } {
  const goods: Line[] = [];
  const byOffer = new Map<string, number[]>();
  const numbers = lines.map((line) => {
    const known = byOffer.get(line.offer_id) ?? [];
    const same = known.find((no) => alike.every((key) => goods[no - 1]?.[key] === line[key]));
    if (same) return same;
    byOffer.set(line.offer_id, [...known, goods.push(line)]);
    return goods.length;
  });
  return { numbers, goods };
}

/** How many parameters `admit_orders` takes. */
export const columnCount = 52;

/** The parameters of `admit_orders`, in its order (prisma/functions/admit_orders.sql). */
export function columnsOf(at: Date, mostHolds: number, orders: readonly Candidate[]): unknown[] {
  const lines = orders.flatMap((o) => o.lines);
  const demands = orders.flatMap((o) => o.limits);
  const uses = orders.flatMap((o, i) => o.coupons.map((use) => ({ ...use, o: i + 1 })));
  const sessions = numbered(orders.map((o) => [o.sale_session_id, null] as const));
  const pools = numbered(lines.map((l) => [l.stock_pool_id, null] as const));
  const counters = numbered(
    demands.filter((d) => d.key !== "").map((d) => [`${d.key} ${d.subject}`, [d.key, d.subject]] as const),
  );
  const coupons = numbered(uses.map((u) => [u.coupon_id, u] as const));
  const templates = numbered(uses.map((u) => [u.template_id, null] as const));
  const groups = numbered(orders.flatMap((o) => (o.group && !o.group.opens ? [[o.group.id, null] as const] : [])));
  const { numbers, goods } = goodsOf(lines);
  const of = (pick: (o: Candidate) => string | number | boolean | null) => column(orders.map(pick));
  const ofLine = (pick: (l: Line) => string | number | null) => column(lines.map(pick));
  return [
    at,
    mostHolds,
    column(sessions.keys),
    column(pools.keys),
    JSON.stringify(
      goods.map((g, i) => ({
        no: i + 1,
        pool: pools.no(g.stock_pool_id),
        ...Object.fromEntries(alike.map((key) => [key, g[key]])),
      })),
    ),
    column(counters.values.map(([key = ""]) => key)),
    column(counters.values.map(([, subject = ""]) => subject)),
    coupons.keys.length === 0
      ? null
      : JSON.stringify(
          coupons.values.map((u) => ({
            no: coupons.no(u.coupon_id),
            id: u.coupon_id,
            o: u.o,
            fen: u.amount_fen,
            template: u.template_id,
            shares: u.shares,
          })),
        ),
    column(templates.keys),
    column(groups.keys),
    of((o) => o.id),
    of((o) => o.resident_id),
    of((o) => o.request_key),
    of((o) => o.input_hash),
    of((o) => sessions.no(o.sale_session_id)),
    of((o) => o.business_day),
    of((o) => o.pickup_day),
    of((o) => o.city_id),
    of((o) => o.pickup_point_id),
    of((o) => o.route_id),
    of((o) => o.warehouse_id),
    of((o) => o.leader_id),
    of((o) => o.attribution),
    of((o) => o.item_count),
    of((o) => o.summary),
    of((o) => o.goods_fen),
    of((o) => o.coupon_fen),
    of((o) => o.contact_name),
    of((o) => o.phone_tail),
    of((o) => o.remark),
    of((o) => o.expires_at),
    of((o) => {
      const taken = o.limits.filter((d) => d.key !== "").map((d) => [d.key, d.subject, d.pieces]);
      return taken.length === 0 ? null : JSON.stringify(taken);
    }),
    of((o) => o.new_customer),
    of((o) => (o.group && !o.group.opens ? groups.no(o.group.id) : 0)),
    of((o) => (o.group?.opens ? JSON.stringify(o.group) : null)),
    of((o) => o.lines.length),
    of((o) => o.limits.length),
    of((o) => o.coupons.length),
    ofLine((l) => l.id),
    column(orders.flatMap((o, i) => o.lines.map(() => i + 1))),
    column(numbers),
    ofLine((l) => l.ordered),
    ofLine((l) => l.goods_fen),
    ofLine((l) => l.coupon_fen),
    ofLine((l) => l.commission_base_fen),
    ofLine((l) => l.commission_fen),
    column(demands.map((d) => (d.key === "" ? 0 : counters.no(`${d.key} ${d.subject}`)))),
    column(demands.map((d) => d.pieces)),
    column(demands.map((d) => d.max)),
    column(uses.map((u) => coupons.no(u.coupon_id))),
    column(uses.map((u) => templates.no(u.template_id))),
    column(uses.map((u) => u.amount_fen)),
  ];
}
