import "server-only";
import { Prisma } from "#lib/generated/prisma/client";
import type { LossReason, SlotKind } from "#lib/generated/prisma/enums";
import type { Actor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { dateOf, type Window } from "#lib/kernel/time";
import { now } from "#lib/platform/clock";
import type { Tx } from "#lib/platform/db";
import { openPools } from "#lib/stock/steps";
import { evidenceFor, pairKey } from "./queries/price-evidence";
import { strikeThrough } from "./rules/prices";
import type { Goods, Minimum, OfferLimits, OfferView } from "./schema";
import type { Strike } from "./schema/prices";
import { closePriceBook } from "./steps/prices";

export type ItemToPlace = {
  session: { id: string; opensAt: Date; cutoffAt: Date };
  slot?: { id: string; kind: SlotKind };
  goods: Goods;
  cityId: string;
  priceFen: number;
  quota: number;
  perPersonLimit: number | null;
  commissionBp: number | null;
  sort: number;
  limits?: OfferLimits | null | undefined;
  minimum?: Minimum | null | undefined;
  lossReason?: LossReason | null | undefined;
  lossNote?: string | null | undefined;
};

/** Writes draft offers, each with a pool of its own; with `slot` its layer is the slot's kind and `session` carries the slot's window. */
export async function placeItems(
  tx: Tx,
  items: readonly ItemToPlace[],
): Promise<{ id: string; stockPoolId: string }[]> {
  const at = now();
  const ids = items.map(() => newId("ofr", at));
  const pools = await openPools(
    tx,
    items.map((e, i) => ({ skuId: e.goods.skuId, cityId: e.cityId, quota: e.quota, ref: ids[i] ?? "" })),
  );
  await tx.offer.createMany({
    data: items.map((e, i) => ({
      id: ids[i] ?? "",
      layer: e.slot?.kind ?? ("session" as const),
      saleSessionId: e.session.id,
      flashSlotId: e.slot?.id ?? null,
      skuId: e.goods.skuId,
      cityId: e.cityId,
      startsAt: e.session.opensAt,
      endsAt: e.session.cutoffAt,
      state: "draft" as const,
      priceFen: e.priceFen,
      supplyPriceFen: e.goods.supplyPriceFen,
      commissionBp: e.commissionBp,
      perPersonLimit: e.perPersonLimit,
      stockPoolId: pools[i] ?? "",
      leadDays: e.goods.leadDays,
      sort: e.sort,
      limits: e.limits ?? Prisma.DbNull,
      lossReason: e.lossReason ?? null,
      lossNote: e.lossNote || null,
      minCount: e.minimum?.count ?? null,
      minUnit: e.minimum?.unit ?? null,
      minScope: e.minimum?.scope ?? null,
    })),
  });
  return ids.map((id, i) => ({ id, stockPoolId: pools[i] ?? "" }));
}

type Priced = Pick<OfferView, "id" | "skuId" | "cityId" | "priceFen">;

/** The struck-through price each of some offers may carry when they begin at an instant, by id. The price book stays closed until the transaction ends. */
async function strikesOf(
  tx: Tx,
  e: { offers: readonly Priced[]; goods: ReadonlyMap<string, Goods>; startsAt: Date; at: Date },
): Promise<Map<string, Strike | null>> {
  await closePriceBook(tx);
  const evidence = await evidenceFor(tx, e.offers, e.startsAt > e.at ? e.startsAt : e.at, e.at);
  return new Map(
    e.offers.map((o) => [
      o.id,
      strikeThrough(o.priceFen, evidence.get(pairKey(o)) ?? null, e.goods.get(o.skuId)?.msrpFen ?? null),
    ]),
  );
}

/** Looks for the evidence again, for published offers that were moved to begin at another instant. */
export async function restrike(
  tx: Tx,
  e: { offers: readonly Priced[]; goods: ReadonlyMap<string, Goods>; startsAt: Date; at: Date },
): Promise<void> {
  for (const [id, strike] of await strikesOf(tx, e))
    await tx.offer.update({
      where: { id },
      data: {
        listPriceFen: strike?.listPriceFen ?? null,
        listPriceBasis: strike?.basis ?? null,
        listPriceDay: strike?.day ? dateOf(strike.day) : null,
      },
    });
}

/**
 * Makes drafts active, all of one window: supply price, lead time, window and strike-through freeze, and every price is written down.
 * The evidence of the strike-through is what was paid before the window begins, or before now when it has begun.
 */
export async function activate(
  tx: Tx,
  actor: Actor,
  e: {
    offers: readonly Pick<OfferView, "id" | "skuId" | "cityId" | "priceFen" | "startsAt" | "endsAt">[];
    goods: ReadonlyMap<string, Goods>;
    at: Date;
    window?: Window;
  },
): Promise<void> {
  const strikes = await strikesOf(tx, { ...e, startsAt: e.window?.startsAt ?? e.offers[0]?.startsAt ?? e.at });
  const frozen = e.offers.map((o) => {
    const goods = e.goods.get(o.skuId);
    const strike = strikes.get(o.id);
    return {
      id: o.id,
      starts_at: e.window?.startsAt ?? o.startsAt,
      ends_at: e.window?.endsAt ?? o.endsAt,
      supply: goods?.supplyPriceFen ?? 0,
      lead: goods?.leadDays ?? 0,
      list: strike?.listPriceFen ?? null,
      basis: strike?.basis ?? null,
      day: strike?.day ?? null,
    };
  });
  await tx.$executeRaw`
    update offer o set state = 'active'::offer_state, starts_at = x.starts_at, ends_at = x.ends_at, supply_price_fen = x.supply,
      lead_days = x.lead, list_price_fen = x.list, list_price_basis = x.basis, list_price_day = x.day
    from jsonb_to_recordset(${JSON.stringify(frozen)}::jsonb)
      as x(id text, starts_at timestamptz, ends_at timestamptz, supply bigint, lead int, list bigint, basis text, day date)
    where o.id = x.id and o.state = 'draft'::offer_state`;
  await tx.priceChange.createMany({
    data: e.offers.map((o) => ({ offerId: o.id, skuId: o.skuId, toFen: o.priceFen, at: e.at, by: actor.id })),
  });
}
