import "server-only";
import { z } from "zod";
import type { CouponTemplate } from "#lib/generated/prisma/client";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { fen } from "#lib/kernel/money";
import { type Page, pageOf, readCursor } from "#lib/kernel/page";
import { Refusal } from "#lib/kernel/refusal";
import { now } from "#lib/platform/clock";
import { type Db, prisma } from "#lib/platform/db";
import type {
  ClaimableCoupon,
  CouponRow,
  CouponTerms,
  OrderCoupon,
  OwnCoupon,
  TemplateFigures,
  TemplateRow,
  TemplateView,
} from "../schema/coupons";

const money = (value: bigint | null) => (value === null ? null : fen(value));

const termsOf = (t: CouponTemplate): CouponTerms => ({
  kind: t.kind,
  amountFen: money(t.amountFen),
  percentBp: t.percentBp,
  maxOffFen: money(t.maxOffFen),
  thresholdFen: fen(t.thresholdFen),
  cityIds: t.cityIds,
  categoryIds: t.categoryIds,
  productIds: t.productIds,
  newCustomers: t.newCustomers,
  stacks: t.stacks,
});

/** The categories with everything that lies under them. */
async function withUnder(ids: readonly string[], db: Db): Promise<Map<string, string[]>> {
  const under = new Map(ids.map((id) => [id, [id]]));
  if (ids.length === 0) return under;
  const all = await db.category.findMany({ select: { id: true, parentId: true } });
  for (const [id, found] of under)
    for (const at of found) found.push(...all.filter((c) => c.parentId === at && c.id !== id).map((c) => c.id));
  return under;
}

/** A new customer has no order that stands or stood, and none waiting that was placed as her first. For higher domains. */
export async function isNewCustomer(db: Db, residentId: string): Promise<boolean> {
  const [stood, first] = await Promise.all([
    db.order.findFirst({
      where: { residentId, state: { notIn: ["cancelled", "pendingPayment"] } },
      select: { id: true },
    }),
    db.limitCount.findUnique({ where: { key_subject: { key: "n", subject: residentId } } }),
  ]);
  return stood === null && (first?.quantity ?? 0) === 0;
}

async function own(
  db: Db,
  where: NonNullable<Parameters<typeof prisma.coupon.findMany>[0]>["where"],
  take: number,
): Promise<OwnCoupon[]> {
  const rows = await db.coupon.findMany({
    where: where ?? {},
    include: { template: true },
    orderBy: [{ expiresAt: "asc" }, { id: "asc" }],
    take,
  });
  const under = await withUnder([...new Set(rows.flatMap((r) => r.template.categoryIds))], db);
  return rows.map((r) => ({
    ...termsOf(r.template),
    categoryIds: r.template.categoryIds.flatMap((id) => under.get(id) ?? [id]),
    id: r.id,
    residentId: r.residentId,
    templateId: r.templateId,
    name: r.template.name,
    templateState: r.template.state,
    state: r.state,
    startsAt: r.startsAt,
    expiresAt: r.expiresAt,
    funder: r.template.funder,
    funderId: r.template.funderId,
    budgetLeftFen: r.template.budgetFen === null ? null : fen(r.template.budgetFen - r.template.committedFen),
    orderId: r.orderId,
    grantedAt: r.grantedAt,
  }));
}

/** What a basket may use: open coupons that have not run out, the first to expire leading; given ids whatever their state. For higher domains. */
export const couponsFor = (residentId: string, at: Date, ids?: readonly string[]): Promise<OwnCoupon[]> =>
  own(
    prisma,
    ids ? { residentId, id: { in: [...ids] } } : { residentId, state: "open", expiresAt: { gt: at } },
    ids ? ids.length : 100,
  );

/** What many people may use, by resident: for the seed and the bench. */
export async function pursesOf(residentIds: readonly string[], at: Date): Promise<Map<string, OwnCoupon[]>> {
  const purses = new Map<string, OwnCoupon[]>();
  const where = { residentId: { in: [...new Set(residentIds)] }, state: "open" as const, expiresAt: { gt: at } };
  for (const c of await own(prisma, where, 10_000)) purses.set(c.residentId, [...(purses.get(c.residentId) ?? []), c]);
  return purses;
}

export type MyCouponState = "usable" | "used" | "expired";

/** A resident's own coupons, newest first within a state. Refuses: forbidden. */
export async function myCoupons(
  actor: Actor,
  input: { state?: MyCouponState | undefined; limit: number; cursor?: string | null | undefined },
): Promise<Page<OwnCoupon>> {
  authorise(actor, "coupons.claim", { residentId: actor.id });
  const at = now();
  const after = readCursor(input.cursor)?.[0];
  const states = {
    usable: { state: "open" as const, expiresAt: { gt: at } },
    used: { state: { in: ["held" as const, "used" as const] } },
    expired: { OR: [{ state: "void" as const }, { state: "open" as const, expiresAt: { lte: at } }] },
  };
  const rows = await prisma.coupon.findMany({
    where: {
      residentId: actor.id,
      ...(input.state ? states[input.state] : {}),
      ...(typeof after === "string" ? { id: { lt: after } } : {}),
    },
    orderBy: { id: "desc" },
    take: input.limit + 1,
    select: { id: true },
  });
  const page = pageOf(rows, input.limit, (r) => [r.id]);
  const full = new Map(
    (await own(prisma, { id: { in: page.rows.map((r) => r.id) } }, input.limit)).map((c) => [c.id, c]),
  );
  return { ...page, rows: page.rows.flatMap((r) => full.get(r.id) ?? []) };
}

