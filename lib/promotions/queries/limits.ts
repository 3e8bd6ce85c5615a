import "server-only";
import type { OfferView } from "#lib/campaigns/schema";
import type { Actor } from "#lib/identity/schema";
import { type Db, prisma } from "#lib/platform/db";
import { limitDemands } from "../rules";
import type { LimitDemand, LimitView } from "../schema";

/** Who asks: a visitor has bought nothing yet. */
export type Buyer = { residentId: string; household: string | null };

/** The caller as a buyer; a visitor or a leader's own page counts nobody's pieces. For the API. */
export async function buyerOf(actor: Actor): Promise<Buyer> {
  const row =
    actor.kind === "resident" && actor.id !== "anonymous"
      ? await prisma.resident.findUnique({ where: { id: actor.id }, select: { householdKey: true } })
      : null;
  return { residentId: actor.id, household: row?.householdKey ?? null };
}

/** Counters as they stand, by `key subject`. For higher domains. */
export async function counted(
  demands: readonly Pick<LimitDemand, "key" | "subject">[],
  db: Db = prisma,
): Promise<Map<string, number>> {
  const asked = demands.filter((d) => d.key !== "");
  if (asked.length === 0) return new Map();
  const rows = await db.limitCount.findMany({
    where: {
      key: { in: [...new Set(asked.map((d) => d.key))] },
      subject: { in: [...new Set(asked.map((d) => d.subject))] },
    },
  });
  return new Map(rows.map((r) => [`${r.key} ${r.subject}`, r.quantity]));
}

/** The demands of one who looks on: a household's limit asks nothing of whoever has not named a home. */
function demandsOf(offer: OfferView, buyer: Buyer): LimitDemand[] {
  const { household: _unasked, ...others } = offer.limits ?? {};
  const asked = buyer.household === null ? { ...offer, limits: others } : offer;
  return limitDemands(asked, 0, { ...buyer, day: offer.businessDay });
}

/** Each offer's limits with what she has bought against them, by offer id; offers without a limit are left out. For higher domains. */
export async function limitsFor(offers: readonly OfferView[], buyer: Buyer): Promise<Map<string, LimitView[]>> {
  const demands = new Map(offers.map((o) => [o.id, demandsOf(o, buyer)]));
  const counts = await counted([...demands.values()].flat());
  return new Map(
    offers.flatMap((o) => {
      const its = demands.get(o.id) ?? [];
      const views: LimitView[] = its.map((d) => ({
        kind: d.kind,
        max: d.max,
        bought: counts.get(`${d.key} ${d.subject}`) ?? 0,
      }));
      if (o.limits?.household !== undefined && buyer.household === null)
        views.push({ kind: "household", max: o.limits.household, bought: 0 });
      if (o.limits?.newCustomersOnly) views.push({ kind: "newCustomer", max: 1, bought: 0 });
      return views.length > 0 ? [[o.id, views] as const] : [];
    }),
  );
}
