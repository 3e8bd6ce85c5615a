import "server-only";
import type { z } from "zod";
import { record, stale } from "#lib/audit/steps";
import { Prisma } from "#lib/generated/prisma/client";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { Refusal } from "#lib/kernel/refusal";
import { from, next } from "#lib/kernel/states";
import { now } from "#lib/platform/clock";
import { type Tx, transact } from "#lib/platform/db";
import { changeQuota } from "#lib/stock/steps";
import { namingClashes } from "../conflicts";
import { goodsOf } from "../goods";
import { type ItemToPlace, placeItems } from "../offers";
import { offersById, offersOfSession } from "../queries";
import { offerTable, repricing } from "../rules";
import type {
  AddItemsInput,
  ChangeItemInput,
  changePriceInput,
  OfferView,
  offerRefInput,
  removeItemsInput,
} from "../schema";
import { lockSession } from "../steps";

/**
 * Adds products to a draft; price, quota and commission default to the catalogue's. What the session already has is left as it is.
 * Returns how many offers were added. Refuses: notFound, forbidden, illegalTransition, notListed, notPriced.
 */
export async function addItems(actor: Actor, input: AddItemsInput): Promise<{ added: number }> {
  return transact(async (tx) => {
    const session = await lockSession(tx, input.sessionId);
    authorise(actor, "sessions.edit", { cityIds: session.cityIds });
    if (session.state !== "draft") throw new Refusal("illegalTransition", { state: session.state, event: "addItems" });
    const standing = (await offersOfSession(session.id, tx)).filter(
      (o) => o.layer === "session" && o.state !== "closed",
    );
    const has = new Set(standing.map((o) => `${o.skuId} ${o.cityId}`));
    const goods = await goodsOf(
      tx,
      input.items.map((i) => i.skuId),
    );
    let sort = standing.reduce((top, o) => Math.max(top, o.sort), 0);
    const placing: ItemToPlace[] = [];
    for (const item of input.items) {
      const good = goods.get(item.skuId);
      if (!good) throw new Refusal("notFound");
      if (!good.isListed || !good.supplierIsActive) throw new Refusal("notListed", { name: good.name });
      const priceFen = item.priceFen ?? good.salePriceFen;
      if (priceFen === null) throw new Refusal("notPriced", { name: good.name });
      if (item.cityId && !session.cityIds.includes(item.cityId)) throw new Refusal("notFound");
      sort++;
      for (const cityId of item.cityId ? [item.cityId] : session.cityIds) {
        if (has.has(`${item.skuId} ${cityId}`)) continue;
        has.add(`${item.skuId} ${cityId}`);
        placing.push({
          session,
          goods: good,
          cityId,
          priceFen,
          quota: item.quota ?? good.dailyQuota ?? 0,
          perPersonLimit: item.perPersonLimit ?? null,
          commissionBp: item.commissionBp ?? good.commissionBp,
          sort,
        });
      }
    }
    await placeItems(tx, placing);
    const added = placing.length;
    await record(tx, actor, {
      deed: "sessions.addItems",
      subjectType: "session",
      subjectId: session.id,
      after: {
        added,
        names: [...goods.values()]
          .map((g) => g.name)
          .join("、")
          .slice(0, 300),
      },
    });
    return { added };
  });
}

/** The offer and its session, both locked for the rest of the transaction. */
async function lockOffer(tx: Tx, actor: Actor, offerId: string) {
  const found = await tx.offer.findUnique({ where: { id: offerId } });
  if (!found) throw new Refusal("notFound");
  const session = await lockSession(tx, found.saleSessionId);
  authorise(actor, found.layer === "flash" ? "flash.edit" : "sessions.edit", {
    cityId: found.cityId,
    cityIds: session.cityIds,
  });
  const [offer] = await offersById([offerId], tx);
  if (!offer) throw new Refusal("notFound");
  return { offer, session };
}

/**
 * Changes quota, limit and commission of an item. A published one takes only more quota.
 * Refuses: notFound, forbidden, illegalTransition, quotaTooLow, quotaOnlyUp, frozenAfterPublish, staleVersion.
 */