const claimable = (t: CouponTemplate, taken: number): ClaimableCoupon => ({
  ...termsOf(t),
  id: t.id,
  name: t.name,
  claimTo: t.claimTo,
  validFrom: t.validFrom,
  validTo: t.validTo,
  validDays: t.validDays,
  left: t.quota === null ? null : Math.max(0, t.quota - t.claimed),
  perPerson: t.perPerson,
  taken,
});

/** The coupons a resident may take in a city now, and how many of each she has; nobody's for a visitor. */
export async function claimableCoupons(actor: Actor, cityId: string): Promise<ClaimableCoupon[]> {
  const at = now();
  const templates = (
    await prisma.couponTemplate.findMany({
      where: { state: "active", grant: "claim", claimFrom: { lte: at }, claimTo: { gt: at } },
      orderBy: { id: "desc" },
      take: 200,
    })
  ).filter((t) => (t.cityIds.length === 0 || t.cityIds.includes(cityId)) && (t.quota === null || t.claimed < t.quota));
  const taken = await prisma.coupon.groupBy({
    by: ["templateId"],
    where: { residentId: actor.id, templateId: { in: templates.map((t) => t.id) } },
    _count: true,
  });
  const counts = new Map(taken.map((t) => [t.templateId, t._count]));
  return templates.map((t) => claimable(t, counts.get(t.id) ?? 0));
}

const names = <T extends { id: string; name: string }>(rows: T[], ids: readonly string[]) =>
  ids.map((id) => rows.find((r) => r.id === id)?.name ?? id);

async function funderNames(rows: readonly { funder: string; funderId: string | null }[]): Promise<Map<string, string>> {
  const ids = rows.flatMap((r) => r.funderId ?? []);
  const [suppliers, leaders] = await Promise.all([
    prisma.supplier.findMany({ where: { id: { in: ids } }, select: { id: true, name: true } }),
    prisma.leader.findMany({ where: { id: { in: ids } }, select: { id: true, name: true } }),
  ]);
  return new Map([...suppliers, ...leaders].map((x) => [x.id, x.name]));
}

/** One template with everything its page shows. Refuses: forbidden, notFound. */
export async function templateById(actor: Actor, id: string): Promise<TemplateView> {
  const t = await prisma.couponTemplate.findUnique({ where: { id } });
  if (!t) throw new Refusal("notFound");
  authorise(actor, "coupons.see", { cityIds: t.cityIds });
  const people = [t.createdBy, t.activatedBy].flatMap((p) => p ?? []);
  const [cities, categories, products, users, funders] = await Promise.all([
    prisma.region.findMany({ where: { id: { in: t.cityIds } }, select: { id: true, name: true } }),
    prisma.category.findMany({ where: { id: { in: t.categoryIds } }, select: { id: true, name: true } }),
    prisma.product.findMany({ where: { id: { in: t.productIds } }, select: { id: true, name: true } }),
    prisma.user.findMany({ where: { id: { in: people } }, select: { id: true, name: true } }),
    funderNames([t]),
  ]);
  return {
    ...termsOf(t),
    id: t.id,
    name: t.name,
    state: t.state,
    grant: t.grant,
    funder: t.funder,
    funderId: t.funderId,
    funderName: t.funderId && (funders.get(t.funderId) ?? t.funderId),
    quota: t.quota,
    perPerson: t.perPerson,
    budgetFen: money(t.budgetFen),
    committedFen: fen(t.committedFen),
    claimed: t.claimed,
    claimFrom: t.claimFrom,
    claimTo: t.claimTo,
    validFrom: t.validFrom,
    validTo: t.validTo,
    validDays: t.validDays,
    cityNames: names(cities, t.cityIds),
    categoryNames: names(categories, t.categoryIds),
    productNames: names(products, t.productIds),
    createdAt: t.createdAt,
    createdBy: t.createdBy,
    createdByName: names(users, [t.createdBy])[0] ?? t.createdBy,
    changedBy: t.changedBy,
    activatedByName: t.activatedBy && (names(users, [t.activatedBy])[0] ?? t.activatedBy),
    activatedAt: t.activatedAt,
    endedAt: t.endedAt,
    version: t.version,
  };
}

const count = z.bigint().transform(Number);
const amount = z.bigint().transform((v) => fen(v));

