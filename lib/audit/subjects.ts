import "server-only";
import { authorise, can, type Deed, type Target } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { Refusal } from "#lib/kernel/refusal";
import { type Db, prisma } from "#lib/platform/db";

type Place = Omit<Target, "siteId"> & {
  /** Any of these sites is enough for a person limited to sites. */
  sites?: string[];
};
type Subject = { see: readonly [Deed, ...Deed[]]; find: (db: Db, id: string) => Promise<Place | null> };

/** What may be talked about: the deed that shows its record, and where it stands. As strict as the record's own query. */
const subjects: Record<string, Subject> = {
  order: {
    see: ["orders.see"],
    find: (db, id) => db.order.findUnique({ where: { id }, select: { cityId: true } }),
  },
  session: {
    see: ["sessions.see"],
    find: (db, id) => db.saleSession.findUnique({ where: { id }, select: { cityIds: true } }),
  },
  slot: {
    see: ["sessions.see"],
    find: async (db, id) =>
      (await db.flashSlot.findUnique({ where: { id }, select: { saleSession: { select: { cityIds: true } } } }))
        ?.saleSession ?? null,
  },
  couponTemplate: {
    see: ["coupons.see"],
    find: (db, id) => db.couponTemplate.findUnique({ where: { id }, select: { cityIds: true } }),
  },
  product: {
    see: ["catalog.see"],
    find: async (db, id) => {
      const product = await db.product.findUnique({ where: { id }, select: { supplierId: true } });
      return product && db.supplier.findUnique({ where: { id: product.supplierId }, select: { cityIds: true } });
    },
  },
  supplier: {
    see: ["suppliers.see"],
    find: (db, id) => db.supplier.findUnique({ where: { id }, select: { cityIds: true } }),
  },
  application: {
    see: ["suppliers.see"],
    find: async (db, id) => {
      const row = await db.supplierApplication.findUnique({ where: { id }, select: { fields: true, state: true } });
      const { cityIds } = (row?.fields ?? {}) as { cityIds?: unknown };
      return row && row.state !== "draft"
        ? { cityIds: typeof cityIds === "string" ? cityIds.split(",").filter(Boolean) : [] }
        : null;
    },
  },
  leader: {
    see: ["leaders.see"],
    find: (db, id) => db.leader.findUnique({ where: { id }, select: { cityId: true } }),
  },
  leaderApplication: {
    see: ["leaders.see"],
    find: (db, id) => db.leaderApplication.findUnique({ where: { id }, select: { cityId: true } }),
  },
  point: {
    see: ["points.see"],
    find: async (db, id) => {
      const row = await db.pickupPoint.findUnique({ where: { id }, select: { cityId: true, routeId: true } });
      return row && { cityId: row.cityId, sites: [row.routeId] };
    },
  },
  purchase: {
    see: ["procurement.see", "fulfilment.see"],
    find: async (db, id) => {
      const row = await db.purchaseOrder.findUnique({ where: { id }, select: { cityId: true, warehouseId: true } });
      return row && { cityId: row.cityId, sites: [row.warehouseId] };
    },
  },
  delivery: {
    see: ["fulfilment.see"],
    find: async (db, id) => {
      const select = { cityId: true, warehouseId: true, routeId: true };
      const row = await db.delivery.findUnique({ where: { id }, select });
      return row && { cityId: row.cityId, sites: [row.warehouseId, row.routeId] };
    },
  },
  aftersale: {
    see: ["aftersales.see"],
    find: (db, id) => db.afterSale.findUnique({ where: { id }, select: { cityId: true } }),
  },
  statement: {
    see: ["settlement.see"],
    find: async (db, id) => (await db.supplierStatement.findUnique({ where: { id }, select: { id: true } })) && {},
  },
  withdrawal: {
    see: ["payouts.see"],
    find: async (db, id) => (await db.withdrawal.findUnique({ where: { id }, select: { id: true } })) && {},
  },
  payoutBatch: {
    see: ["payouts.see"],
    find: async (db, id) => (await db.payoutBatch.findUnique({ where: { id }, select: { id: true } })) && {},
  },
  journal: {
    see: ["ledger.see"],
    find: async (db, id) =>
      /^\d{1,18}$/.test(id)
        ? (await db.journal.findUnique({ where: { id: BigInt(id) }, select: { id: true } })) && {}
        : null,
  },
  account: {
    see: ["ledger.see"],
    find: async (db, id) => (await db.account.findFirst({ where: { code: id }, select: { code: true } })) && {},
  },
  user: {
    see: ["people.see"],
    find: async (db, id) => (await db.user.findUnique({ where: { id }, select: { id: true } })) && {},
  },
};

const asTarget = ({ sites, ...place }: Place, actor: Actor): Target =>
  sites ? { ...place, siteId: sites.find((site) => actor.siteIds.includes(site)) ?? sites[0] ?? null } : place;

/**
 * Checks that a colleague may see the record, and answers who else may: both by the policy. Suppliers, leaders and residents
 * have no part in the talk. Refuses: notFound (no such record, or outside the actor's scope), forbidden.
 */
export async function seenSubject(
  actor: Actor,
  subject: { subjectType: string; subjectId: string },
  db: Db = prisma,
): Promise<{ maySee: (other: Actor) => boolean }> {
  const found = Object.hasOwn(subjects, subject.subjectType) ? subjects[subject.subjectType] : undefined;
  const place = found && (await found.find(db, subject.subjectId));
  if (!found || !place) throw new Refusal("notFound");
  if (actor.kind !== "operator" && actor.kind !== "system") throw new Refusal("forbidden");
  authorise(actor, found.see.find((deed) => can(actor, deed)) ?? found.see[0], asTarget(place, actor));
  return {
    maySee: (other) => other.kind === "operator" && found.see.some((deed) => can(other, deed, asTarget(place, other))),
  };
}
