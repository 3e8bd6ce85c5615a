import "server-only";
import { z } from "zod";
import type { CouponGrant, CouponTemplate } from "#lib/generated/prisma/client";
import { newId } from "#lib/kernel/ids";
import { now } from "#lib/platform/clock";
import type { Tx } from "#lib/platform/db";
import { validity } from "./rules/coupons";

/** Payment has come in: the coupons these orders hold are used. */
export async function spendCoupons(tx: Tx, orderIds: readonly string[]): Promise<void> {
  await tx.coupon.updateMany({
    where: { orderId: { in: [...orderIds] }, state: "held" },
    data: { state: "used", usedAt: now() },
  });
}

/**
 * Whole orders have fallen before anything was handed over: their coupons may be used again (those run out meanwhile are void),
 * and what was promised to them returns to the templates' budgets. Templates are locked in id order.
 */
export async function releaseCoupons(tx: Tx, orderIds: readonly string[]): Promise<void> {
  const ids = [...orderIds];
  if (ids.length === 0) return;
  const held = z
    .array(z.object({ template_id: z.string() }))
    .parse(
      await tx.$queryRaw`select template_id from coupon where order_id = any(${ids}::text[]) and state in ('held', 'used')`,
    );
  if (held.length === 0) return;
  await tx.$queryRaw`select id from coupon_template where id = any(${held.map((h) => h.template_id)}::text[]) order by id for update`;
  await tx.$executeRaw`
    with held as (
      select id, template_id, amount_fen from coupon where order_id = any(${ids}::text[]) and state in ('held', 'used') order by id for update
    ), freed as (
      update coupon c set order_id = null, amount_fen = null, used_at = null,
        state = case when c.expires_at <= ${now()} then 'void'::coupon_state else 'open'::coupon_state end
      from held h where c.id = h.id
    )
    update coupon_template t set committed_fen = t.committed_fen - s.fen
    from (select template_id, sum(amount_fen)::bigint as fen from held group by 1) s where t.id = s.template_id`;
}

/** Up to `most` open coupons that have run out become void, for the eye: nobody could use them any more. Returns how many. */
export async function voidCoupons(tx: Tx, most: number): Promise<number> {
  const at = now();
  return tx.$executeRaw`
    update coupon set state = 'void' where id in (
      select id from coupon where state = 'open' and expires_at <= ${at} order by expires_at limit ${most} for update skip locked)`;
}

/**
 * Gives one more coupon of a template to each of these people who has room for it, as far as the quota reaches; the template
 * is locked by the caller. Returns who got one.
 */
export async function give(
  tx: Tx,
  template: Pick<CouponTemplate, "id" | "quota" | "claimed" | "perPerson" | "validFrom" | "validTo" | "validDays">,
  residentIds: readonly string[],
  by: string,
): Promise<string[]> {
  const at = now();
  const had = await tx.coupon.groupBy({
    by: ["residentId"],
    where: { templateId: template.id, residentId: { in: [...residentIds] } },
    _count: true,
  });
  const counts = new Map(had.map((h) => [h.residentId, h._count]));
  const room = template.quota === null ? residentIds.length : template.quota - template.claimed;
  const getting = [...new Set(residentIds)].filter((id) => (counts.get(id) ?? 0) < template.perPerson).slice(0, room);
  if (getting.length === 0) return [];
  await tx.coupon.createMany({
    data: getting.map((residentId) => ({
      id: newId("cpn", at),
      templateId: template.id,
      residentId,
      nth: (counts.get(residentId) ?? 0) + 1,
      state: "open" as const,
      grantedAt: at,
      grantedBy: by,
      ...validity(template, at),
    })),
  });
  await tx.couponTemplate.update({ where: { id: template.id }, data: { claimed: { increment: getting.length } } });
  return getting;
}

/** The template's row, locked, or null. */
export async function lockTemplate(tx: Tx, id: string): Promise<CouponTemplate | null> {
  await tx.$queryRaw`select id from coupon_template where id = ${id} for update`;
  return tx.couponTemplate.findUnique({ where: { id } });
}

/** What active templates give by themselves on an occasion, if any do: to these people, each at most one coupon of a template. */
export async function giveOn(
  tx: Tx,
  grant: Exclude<CouponGrant, "claim" | "manual">,
  people: () => Promise<readonly string[]>,
): Promise<void> {
  const at = now();
  const due = await tx.couponTemplate.findMany({
    where: { state: "active", grant, claimFrom: { lte: at }, claimTo: { gt: at } },
    orderBy: { id: "asc" },
    select: { id: true },
  });
  const residentIds = due.length > 0 ? await people() : [];
  for (const { id } of residentIds.length > 0 ? due : []) {
    const template = await lockTemplate(tx, id);
    if (template?.state === "active") await give(tx, { ...template, perPerson: 1 }, residentIds, grant);
  }
}
