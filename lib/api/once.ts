import "server-only";
import { createHash } from "node:crypto";
import { Prisma } from "#lib/generated/prisma/client";
import { Refusal } from "#lib/kernel/refusal";
import { now } from "#lib/platform/clock";
import { alongside, prisma } from "#lib/platform/db";

/** One logical action of one caller: who, which route, the key given, and the hash of what was asked. */
export type Action = { principal: string; route: string; key: string; inputHash: string };
export type Answered = { text: string; isReplay: boolean };

const unanswered = 0;
/** Thrown inside the transaction of whoever comes second. */
const twin = Symbol("twin");

export const hashOf = (input: unknown): string => createHash("sha256").update(JSON.stringify(input)).digest("hex");

const where = (a: Action) => ({ principal_route_key: { principal: a.principal, route: a.route, key: a.key } });

async function known(action: Action): Promise<{ status: number; body: unknown } | null> {
  const row = await prisma.idempotencyRecord.findUnique({ where: where(action) });
  if (row && row.inputHash !== action.inputHash) throw new Refusal("idempotencyMismatch");
  return row;
}

/** The first answer to be written down stays; a twin that computed its own reads it. Kept as text: a JSON column would sort its keys. */
async function settle(action: Action, status: number, text: string): Promise<Answered> {
  const { count } = await prisma.idempotencyRecord.updateMany({
    where: { principal: action.principal, route: action.route, key: action.key, status: unanswered },
    data: { status, body: text },
  });
  if (count === 1) return { text, isReplay: false };
  const kept = await known(action);
  return { text: typeof kept?.body === "string" ? kept.body : text, isReplay: true };
}

/**
 * Does a thing once per key. The record is written in the transaction of the effect (the command's own, which it rides along
 * with): first, so that twins wait for each other, and again at its end with what the transaction gave, from which the answer is
 * made. A refusal rolls both back and may be tried again under the same key. Refuses: idempotencyMismatch, what the effect refuses.
 */
export async function once<R>(
  action: Action,
  status: number,
  effect: () => Promise<R>,
  answer: (result: R) => Promise<unknown>,
): Promise<Answered> {
  const say = async (result: R) => settle(action, status, JSON.stringify(await answer(result)));
  const seen = await known(action);
  if (seen && seen.status !== unanswered) return { text: String(seen.body), isReplay: true };
  if (seen) return { ...(await say(seen.body as R)), isReplay: true };
  try {
    const result = await alongside<R>(
      {
        begin: async (tx) => {
          const { count } = await tx.idempotencyRecord.createMany({
            data: [{ ...action, status: unanswered, body: Prisma.JsonNull, at: now() }],
            skipDuplicates: true,
          });
          if (count === 0) throw twin;
        },
        end: async (tx, given) => {
          await tx.idempotencyRecord.update({
            where: where(action),
            data: { body: (given ?? Prisma.JsonNull) as Prisma.InputJsonValue },
          });
        },
      },
      effect,
    );
    return await say(result);
  } catch (error) {
    if (error === twin) return once(action, status, effect, answer);
    throw error;
  }
}
