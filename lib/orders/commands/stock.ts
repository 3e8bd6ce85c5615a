import "server-only";
import type { z } from "zod";
import { record } from "#lib/audit/steps";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { Refusal } from "#lib/kernel/refusal";
import { type Tx, transact } from "#lib/platform/db";
import { driftOf, watchedSessions } from "../drift";
import type { CounterName, repairInput } from "../schema";

type Counter = {
  /** Locks the counter's row, so that nobody counts on while it is recounted. */
  lock: (tx: Tx, ref: string) => Promise<unknown>;
  set: (tx: Tx, ref: string, due: number) => Promise<unknown>;
};

const pool = (column: "quota" | "held" | "sold"): Counter => ({
  lock: (tx, ref) => tx.$queryRaw`select id from stock_pool where id = ${ref} for update`,
  set: (tx, ref, due) => tx.stockPool.update({ where: { id: ref }, data: { [column]: due } }),
});
const template = (column: "claimed" | "committedFen"): Counter => ({
  lock: (tx, ref) => tx.$queryRaw`select id from coupon_template where id = ${ref} for update`,
  set: (tx, ref, due) => tx.couponTemplate.update({ where: { id: ref }, data: { [column]: due } }),
});
const group = (column: "taken" | "paid"): Counter => ({
  lock: (tx, ref) => tx.$queryRaw`select id from buyer_group where id = ${ref} for update`,
  set: (tx, ref, due) => tx.buyerGroup.update({ where: { id: ref }, data: { [column]: due } }),
});
const limitOf = (ref: string) => {
  const [key = "", subject = ""] = ref.split(" ");
  return { key, subject };
};
const counters: Record<CounterName, Counter> = {
  quota: pool("quota"),
  held: pool("held"),
  sold: pool("sold"),
  limit: {
    lock: (tx, ref) =>
      tx.$queryRaw`select key from limit_count where key = ${limitOf(ref).key} and subject = ${limitOf(ref).subject} for update`,
    set: (tx, ref, quantity) =>
      tx.limitCount.upsert({
        where: { key_subject: limitOf(ref) },
        create: { ...limitOf(ref), quantity },
        update: { quantity },
      }),
  },
  claimed: template("claimed"),
  committed: template("committedFen"),
  taken: group("taken"),
  paid: group("paid"),
};

/**
 * Sets a counter to what its rows say, recounted under its lock. Refuses: forbidden, notFound (another city's), alreadySo
 * (it agrees by now, or is not watched), soldOut (the rows hold more than the quota).
 */
export async function repairCounter(
  actor: Actor,
  input: z.infer<typeof repairInput>,
): Promise<{ counted: number; due: number }> {
  authorise(actor, "stock.repair");
  return transact(
    async (tx) => {
      const { lock, set } = counters[input.counter];
      await lock(tx, input.ref);
      const held = await tx.stockPool.findUnique({ where: { id: input.ref }, select: { cityId: true } });
      if (held) authorise(actor, "stock.repair", { cityId: held.cityId });
      const [drift] = await driftOf(tx, await watchedSessions(tx), input);
      if (!drift) throw new Refusal("alreadySo");
      await set(tx, input.ref, drift.due);
      await record(tx, actor, {
        deed: "stock.repair",
        subjectType: "stock",
        subjectId: input.ref,
        before: { [input.counter]: drift.counted },
        after: { [input.counter]: drift.due },
        reason: input.reason,
      });
      return { counted: drift.counted, due: drift.due };
    },
    { timeoutMs: 60_000 },
  );
}
