import "server-only";
import { Prisma } from "#lib/generated/prisma/client";
import { can } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { fen } from "#lib/kernel/money";
import { type Db, prisma } from "#lib/platform/db";
import { changesWhere, owedLines } from "../price-drop";
import type { GivenBack } from "../rules";
import type { PriceDrop } from "../schema";

/** Falls of a session's published prices whose earlier buyers paid more and were not given the difference; none for who may not refund. */
export async function priceDropsOf(actor: Actor, sessionId: string): Promise<PriceDrop[]> {
  const session = await prisma.saleSession.findUnique({ where: { id: sessionId }, select: { cityIds: true } });
  if (!session || !can(actor, "refunds.make", { cityIds: session.cityIds })) return [];
  const changes = await changesWhere(prisma, Prisma.sql`o.sale_session_id = ${sessionId}`);
  // the latest fall of an offer covers what the earlier ones owed
  const latest = changes.filter((c, i) => changes.findIndex((x) => x.offerId === c.offerId) === i);
  const found = await Promise.all(
    latest.map(async (change) => {
      const { id, name, fromFen, toFen, at } = change;
      const lines = await owedLines(prisma, change);
      return {
        changeId: String(id),
        name,
        fromFen,
        toFen,
        at,
        orders: new Set(lines.map((l) => l.orderId)).size,
        lines: lines.length,
        amountFen: fen(lines.reduce((n, l) => n + l.amountFen, 0)),
      };
    }),
  );
  return found.filter((d) => d.lines > 0);
}

/** What falls of the price gave back on some lines, by line. */
export async function givenBackOn(db: Db, lineIds: readonly string[]): Promise<Map<string, GivenBack[]>> {
  const rows = await db.priceDropRefund.findMany({ where: { orderLineId: { in: [...lineIds] } } });
  const found = new Map<string, GivenBack[]>();
  for (const r of rows)
    found.set(r.orderLineId, [...(found.get(r.orderLineId) ?? []), { pieces: r.pieces, amountFen: fen(r.amountFen) }]);
  return found;
}
