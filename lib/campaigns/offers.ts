import "server-only";
import type { Actor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import type { Fen } from "#lib/kernel/money";
import type { Window } from "#lib/kernel/time";
import { now } from "#lib/platform/clock";
import type { Tx } from "#lib/platform/db";
import { openPools } from "#lib/stock/steps";
import { strikeThrough } from "./rules";
import type { Goods, OfferView } from "./schema";

export type ItemToPlace = {
  session: { id: string; opensAt: Date; cutoffAt: Date };
  slotId?: string;
  goods: Goods;
  cityId: string;
  priceFen: number;
  quota: number;
  perPersonLimit: number | null;
  commissionBp: number | null;
  sort: number;
};

/** Writes draft offers, each with a pool of its own; with `slotId` it is a flash offer and the window is the slot's. */
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
      layer: e.slotId ? ("flash" as const) : ("session" as const),
      saleSessionId: e.session.id,
      flashSlotId: e.slotId ?? null,
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
    })),
  });
  return ids.map((id, i) => ({ id, stockPoolId: pools[i] ?? "" }));
}

/** Makes drafts active: supply price, lead time, window and strike-through freeze, and every price is written down. */
export async function activate(
  tx: Tx,
  actor: Actor,
  e: {
    offers: readonly Pick<OfferView, "id" | "skuId" | "cityId" | "priceFen" | "startsAt" | "endsAt">[];
    goods: ReadonlyMap<string, Goods>;
    lowest: ReadonlyMap<string, Fen>;
    at: Date;
    window?: Window;
  },
): Promise<void> {
  const frozen = e.offers.map((o) => {
    const goods = e.goods.get(o.skuId);
    const strike = strikeThrough(o.priceFen, e.lowest.get(`${o.skuId} ${o.cityId}`) ?? null, goods?.msrpFen ?? null);
    return {
      id: o.id,
      starts_at: e.window?.startsAt ?? o.startsAt,
      ends_at: e.window?.endsAt ?? o.endsAt,
      supply: goods?.supplyPriceFen ?? 0,
      lead: goods?.leadDays ?? 0,
      list: strike?.listPriceFen ?? null,
      basis: strike?.basis ?? null,
    };
  });
  await tx.$executeRaw`
    update offer o set state = 'active'::offer_state, starts_at = x.starts_at, ends_at = x.ends_at, supply_price_fen = x.supply,
      lead_days = x.lead, list_price_fen = x.list, list_price_basis = x.basis
    from jsonb_to_recordset(${JSON.stringify(frozen)}::jsonb)
      as x(id text, starts_at timestamptz, ends_at timestamptz, supply bigint, lead int, list bigint, basis text)
    where o.id = x.id and o.state = 'draft'::offer_state`;
  await tx.priceChange.createMany({
    data: e.offers.map((o) => ({ offerId: o.id, skuId: o.skuId, toFen: o.priceFen, at: e.at, by: actor.id })),
  });
}