export async function changeItem(actor: Actor, input: ChangeItemInput): Promise<void> {
  await transact(async (tx) => {
    const { offer, session } = await lockOffer(tx, actor, input.offerId);
    if (offer.state === "closed" || !(session.state === "draft" || session.state === "published"))
      throw new Refusal("illegalTransition", { state: offer.state, event: "edit" });
    const isDraft = offer.state === "draft";
    if (
      (input.seenQuota ?? offer.quota) !== offer.quota ||
      (input.seenLimit === undefined ? offer.perPersonLimit : input.seenLimit) !== offer.perPersonLimit
    )
      throw await stale(tx, actor, { subjectType: "session", subjectId: session.id });
    if (input.quota !== undefined && input.quota !== offer.quota) {
      if (!isDraft && input.quota < offer.quota)
        throw new Refusal("quotaOnlyUp", { name: offer.name }, [{ field: "quota", code: "quotaOnlyUp" }]);
      if (offer.layer === "flash") await carve(tx, offer, input.quota - offer.quota);
      await changeQuota(tx, {
        poolId: offer.stockPoolId,
        delta: input.quota - offer.quota,
        why: "edit",
        ref: offer.id,
      });
    }
    const limit = input.perPersonLimit === undefined ? offer.perPersonLimit : input.perPersonLimit;
    const bp = input.commissionBp === undefined ? offer.commissionBp : input.commissionBp;
    if (!isDraft && (limit !== offer.perPersonLimit || bp !== offer.commissionBp))
      throw new Refusal("frozenAfterPublish", { name: offer.name });
    if (limit !== offer.perPersonLimit || bp !== offer.commissionBp) {
      await tx.offer.updateMany({
        where: { id: offer.id, state: "draft" },
        data: { perPersonLimit: limit, commissionBp: bp },
      });
    }
    await record(tx, actor, {
      deed: "sessions.changeItem",
      subjectType: "session",
      subjectId: session.id,
      before: {
        name: offer.name,
        quota: offer.quota,
        perPersonLimit: offer.perPersonLimit,
        commissionBp: offer.commissionBp,
      },
      after: { name: offer.name, quota: input.quota ?? offer.quota, perPersonLimit: limit, commissionBp: bp },
    });
  });
}

/** Takes pieces for a flash offer out of (or, negative, back into) the session's pool. Refuses: flashQuota. */
async function carve(
  tx: Tx,
  flash: Pick<OfferView, "saleSessionId" | "skuId" | "cityId" | "name" | "id">,
  pieces: number,
): Promise<void> {
  const home = (await offersOfSession(flash.saleSessionId, tx))
    .filter((o) => o.layer === "session" && o.skuId === flash.skuId && o.cityId === flash.cityId)
    .sort((a, b) => (a.id < b.id ? 1 : -1))[0];
  if (!home || home.available < pieces)
    throw new Refusal("flashQuota", { name: flash.name, available: home?.available ?? 0 }, [
      { field: "quota", code: "flashQuota" },
    ]);
  await changeQuota(tx, { poolId: home.stockPoolId, delta: -pieces, why: "flash", ref: flash.id });
}

/** Takes items out of a draft. Refuses: notFound, forbidden, illegalTransition, itemInSlot. */
export async function removeItems(actor: Actor, input: z.infer<typeof removeItemsInput>): Promise<void> {
  await transact(async (tx) => {
    for (const offerId of input.offerIds) {
      const { offer, session } = await lockOffer(tx, actor, offerId);
      if (offer.state !== "draft" || offer.layer !== "session")
        throw new Refusal("illegalTransition", { state: offer.state, event: "remove" });
      const slotted = await tx.offer.findFirst({
        where: {
          saleSessionId: session.id,
          layer: "flash",
          skuId: offer.skuId,
          cityId: offer.cityId,
          state: { not: "closed" },
        },
      });
      if (slotted) throw new Refusal("itemInSlot", { name: offer.name });
      await changeQuota(tx, { poolId: offer.stockPoolId, delta: -offer.quota, why: "removed", ref: offer.id });
      await tx.offer.deleteMany({ where: { id: offer.id, state: "draft" } });
      await record(tx, actor, {
        deed: "sessions.removeItem",
        subjectType: "session",
        subjectId: session.id,
        before: { name: offer.name, priceFen: offer.priceFen, quota: offer.quota },
      });
    }
  });
}

/**
 * Changes a price. A draft takes any; a published offer falls in place, and a rise closes it and opens a successor on the same pool,
 * so that nobody's placed order changes. Returns the offer that holds the price now.
 * Refuses: notFound, forbidden, illegalTransition, saleEnded, reasonRequired (a rise), flashNotCheaper, staleVersion.
 */
