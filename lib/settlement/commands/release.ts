import "server-only";
import { z } from "zod";
import { record } from "#lib/audit/steps";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { type Fen, fen, sum } from "#lib/kernel/money";
import { dateOf, dayOf } from "#lib/kernel/time";
import { commissionReleased as commissionReleasedJournal } from "#lib/ledger/rules";
import { lockedBalance, post } from "#lib/ledger/steps";
import { now } from "#lib/platform/clock";
import { prisma, transact } from "#lib/platform/db";
import { announce } from "#lib/platform/news";
import { commissionReleased } from "../events";

const dueRow = z.object({ id: z.string(), amount_fen: z.bigint() });

/**
 * Releases every due line of one leader: frozen, its time come, nothing disputed. One journal for the leader and day (a
 * second run of the day makes a second); each line once, by the release table's own key. Returns lines and fen released.
 */
export async function releaseFor(actor: Actor, leaderId: string): Promise<{ lines: number; amountFen: Fen }> {
  authorise(actor, "commission.edit");
  return transact(async (tx) => {
    const at = now();
    const day = dayOf(at);
    const due = z.array(dueRow).parse(
      await tx.$queryRaw`
        select id, commission_fen - commission_reversed_fen as amount_fen from order_line
        where leader_id = ${leaderId} and commission_state = 'frozen' and release_at <= ${at} and not disputed
        order by id limit 2000 for update skip locked`,
    );
    if (due.length === 0) return { lines: 0, amountFen: fen(0) };
    await lockedBalance(tx, `leaderFrozen:${leaderId}`);
    const owed = await lockedBalance(tx, `leaderReceivable:${leaderId}`);
    const earlier = await tx.commissionRelease.findMany({
      where: { leaderId, day: dateOf(day) },
      distinct: ["journalKey"],
      select: { journalKey: true },
    });
    const key = `${leaderId}:${day}:${earlier.length + 1}`;
    const amount = sum(due.map((l) => fen(l.amount_fen)));
    const ids = due.map((l) => l.id);
    await tx.$executeRaw`
      insert into commission_release (order_line_id, leader_id, day, amount_fen, journal_key, at)
      select l.id, l.leader_id, ${dateOf(day)}::date, l.commission_fen - l.commission_reversed_fen, ${`rel:${key}`}, ${at}
      from order_line l where l.id = any(${ids})`;
    await tx.$executeRaw`
      update order_line set commission_state = 'released', released_at = ${at} where id = any(${ids}) and commission_state = 'frozen'`;
    if (amount > 0) await post(tx, commissionReleasedJournal({ key, leaderId, amount, owed }));
    await record(tx, actor, {
      deed: "commission.release",
      subjectType: "leader",
      subjectId: leaderId,
      after: { lines: due.length, amountFen: amount, day },
    });
    await announce(tx, {
      type: commissionReleased,
      subjectId: leaderId,
      payload: { leaderId, day, amountFen: amount, lines: due.length },
    });
    return { lines: due.length, amountFen: amount };
  });
}

/** Releases what is due, leader by leader, each in a transaction of its own. Returns lines released. */
export async function releaseDue(actor: Actor): Promise<number> {
  const leaders = z.array(z.object({ leader_id: z.string() })).parse(
    await prisma.$queryRaw`
      select distinct leader_id from order_line where commission_state = 'frozen' and release_at <= ${now()} and not disputed order by 1 limit 500`,
  );
  let lines = 0;
  for (const { leader_id } of leaders) lines += (await releaseFor(actor, leader_id)).lines;
  return lines;
}
