import "server-only";
import { z } from "zod";
import { clockText, later, minute } from "#lib/kernel/time";
import { say } from "#lib/notifications/steps";
import { now } from "#lib/platform/clock";
import { prisma, transact } from "#lib/platform/db";
import { setting } from "#lib/platform/settings";
import type { Sweep } from "#lib/platform/sweep";
import { fill } from "#lib/words/fill";
import { messages } from "#lib/words/index";

const atOnce = 500;
const told = z.array(z.object({ resident_id: z.string(), openid: z.string(), names: z.array(z.string()) }));

/**
 * Tells the next residents who wait for a slot, each once whatever they wait for in it; the mark and the message are one
 * transaction. Answers how many.
 */
async function tellSome(slot: { id: string; name: string; startsAt: Date }): Promise<number> {
  const words = messages("zh-CN").watch.reminder;
  return transact(async (tx) => {
    const people = told.parse(
      await tx.$queryRaw`
        with next as (
          select distinct r.resident_id from sale_reminder r join offer f on f.id = r.offer_id and f.state = 'active'
          where r.flash_slot_id = ${slot.id} and r.told_at is null
            and not exists (select 1 from sale_reminder b where b.flash_slot_id = r.flash_slot_id and b.resident_id = r.resident_id and b.told_at is not null)
          order by r.resident_id limit ${atOnce}),
        marked as (
          update sale_reminder r set told_at = ${now()} from next n
          where r.flash_slot_id = ${slot.id} and r.resident_id = n.resident_id and r.told_at is null
          returning r.resident_id, r.offer_id)
        select m.resident_id, p.openid, array_agg(g.name order by f.sort, f.id) as names
        from marked m join resident p on p.id = m.resident_id join offer f on f.id = m.offer_id and f.state = 'active'
        join sku k on k.id = f.sku_id join product g on g.id = k.product_id
        group by 1, 2`,
    );
    await say(
      tx,
      ...people.map(({ resident_id, openid, names: [name = "", ...others] }) => ({
        channel: "wechat" as const,
        recipientKind: "resident",
        recipientId: resident_id,
        address: openid,
        template: "saleReminder",
        body: fill(words.message, {
          goods: others.length === 0 ? name : fill(words.more, { name, count: others.length + 1 }),
          time: clockText(slot.startsAt),
          slot: slot.name,
        }),
      })),
    );
    return people.length;
  });
}

/** Says some minutes before a slot begins that it does, to whoever asked. */
const remind: Sweep = {
  name: "campaigns.remind",
  everySeconds: 5,
  run: async () => {
    const at = now();
    const slots = await prisma.flashSlot.findMany({
      where: {
        state: "published",
        pausedAt: null,
        startsAt: { gt: at, lte: later(at, (await setting(prisma, "remindMinutes")) * minute) },
        saleSession: { state: "published", pausedAt: null },
      },
      select: { id: true, name: true, startsAt: true },
    });
    let count = 0;
    for (const slot of slots) for (let n = 1; n > 0; count += n) n = await tellSome(slot);
    return count;
  },
};

/** Slots that are over or will not come are waited for by nobody. */
const forget: Sweep = {
  name: "campaigns.forgetReminders",
  everySeconds: 3600,
  run: () =>
    prisma.$executeRaw`
      delete from sale_reminder r where not exists (
        select 1 from flash_slot s where s.id = r.flash_slot_id and s.state <> 'cancelled' and s.ends_at > ${now()})`,
};

export const reminderSweeps: Sweep[] = [remind, forget];