export async function changePrice(actor: Actor, input: z.infer<typeof changePriceInput>): Promise<{ offerId: string }> {
  return namingClashes({ offerId: input.offerId }, () =>
    transact(async (tx) => {
      const { offer, session } = await lockOffer(tx, actor, input.offerId);
      if (offer.state === "closed") throw new Refusal("illegalTransition", { state: offer.state, event: "reprice" });
      const at = now();
      if (offer.state !== "draft" && offer.endsAt <= at) throw new Refusal("saleEnded");
      if (offer.layer === "flash") await checkCheaper(tx, offer, input.priceFen);
      if ((input.seenFen ?? offer.priceFen) !== offer.priceFen)
        throw await stale(tx, actor, { subjectType: "session", subjectId: session.id });
      const how = repricing(offer, input.priceFen as typeof offer.priceFen);
      if (how === "none") return { offerId: offer.id };
      const written = {
        deed: "sessions.price",
        subjectType: "session",
        subjectId: session.id,
        reason: input.reason || null,
      };
      const before = { name: offer.name, priceFen: offer.priceFen };
      const after = { name: offer.name, priceFen: input.priceFen };
      if (how === "inPlace") {
        const changed = await tx.offer.updateMany({
          where: { id: offer.id, priceFen: offer.priceFen, state: offer.state },
          data: { priceFen: input.priceFen },
        });
        if (changed.count !== 1) throw new Refusal("staleVersion");
        if (offer.state !== "draft")
          await tx.priceChange.create({
            data: {
              offerId: offer.id,
              skuId: offer.skuId,
              fromFen: offer.priceFen,
              toFen: input.priceFen,
              at,
              by: actor.id,
              reason: input.reason || null,
            },
          });
        await record(tx, actor, { ...written, before, after });
        return { offerId: offer.id };
      }
      if (!input.reason) throw new Refusal("reasonRequired", {}, [{ field: "reason", code: "reasonRequired" }]);
      const successor = await succeed(tx, offer, input.priceFen, at);
      await tx.priceChange.create({
        data: {
          offerId: successor,
          skuId: offer.skuId,
          fromFen: offer.priceFen,
          toFen: input.priceFen,
          at,
          by: actor.id,
          reason: input.reason,
        },
      });
      await record(tx, actor, { ...written, before, after });
      return { offerId: successor };
    }),
  );
}

async function checkCheaper(tx: Tx, flash: OfferView, priceFen: number): Promise<void> {
  const home = (await offersOfSession(flash.saleSessionId, tx)).find(
    (o) => o.layer === "session" && o.state !== "closed" && o.skuId === flash.skuId && o.cityId === flash.cityId,
  );
  if (home && priceFen >= home.priceFen)
    throw new Refusal("flashNotCheaper", { name: flash.name }, [{ field: "priceFen", code: "flashNotCheaper" }]);
}

/** Closes an offer at `at` and opens one like it at another price on the same pool; returns the successor's id. */
async function succeed(tx: Tx, offer: OfferView, priceFen: number, at: Date): Promise<string> {
  const hasBegun = offer.startsAt < at;
  const closed = await tx.offer.updateMany({
    where: { id: offer.id, state: offer.state, priceFen: offer.priceFen },
    data: { state: "closed", ...(hasBegun ? { endsAt: at } : {}) },
  });
  if (closed.count !== 1) throw new Refusal("staleVersion");
  const row = await tx.offer.findUniqueOrThrow({ where: { id: offer.id } });
  const id = newId("ofr", at);
  const keepsStrike = row.listPriceFen !== null && row.listPriceFen > priceFen;
  await tx.offer.create({
    data: {
      ...row,
      limits: row.limits ?? Prisma.DbNull,
      id,
      state: offer.state,
      priceFen,
      startsAt: hasBegun ? at : offer.startsAt,
      endsAt: offer.endsAt,
      successorOfId: offer.id,
      listPriceFen: keepsStrike ? row.listPriceFen : null,
      listPriceBasis: keepsStrike ? row.listPriceBasis : null,
    },
  });
  return id;
}

async function switchOffer(
  actor: Actor,
  input: z.infer<typeof offerRefInput>,
  event: "pause" | "resume",
): Promise<void> {
  await namingClashes({ offerId: input.offerId }, () =>
    transact(async (tx) => {
      const { offer, session } = await lockOffer(tx, actor, input.offerId);
      const state = next(offerTable, offer.state, event);
      const written = await tx.offer.updateMany({
        where: { id: offer.id, state: { in: from(offerTable, event) } },
        data: { state },
      });
      if (written.count !== 1) throw new Refusal("staleVersion");
      await record(tx, actor, {
        deed: `sessions.${event}Item`,
        subjectType: "session",
        subjectId: session.id,
        before: { name: offer.name, state: offer.state },
        after: { name: offer.name, state },
        reason: input.reason || null,
      });
    }),
  );
}

/** Takes an offer off sale for now; placed orders stand. Refuses: notFound, forbidden, illegalTransition. */
export async function pauseOffer(actor: Actor, input: z.infer<typeof offerRefInput>): Promise<void> {
  await switchOffer(actor, input, "pause");
}

/** Puts a paused offer back on sale. Refuses: notFound, forbidden, illegalTransition. */
export async function resumeOffer(actor: Actor, input: z.infer<typeof offerRefInput>): Promise<void> {
  await switchOffer(actor, input, "resume");
}
