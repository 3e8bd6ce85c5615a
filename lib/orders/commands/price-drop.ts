import "server-only";
import { record } from "#lib/audit/steps";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { type Fen, fen } from "#lib/kernel/money";
import { now } from "#lib/platform/clock";
import { prisma, transact } from "#lib/platform/db";
import { changeOf, owedLines } from "../price-drop";
import type { PriceDropInput } from "../schema";
import { refundLine } from "../steps";

const perCall = 200;

/**
 * Gives earlier buyers of an offer whose price fell what they paid above it, per line and once per change; at most 200 lines a call, so
 * that a long list goes on where it stopped. Returns what this call gave back and how many lines are left.
 * Refuses: notFound, forbidden.
 */
export async function refundPriceDrop(
  actor: Actor,
  input: PriceDropInput,
): Promise<{ lines: number; amountFen: Fen; left: number }> {
  const change = await changeOf(prisma, BigInt(input.changeId));
  authorise(actor, "refunds.make", { cityId: change.cityId });
  const owed = await owedLines(prisma, change);
  let amountFen = fen(0);
  let lines = 0;
  for (const { lineId } of owed.slice(0, perCall)) {
    const given = await transact(async (tx) => {
      const [order] = await tx.$queryRaw<{ id: string }[]>`
        select o.id from customer_order o join order_line l on l.order_id = o.id where l.id = ${lineId} for update of o`;
      const [line] = order ? await owedLines(tx, change, lineId) : [];
      if (!line) return null;
      const { refundId } = await refundLine(tx, actor, {
        cause: "priceDrop",
        causeId: `${input.changeId}-${line.lineId}`,
        lineId: line.lineId,
        quantity: line.pieces,
        amountFen: line.amountFen,
        bearer: "platform",
      });
      const { pieces } = line;
      await tx.priceDropRefund.create({
        data: {
          priceChangeId: change.id,
          orderLineId: line.lineId,
          pieces,
          amountFen: line.amountFen,
          refundId,
          at: now(),
          by: actor.id,
        },
      });
      return line.amountFen;
    });
    if (given === null) continue;
    amountFen = fen(amountFen + given);
    lines++;
  }
  if (lines > 0)
    await transact((tx) =>
      record(tx, actor, {
        deed: "refunds.priceDrop",
        subjectType: "session",
        subjectId: change.saleSessionId,
        after: { name: change.name, priceFen: change.toFen, lines, amountFen },
      }),
    );
  return { lines, amountFen, left: Math.max(0, owed.length - perCall) };
}
