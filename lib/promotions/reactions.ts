import "server-only";
import { z } from "zod";
import { residentJoined } from "#lib/identity/events";
import { say } from "#lib/notifications/steps";
import { now } from "#lib/platform/clock";
import { prisma, transact } from "#lib/platform/db";
import type { Reaction } from "#lib/platform/news";
import type { Sweep } from "#lib/platform/sweep";
import { fill } from "#lib/words/fill";
import words from "#lib/words/groups.zh";
import { groupFailed, groupFormed } from "./events";
import { groupById } from "./queries/groups";
import { giveOn, voidCoupons } from "./steps";
import { failGroups } from "./steps/groups";

const ids = z.array(z.object({ id: z.string() })).transform((rows) => rows.map((r) => r.id));

/** Everybody who paid for a seat hears what became of the group. */
const tellMembers: Reaction = {
  name: "promotions.tellMembers",
  on: [groupFormed, groupFailed],
  run: async (tx, event) => {
    const group = await groupById(event.subjectId);
    const members = await tx.$queryRaw<{ resident_id: string; openid: string }[]>`
      select m.resident_id, r.openid from group_member m join resident r on r.id = m.resident_id
        join customer_order o on o.id = m.order_id where m.group_id = ${group.id} and o.paid_at is not null order by m.order_id`;
    const sentence = event.type === groupFormed ? words.notices.formed : words.notices.failed;
    await say(
      tx,
      ...members.map((m) => ({
        channel: "wechat" as const,
        recipientKind: "resident",
        recipientId: m.resident_id,
        address: m.openid,
        template: event.type === groupFormed ? "groupFormed" : "groupFailed",
        body: fill(sentence, { name: group.name, size: group.size }),
      })),
    );
  },
};

/** Ends what the clock, or a slot that ended before its time, has ended. */
const expireGroups: Sweep = {
  name: "promotions.expireGroups",
  everySeconds: 2,
  run: async () => {
    const at = now();
    await prisma.$executeRaw`
      update buyer_group g set expires_at = case f.state when 'cancelled' then ${at} else f.ends_at end
      from flash_slot f where f.id = g.flash_slot_id and g.state = 'open' and g.expires_at > ${at}
        and (f.state = 'cancelled' or f.ends_at < g.expires_at)`;
    const due = ids.parse(
      await prisma.$queryRaw`select id from buyer_group where state = 'open' and expires_at <= ${at} and taken = paid order by expires_at limit 200`,
    );
    return due.length === 0 ? 0 : (await transact((tx) => failGroups(tx, due))).length;
  },
};

/** Who joins gets what is given on joining. */
const welcome: Reaction = {
  name: "promotions.welcome",
  on: [residentJoined],
  run: (tx, event) => giveOn(tx, "signUp", async () => [event.subjectId]),
};

/** Coupons that ran out are void, for the eye; a template whose claiming is over and whose coupons have all run out has ended. */
const expireCoupons: Sweep = {
  name: "promotions.expireCoupons",
  everySeconds: 30,
  run: async () => {
    const voided = await transact((tx) => voidCoupons(tx, 5_000));
    const ended = await prisma.$executeRaw`
      update coupon_template t set state = 'ended', ended_at = ${now()}, version = version + 1
      where t.state in ('active', 'paused') and t.claim_to <= ${now()}
        and not exists (select 1 from coupon c where c.template_id = t.id and c.state in ('open', 'held'))`;
    return voided + ended;
  },
};

export const reactions: Reaction[] = [tellMembers, welcome];
export const sweeps: Sweep[] = [expireGroups, expireCoupons];
