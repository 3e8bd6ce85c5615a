import "server-only";
import { offersOfSession, offersOfSlots, sessionById } from "#lib/campaigns/queries";
import { marginBp } from "#lib/campaigns/rules";
import type { OfferView } from "#lib/campaigns/schema";
import { rulesAt } from "#lib/commission/queries";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { fen, times } from "#lib/kernel/money";
import { Refusal } from "#lib/kernel/refusal";
import { now } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { setting } from "#lib/platform/settings";
import { changeOf, expectedMargin, totalsOf, withinQuota } from "../rules/plan";
import type { PlannedItem, PublishDiff } from "../schema/plan";
import { forecastUnits } from "./forecast";

const keyOf = (o: Pick<OfferView, "skuId" | "cityId">) => `${o.skuId} ${o.cityId}`;
const standing = (offers: readonly OfferView[], layer: OfferView["layer"]) =>
  offers.filter((o) => o.layer === layer && o.state !== "closed");

/**
 * What publishing changes and what it is expected to bring: a session against an earlier one (`againstId`, null: none), a slot
 * against its session's own prices. Refuses: notFound, forbidden.
 */
export async function publishDiff(
  actor: Actor,
  of: { sessionId: string; againstId: string | null } | { slotId: string },
): Promise<PublishDiff> {
  const slot = "slotId" in of ? await prisma.flashSlot.findUnique({ where: { id: of.slotId } }) : null;
  const session = await sessionById("slotId" in of ? (slot?.saleSessionId ?? "") : of.sessionId);
  if (!session) throw new Refusal("notFound");
  authorise(actor, "sessions.see", { cityIds: session.cityIds });
  const layer = slot?.kind ?? "session";
  const againstId = "slotId" in of ? session.id : of.againstId;
  const [offers, earlier, against, rules, floorBp] = await Promise.all([
    slot ? offersOfSlots([slot.id]) : offersOfSession(session.id),
    againstId ? offersOfSession(againstId) : [],
    againstId && !slot ? sessionById(againstId) : null,
    rulesAt(now()),
    setting(prisma, "marginFloorBp"),
  ]);
  const items = standing(offers, layer);
  const skuIds = items.map((o) => o.skuId);
  const [forecast, skus] = await Promise.all([
    forecastUnits(actor, { day: session.businessDay, cityIds: session.cityIds, skuIds, layer }),
    prisma.sku.findMany({ where: { id: { in: skuIds } }, select: { id: true, supplyPriceFen: true } }),
  ]);
  const supply = new Map(skus.map((s) => [s.id, fen(s.supplyPriceFen)]));
  const foretold = new Map(forecast.rows.map((r) => [keyOf(r), r]));
  const before = new Map(standing(earlier, "session").map((o) => [keyOf(o), o]));
  const defaultBp = rules.find((r) => r.scope === "default")?.rateBp ?? 0;
  const planned = items.map((o): PlannedItem => {
    const supplyFen = o.state === "draft" ? (supply.get(o.skuId) ?? o.supplyPriceFen) : o.supplyPriceFen;
    const known = foretold.get(keyOf(o));
    const units = known ? withinQuota(known, o.quota) : null;
    const fromFen = before.get(keyOf(o))?.priceFen ?? null;
    const bp = marginBp({ ...o, supplyPriceFen: supplyFen }, defaultBp);
    return {
      ...{ offerId: o.id, name: o.name, spec: o.spec, cityId: o.cityId, quota: o.quota, supplyFen, fromFen },
      toFen: o.priceFen,
      change: changeOf(fromFen, o.priceFen),
      marginBp: bp,
      units,
      gmvFen: units && times(o.priceFen, units.units),
      margin:
        units && expectedMargin({ priceFen: o.priceFen, supplyFen, commissionBp: o.commissionBp ?? defaultBp }, units),
      isBelowCost: o.priceFen < supplyFen,
      isUnderRule: bp < floorBp,
    };
  });
  const kept = new Set(items.map(keyOf));
  const removed = slot
    ? []
    : [...before.values()]
        .filter((o) => !kept.has(keyOf(o)))
        .map(
          (o): PlannedItem => ({
            ...{ offerId: o.id, name: o.name, spec: o.spec, cityId: o.cityId, quota: 0, supplyFen: o.supplyPriceFen },
            ...{ fromFen: o.priceFen, toFen: null, change: "removed", marginBp: 0 },
            ...{ units: null, gmvFen: null, margin: null, isBelowCost: false, isUnderRule: false },
          }),
        );
  const all = [...planned, ...removed];
  const { day, errorBp, testedDays } = forecast;
  return {
    layer,
    against: against && { id: against.id, name: against.name, day: against.businessDay },
    items: all,
    ...totalsOf(all),
    floorBp,
    forecast: { day, errorBp, testedDays },
  };
}