/** Coupons by state, and what the orders that were paid with one brought and cost, refunds taken off. Refuses: forbidden, notFound. */
export async function templateFigures(actor: Actor, id: string): Promise<TemplateFigures> {
  const t = await prisma.couponTemplate.findUnique({ where: { id }, select: { cityIds: true } });
  if (!t) throw new Refusal("notFound");
  authorise(actor, "coupons.see", { cityIds: t.cityIds });
  const [states, sums] = await Promise.all([
    prisma.coupon.groupBy({ by: ["state"], where: { templateId: id }, _count: true }),
    prisma.$queryRaw`
      with shares as (
        select l.order_id, sum(s.amount_fen - case when l.paid_fen > 0 then s.amount_fen * l.refunded_fen / l.paid_fen else 0 end) as cost
        from coupon c join order_line l on l.order_id = c.order_id join coupon_share s on s.order_line_id = l.id and s.coupon_id = c.id
        where c.template_id = ${id} and c.state = 'used' group by 1)
      select count(*) as orders, coalesce(sum(o.paid_fen - o.refunded_fen), 0)::bigint as gmv, coalesce(sum(x.cost), 0)::bigint as cost
      from shares x join customer_order o on o.id = x.order_id`,
  ]);
  const of = (state: string) => states.find((s) => s.state === state)?._count ?? 0;
  const [sum] = z.array(z.object({ orders: count, gmv: amount, cost: amount })).parse(sums);
  return {
    claimed: states.reduce((n, s) => n + s._count, 0),
    open: of("open"),
    held: of("held"),
    used: of("used"),
    void: of("void"),
    orders: sum?.orders ?? 0,
    gmvFen: sum?.gmv ?? fen(0),
    costFen: sum?.cost ?? fen(0),
  };
}

/** A template's coupons, the last granted first. Refuses: forbidden, notFound. */
export async function couponsOf(
  actor: Actor,
  input: { templateId: string; limit: number; cursor?: string | null | undefined },
): Promise<Page<CouponRow>> {
  const t = await prisma.couponTemplate.findUnique({ where: { id: input.templateId }, select: { cityIds: true } });
  if (!t) throw new Refusal("notFound");
  authorise(actor, "coupons.see", { cityIds: t.cityIds });
  const after = readCursor(input.cursor)?.[0];
  const rows = await prisma.coupon.findMany({
    where: { templateId: input.templateId, ...(typeof after === "string" ? { id: { lt: after } } : {}) },
    orderBy: { id: "desc" },
    take: input.limit + 1,
  });
  const page = pageOf(rows, input.limit, (r) => [r.id]);
  const people = new Map(
    (
      await prisma.resident.findMany({
        where: { id: { in: page.rows.map((r) => r.residentId) } },
        select: { id: true, nickname: true, phoneTail: true },
      })
    ).map((p) => [p.id, p]),
  );
  return {
    ...page,
    rows: page.rows.map((r) => ({
      id: r.id,
      residentId: r.residentId,
      nickname: people.get(r.residentId)?.nickname ?? "",
      phoneTail: people.get(r.residentId)?.phoneTail ?? null,
      state: r.state,
      orderId: r.orderId,
      amountFen: money(r.amountFen),
      grantedAt: r.grantedAt,
      expiresAt: r.expiresAt,
      usedAt: r.usedAt,
    })),
  };
}

/** Rows of the list by id. */
export async function templatesById(ids: readonly string[]): Promise<TemplateRow[]> {
  const [rows, used] = await Promise.all([
    prisma.couponTemplate.findMany({ where: { id: { in: [...ids] } } }),
    prisma.coupon.groupBy({
      by: ["templateId"],
      where: { templateId: { in: [...ids] }, state: "used" },
      _count: true,
    }),
  ]);
  const funders = await funderNames(rows);
  const usedOf = new Map(used.map((u) => [u.templateId, u._count]));
  return rows.map((t) => ({
    id: t.id,
    name: t.name,
    state: t.state,
    kind: t.kind,
    amountFen: money(t.amountFen),
    percentBp: t.percentBp,
    maxOffFen: money(t.maxOffFen),
    thresholdFen: fen(t.thresholdFen),
    grant: t.grant,
    funder: t.funder,
    funderName: t.funderId && (funders.get(t.funderId) ?? t.funderId),
    quota: t.quota,
    claimed: t.claimed,
    budgetFen: money(t.budgetFen),
    committedFen: fen(t.committedFen),
    claimFrom: t.claimFrom,
    claimTo: t.claimTo,
    createdAt: t.createdAt,
    used: usedOf.get(t.id) ?? 0,
  }));
}

/** What each coupon took off each line of some orders. For higher domains. */
export async function couponsOfLines(lineIds: readonly string[], db: Db = prisma): Promise<OrderCoupon[]> {
  if (lineIds.length === 0) return [];
  const shares = await db.couponShare.findMany({
    where: { orderLineId: { in: [...lineIds] } },
    orderBy: [{ orderLineId: "asc" }, { couponId: "asc" }],
  });
  if (shares.length === 0) return [];
  const coupons = new Map(
    (
      await db.coupon.findMany({
        where: { id: { in: [...new Set(shares.map((s) => s.couponId))] } },
        select: { id: true, template: { select: { name: true } } },
      })
    ).map((c) => [c.id, c.template.name]),
  );
  return shares.map((s) => ({
    id: s.couponId,
    name: coupons.get(s.couponId) ?? "",
    funder: s.funder,
    amountFen: fen(s.amountFen),
    lineId: s.orderLineId,
  }));
}
