import "server-only";
import type { z } from "zod";
import { record, stale } from "#lib/audit/steps";
import { rulesAt } from "#lib/commission/queries";
import { Prisma } from "#lib/generated/prisma/client";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { fen, split } from "#lib/kernel/money";
import { Refusal } from "#lib/kernel/refusal";
import { from, next } from "#lib/kernel/states";
import { dateOf } from "#lib/kernel/time";
import { now } from "#lib/platform/clock";
import { type Db, prisma, type Tx, transact } from "#lib/platform/db";
import { announce } from "#lib/platform/news";
import { setting } from "#lib/platform/settings";
import { changeQuota } from "#lib/stock/steps";
import { allottedConflicts, lockSkus, namingOverlaps, refuseConflicts } from "../conflicts";
import { priceAsked } from "../events";
import { goodsOf } from "../goods";
import { type ItemToPlace, placeItems } from "../offers";
import { sessionPlan } from "../plans";
import { offersById, offersOfSession } from "../queries";
import { evidenceFor, pairKey } from "../queries/price-evidence";
import { bulkEdited, offerTable, priceTrouble, repricing } from "../rules";
import { strikeThrough } from "../rules/prices";
import type {
  AddItemsInput,
  BulkEditInput,
  ChangeItemInput,
  changePriceInput,
  decidePriceInput,
  OfferView,
  offerRefInput,
  removeItemsInput,
  stopOfferInput,
} from "../schema";
import { giveBack, lockSession } from "../steps";
import { closePriceBook } from "../steps/prices";

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
      const cityIds = (item.cityId ? [item.cityId] : session.cityIds).filter((c) => !has.has(`${item.skuId} ${c}`));
      // what the supplier allots for a day is shared by the cities
      const shares = split(
        fen(good.dailyQuota ?? 0),
        cityIds.map(() => 1),
      );
      for (const [i, cityId] of cityIds.entries()) {
        has.add(`${item.skuId} ${cityId}`);
        placing.push({
          session,
          goods: good,
          cityId,
          priceFen,
          quota: item.quota ?? shares[i] ?? 0,
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

/** The offer and its session, both locked for the rest of the transaction; what a colleague is looking at does not change. */
async function lockOffer(tx: Tx, actor: Actor, offerId: string) {
  const found = await tx.offer.findUnique({ where: { id: offerId } });
  if (!found) throw new Refusal("notFound");
  const session = await lockSession(tx, found.saleSessionId);
  authorise(actor, found.layer === "session" ? "sessions.edit" : "flash.edit", {
    cityId: found.cityId,
    cityIds: session.cityIds,
  });
  const [offer] = await offersById([offerId], tx);
  if (!offer) throw new Refusal("notFound");
  const slot = found.flashSlotId ? await tx.flashSlot.findUnique({ where: { id: found.flashSlotId } }) : null;
  if (session.state === "inReview" || slot?.state === "inReview")
    throw new Refusal("illegalTransition", { state: "inReview", event: "edit" });
  return { offer, session };
}

type Locked = Awaited<ReturnType<typeof lockOffer>>;

/** Refuses: quotaOverAllotted, when the pools of a SKU add up to more than the supplier gives that day; the caller has locked the SKU. */
async function checkAllotted(tx: Tx, { offer, session }: Locked): Promise<void> {
  const { opensAt, cutoffAt, cityIds } = session;
  const plan = { id: session.id, businessDay: offer.businessDay, opensAt, cutoffAt, cityIds };
  const found = await allottedConflicts(
    tx,
    { session: plan, items: [offer], own: [] },
    await goodsOf(tx, [offer.skuId]),
  );
  refuseConflicts(found, { name: offer.name, isSlot: false });
}

/** The changes to an item inside a transaction; returns whether anything changed. */
async function applyItem(
  tx: Tx,
  actor: Actor,
  { offer, session }: Locked,
  input: Omit<ChangeItemInput, "offerId">,
): Promise<void> {
  if (offer.state === "closed" || !(session.state === "draft" || session.state === "published"))
    throw new Refusal("illegalTransition", { state: offer.state, event: "edit" });
  const isDraft = offer.state === "draft";
  if (
    (input.seenQuota ?? offer.quota) !== offer.quota ||
    (input.seenLimit === undefined ? offer.perPersonLimit : input.seenLimit) !== offer.perPersonLimit
  )
    throw await stale(tx, actor, { subjectType: "session", subjectId: session.id });
  const facts = <K extends keyof typeof input & keyof OfferView>(key: K) =>
    input[key] === undefined ? offer[key] : input[key];
  const terms = {
    perPersonLimit: facts("perPersonLimit") ?? null,
    commissionBp: facts("commissionBp") ?? null,
    limits: facts("limits") ?? null,
    minimum: facts("minimum") ?? null,
    lossReason: facts("lossReason") ?? null,
    lossNote: facts("lossNote") || null,
  };
  const before = {
    perPersonLimit: offer.perPersonLimit,
    commissionBp: offer.commissionBp,
    limits: offer.limits,
    minimum: offer.minimum,
    lossReason: offer.lossReason,
    lossNote: offer.lossNote,
  };
  const changes = JSON.stringify(terms) !== JSON.stringify(before);
  if (changes && !isDraft) throw new Refusal("frozenAfterPublish", { name: offer.name });
  const quota = input.quota ?? offer.quota;
  if (quota !== offer.quota) {
    if (!isDraft && quota < offer.quota)
      throw new Refusal("quotaOnlyUp", { name: offer.name }, [{ field: "quota", code: "quotaOnlyUp" }]);
    await lockSkus(tx, [offer.skuId]);
    if (offer.layer !== "session") await carve(tx, offer, quota - offer.quota);
    await changeQuota(tx, { poolId: offer.stockPoolId, delta: quota - offer.quota, why: "edit", ref: offer.id });
    if (!isDraft) await checkAllotted(tx, { offer, session });
  }
  if (changes) {
    const { minimum, limits, ...rest } = terms;
    await tx.offer.updateMany({
      where: { id: offer.id, state: "draft" },
      data: {
        ...rest,
        limits: limits ?? Prisma.DbNull,
        minCount: minimum?.count ?? null,
        minUnit: minimum?.unit ?? null,
        minScope: minimum?.scope ?? null,
      },
    });
  }
  if (!changes && quota === offer.quota) return;
  await record(tx, actor, {
    deed: "sessions.changeItem",
    ...subjectOf(offer),
    before: { name: offer.name, quota: offer.quota, ...before },
    after: { name: offer.name, quota, ...terms },
  });
}

/** Under whose history a change of an offer stands. */
const subjectOf = (offer: Pick<OfferView, "flashSlotId" | "saleSessionId">) =>
  offer.flashSlotId
    ? { subjectType: "slot", subjectId: offer.flashSlotId }
    : { subjectType: "session", subjectId: offer.saleSessionId };

/**
 * Changes quota, limits, minimum, commission and the reason of a loss. A published item takes only more quota.
 * Refuses: notFound, forbidden, illegalTransition, quotaTooLow, quotaOnlyUp, quotaOverAllotted, flashQuota, frozenAfterPublish, staleVersion.
 */
export async function changeItem(actor: Actor, { offerId, ...input }: ChangeItemInput): Promise<void> {
  await transact(async (tx) => applyItem(tx, actor, await lockOffer(tx, actor, offerId), input));
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
          layer: { not: "session" },
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

/** An offer's plan at its present window, for naming an overlap that only the database saw. */
const planOf = (offerId: string) => async () => {
  const offers = await offersById([offerId]);
  const { saleSessionId = "" } = offers[0] ?? {};
  const session = await prisma.saleSession.findUniqueOrThrow({ where: { id: saleSessionId } });
  return { ...(await sessionPlan(prisma, session)), items: offers, own: [offerId] };
};

type PriceChangeAsked = Omit<z.infer<typeof changePriceInput>, "offerId">;

/** Writes the price: in place, or by a successor when a published one rises. Returns the offer that holds it now. */
async function applyPrice(tx: Tx, actor: Actor, { offer }: Locked, input: PriceChangeAsked): Promise<string> {
  const at = now();
  const how = repricing(offer, fen(input.priceFen));
  if (how === "none") return offer.id;
  if (how === "successor" && !input.reason)
    throw new Refusal("reasonRequired", {}, [{ field: "reason", code: "reasonRequired" }]);
  const isLoss = input.priceFen < offer.supplyPriceFen;
  const loss = isLoss
    ? { lossReason: input.lossReason ?? offer.lossReason, lossNote: input.lossNote ?? offer.lossNote }
    : { lossReason: null, lossNote: null };
  if (how === "inPlace") {
    const changed = await tx.offer.updateMany({
      where: { id: offer.id, priceFen: offer.priceFen, state: offer.state },
      data: { priceFen: input.priceFen, ...(offer.state === "draft" && !isLoss ? {} : loss) },
    });
    if (changed.count !== 1) throw new Refusal("staleVersion");
  }
  const offerId = how === "inPlace" ? offer.id : await succeed(tx, { ...offer, ...loss }, input.priceFen, at);
  if (offer.state !== "draft")
    await tx.priceChange.create({
      data: {
        offerId,
        skuId: offer.skuId,
        fromFen: offer.priceFen,
        toFen: input.priceFen,
        at,
        by: actor.id,
        reason: input.reason || null,
      },
    });
  await record(tx, actor, {
    deed: "sessions.price",
    ...subjectOf(offer),
    before: { name: offer.name, priceFen: offer.priceFen },
    after: { name: offer.name, priceFen: input.priceFen, ...(isLoss ? loss : {}) },
    reason: input.reason || null,
  });
  return offerId;
}

/** What a new price of a published offer needs a second person for. */
async function troubleOf(db: Db, offer: OfferView, priceFen: number) {
  const [rules, floorBp] = await Promise.all([rulesAt(now()), setting(db, "marginFloorBp")]);
  const defaultBp = rules.find((r) => r.scope === "default")?.rateBp ?? 0;
  return priceTrouble({ ...offer, priceFen: fen(priceFen) }, { defaultBp, floorBp });
}

/** A price change inside a transaction: written, or asked for when a published price would fall under the rule. */
async function reprice(
  tx: Tx,
  actor: Actor,
  { offer, session }: Locked,
  input: PriceChangeAsked,
): Promise<{ offerId: string; state: "changed" | "inReview" }> {
  if (offer.state === "closed") throw new Refusal("illegalTransition", { state: offer.state, event: "reprice" });
  if (offer.state !== "draft" && offer.endsAt <= now()) throw new Refusal("saleEnded");
  await checkCheaper(tx, offer, input.priceFen);
  if ((input.seenFen ?? offer.priceFen) !== offer.priceFen)
    throw await stale(tx, actor, { subjectType: "session", subjectId: session.id });
  if (repricing(offer, fen(input.priceFen)) === "none") return { offerId: offer.id, state: "changed" };
  const trouble = offer.state === "draft" ? null : await troubleOf(tx, offer, input.priceFen);
  if (trouble === "belowCost" && !(input.lossReason ?? offer.lossReason))
    throw new Refusal("lossReasonMissing", { name: offer.name }, [{ field: "lossReason", code: "lossReasonMissing" }]);
  if (!trouble || actor.kind === "system")
    return { offerId: await applyPrice(tx, actor, { offer, session }, input), state: "changed" };
  const at = now();
  const open = await tx.priceRequest.findFirst({ where: { offerId: offer.id, decidedAt: null } });
  if (open) throw new Refusal("priceAsked", { name: offer.name });
  const id = newId("prq", at);
  await tx.priceRequest.create({
    data: {
      id,
      offerId: offer.id,
      fromFen: offer.priceFen,
      priceFen: input.priceFen,
      lossReason: input.lossReason ?? null,
      lossNote: input.lossNote || null,
      reason: input.reason || null,
      requestedAt: at,
      requestedBy: actor.id,
    },
  });
  await record(tx, actor, {
    deed: "sessions.askPrice",
    ...subjectOf(offer),
    before: { name: offer.name, priceFen: offer.priceFen },
    after: { name: offer.name, priceFen: input.priceFen, lossReason: input.lossReason ?? null },
    reason: input.reason || null,
  });
  await announce(tx, { type: priceAsked, subjectId: id, payload: {} });
  return { offerId: offer.id, state: "inReview" };
}

/**
 * Changes a price. A draft takes any; a published offer falls in place, and a rise closes it and opens a successor on the same pool,
 * so that nobody's placed order changes. A published price under the margin rule or the supply price waits for a second person.
 * Returns the offer that holds the price now, and whether it waits.
 * Refuses: notFound, forbidden, illegalTransition, saleEnded, reasonRequired (a rise), flashNotCheaper, lossReasonMissing, priceAsked, staleVersion.
 */
export async function changePrice(
  actor: Actor,
  { offerId, ...input }: z.infer<typeof changePriceInput>,
): Promise<{ offerId: string; state: "changed" | "inReview" }> {
  return namingOverlaps(planOf(offerId), () =>
    transact(async (tx) => reprice(tx, actor, await lockOffer(tx, actor, offerId), input)),
  );
}

/**
 * Grants or declines a price somebody else asked for. Refuses: notFound, forbidden, twoPeople, illegalTransition (decided already),
 * staleVersion (the price changed meanwhile), saleEnded.
 */
export async function decidePrice(actor: Actor, input: z.infer<typeof decidePriceInput>): Promise<void> {
  await transact(async (tx) => {
    const found = await tx.priceRequest.findUnique({ where: { id: input.requestId } });
    if (!found) throw new Refusal("notFound");
    const locked = await lockOffer(tx, actor, found.offerId);
    authorise(actor, "sessions.approve", { cityId: locked.offer.cityId, cityIds: locked.session.cityIds });
    if (input.approve && found.requestedBy === actor.id) throw new Refusal("twoPeople");
    const at = now();
    const written = await tx.priceRequest.updateMany({
      where: { id: found.id, decidedAt: null },
      data: { decidedAt: at, decidedBy: actor.id, isApproved: input.approve },
    });
    if (written.count !== 1) throw new Refusal("illegalTransition", { state: "done", event: "decide" });
    if (!input.approve) {
      await record(tx, actor, {
        deed: "sessions.declinePrice",
        ...subjectOf(locked.offer),
        before: { name: locked.offer.name, priceFen: found.priceFen },
      });
      return;
    }
    if (locked.offer.state === "closed" || locked.offer.endsAt <= at) throw new Refusal("saleEnded");
    if (fen(found.fromFen) !== locked.offer.priceFen) throw new Refusal("staleVersion");
    await checkCheaper(tx, locked.offer, Number(found.priceFen));
    await applyPrice(tx, actor, locked, {
      priceFen: Number(found.priceFen),
      reason: found.reason ?? undefined,
      lossReason: found.lossReason,
      lossNote: found.lossNote,
    });
  });
}

/**
 * The same change to many items of a session at once: all of them or none. Returns how many changed and how many prices wait for a
 * second person. Refuses: as changeItem and changePrice; staleVersion when a price or quota is not the one the preview showed.
 */
export async function bulkEditItems(
  actor: Actor,
  input: BulkEditInput,
): Promise<{ changed: number; inReview: number }> {
  return transact(async (tx) => {
    let inReview = 0;
    await lockSession(tx, input.sessionId);
    for (const { offerId, seenFen, seenQuota } of [...input.items].sort((a, b) => (a.offerId < b.offerId ? -1 : 1))) {
      const locked = await lockOffer(tx, actor, offerId);
      if (locked.offer.saleSessionId !== input.sessionId) throw new Refusal("notFound");
      const after = bulkEdited(locked.offer, input);
      const { quota, perPersonLimit, commissionBp } = after;
      await applyItem(tx, actor, locked, {
        seenQuota,
        ...(input.quota === undefined ? {} : { quota }),
        ...(input.perPersonLimit === undefined ? {} : { perPersonLimit }),
        ...(input.commissionBp === undefined ? {} : { commissionBp }),
      });
      if (!input.price) continue;
      const { reason } = input;
      const done = await reprice(tx, actor, locked, {
        priceFen: after.priceFen,
        seenFen,
        ...(reason ? { reason } : {}),
      });
      if (done.state === "inReview") inReview++;
    }
    return { changed: input.items.length, inReview };
  });
}

/** Refuses: flashNotCheaper, when a slot's price would not lie below the session's, or the session's not above a slot's. */
async function checkCheaper(tx: Tx, offer: OfferView, priceFen: number): Promise<void> {
  const rivals = (await offersOfSession(offer.saleSessionId, tx)).filter(
    (o) =>
      (o.layer === "session") !== (offer.layer === "session") &&
      o.state !== "closed" &&
      o.endsAt > now() &&
      o.skuId === offer.skuId &&
      o.cityId === offer.cityId,
  );
  const isDear = (o: OfferView) => (offer.layer === "session" ? o.priceFen >= priceFen : priceFen >= o.priceFen);
  if (rivals.some(isDear))
    throw new Refusal("flashNotCheaper", { name: offer.name }, [{ field: "priceFen", code: "flashNotCheaper" }]);
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
  const startsAt = hasBegun ? at : offer.startsAt;
  await closePriceBook(tx);
  // what was paid until now is evidence against the higher price too
  const evidence = (await evidenceFor(tx, [offer], startsAt, at)).get(pairKey(offer)) ?? null;
  const msrpFen = (await goodsOf(tx, [offer.skuId])).get(offer.skuId)?.msrpFen ?? null;
  const strike = strikeThrough(fen(priceFen), evidence, msrpFen);
  await tx.offer.create({
    data: {
      ...row,
      limits: row.limits ?? Prisma.DbNull,
      id,
      state: offer.state,
      priceFen,
      startsAt,
      endsAt: offer.endsAt,
      successorOfId: offer.id,
      lossReason: offer.lossReason,
      lossNote: offer.lossNote,
      listPriceFen: strike?.listPriceFen ?? null,
      listPriceBasis: strike?.basis ?? null,
      listPriceDay: strike?.day ? dateOf(strike.day) : null,
    },
  });
  return id;
}

async function switchOffer(
  actor: Actor,
  input: z.infer<typeof offerRefInput>,
  event: "pause" | "resume",
): Promise<void> {
  await namingOverlaps(planOf(input.offerId), () =>
    transact(async (tx) => {
      const { offer } = await lockOffer(tx, actor, input.offerId);
      const state = next(offerTable, offer.state, event);
      const written = await tx.offer.updateMany({
        where: { id: offer.id, state: { in: from(offerTable, event) } },
        data: { state },
      });
      if (written.count !== 1) throw new Refusal("staleVersion");
      await record(tx, actor, {
        deed: `sessions.${event}Item`,
        ...subjectOf(offer),
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

/** Takes an item off sale for good: it closes now, placed orders stand, a slot's unsold pieces go back. Refuses: notFound, forbidden, illegalTransition. */
export async function stopOffer(actor: Actor, input: z.infer<typeof stopOfferInput>): Promise<{ pieces: number }> {
  return transact(async (tx) => {
    const { offer } = await lockOffer(tx, actor, input.offerId);
    if (offer.state === "draft") throw new Refusal("illegalTransition", { state: offer.state, event: "close" });
    const state = next(offerTable, offer.state, "close");
    const at = now();
    const hasBegun = offer.startsAt < at && at < offer.endsAt;
    await tx.offer.updateMany({
      where: { id: offer.id, state: { in: from(offerTable, "close") } },
      data: { state, ...(hasBegun ? { endsAt: at } : {}) },
    });
    const pieces = offer.layer === "session" ? 0 : await giveBack(tx, [offer], "stopped");
    await record(tx, actor, {
      deed: "sessions.stopItem",
      ...subjectOf(offer),
      before: { name: offer.name, state: offer.state },
      after: { name: offer.name, state, pieces },
      reason: input.reason,
    });
    return { pieces };
  });
}
