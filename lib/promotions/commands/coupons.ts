import "server-only";
import { z } from "zod";
import { record } from "#lib/audit/steps";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { Refusal } from "#lib/kernel/refusal";
import { now } from "#lib/platform/clock";
import { type Tx, transact } from "#lib/platform/db";
import { blindIndex } from "#lib/platform/pii";
import type { claimCouponInput, grantCouponsInput } from "../schema/coupons";
import { give, lockTemplate } from "../steps";

/** Why nothing was claimed, for the one who asked. */
async function whyUnclaimed(tx: Tx, templateId: string, residentId: string, at: Date): Promise<Refusal> {
  const t = await tx.couponTemplate.findUnique({ where: { id: templateId } });
  if (t?.grant !== "claim" || t.state === "draft") return new Refusal("notFound");
  const facts = { name: t.name };
  if (at < t.claimFrom) return new Refusal("couponNotYet", facts);
  if (t.state !== "active" || at >= t.claimTo) return new Refusal("couponClosed", facts);
  const taken = await tx.coupon.count({ where: { templateId, residentId } });
  return taken >= t.perPerson
    ? new Refusal("couponTaken", { ...facts, limit: t.perPerson })
    : new Refusal("couponAllGone", facts);
}

/**
 * Takes a coupon: quota and a person's allowance are counted in one statement, exact under any crowd; twins of one person wait
 * for each other. Returns the coupon's id. Refuses: forbidden, notFound, couponNotYet, couponClosed, couponTaken, couponAllGone.
 */
export async function claimCoupon(actor: Actor, input: z.infer<typeof claimCouponInput>): Promise<string> {
  authorise(actor, "coupons.claim", { residentId: actor.id });
  return transact(async (tx) => {
    const at = now();
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`coupon ${input.templateId} ${actor.id}`}, 0))`;
    const [made] = z.array(z.object({ id: z.string() })).parse(
      await tx.$queryRaw`
        with mine as (select count(*)::int as n from coupon where template_id = ${input.templateId} and resident_id = ${actor.id}),
        taken as (
          update coupon_template t set claimed = t.claimed + 1 from mine
          where t.id = ${input.templateId} and t.state = 'active' and t."grant" = 'claim' and t.claim_from <= ${at} and t.claim_to > ${at}
            and (t.quota is null or t.claimed < t.quota) and mine.n < t.per_person
          returning t.id, mine.n + 1 as nth, t.valid_days, t.valid_from, t.valid_to)
        insert into coupon (id, template_id, resident_id, nth, state, granted_at, granted_by, starts_at, expires_at)
        select ${newId("cpn", at)}, id, ${actor.id}, nth, 'open', ${at}, 'claim',
          case when valid_days is null then valid_from else ${at} end,
          case when valid_days is null then valid_to else ${at}::timestamptz + make_interval(days => valid_days) end
        from taken returning id`,
    );
    if (!made) throw await whyUnclaimed(tx, input.templateId, actor.id, at);
    return made.id;
  });
}

export type Granted = { granted: number; skipped: { to: string; why: "unknown" | "ambiguous" | "enough" }[] };

/** Who is meant: an id, a whole phone number, or the last four digits of one when only one person has them. */
async function residentOf(tx: Tx, to: string): Promise<string | "unknown" | "ambiguous"> {
  const where = /^\d{11}$/.test(to)
    ? { phoneIndex: blindIndex(to) }
    : /^\d{4}$/.test(to)
      ? { phoneTail: to }
      : { id: to };
  const found = await tx.resident.findMany({ where, select: { id: true }, take: 2 });
  return found.length > 1 ? "ambiguous" : (found[0]?.id ?? "unknown");
}

/**
 * Gives coupons to chosen residents; who is unknown or has enough is told. Active templates for granting by hand only.
 * Refuses: notFound, forbidden, illegalTransition, couponQuota (fewer left than asked), tooManyGranted.
 */
export async function grantCoupons(actor: Actor, input: z.infer<typeof grantCouponsInput>): Promise<Granted> {
  const asked = [...new Set(input.to.split(/[\s,，;；、]+/).filter(Boolean))];
  if (asked.length > 500) throw new Refusal("tooManyGranted", { most: 500 }, [{ field: "to", code: "many" }]);
  return transact(async (tx) => {
    const template = await lockTemplate(tx, input.templateId);
    if (!template) throw new Refusal("notFound");
    authorise(actor, "coupons.grant", { cityIds: template.cityIds });
    if (template.state !== "active" || template.grant !== "manual")
      throw new Refusal("illegalTransition", { state: template.state, event: "grant" });
    const skipped: Granted["skipped"] = [];
    const whom = new Map<string, string>();
    for (const to of asked) {
      const id = await residentOf(tx, to);
      if (id === "unknown" || id === "ambiguous") skipped.push({ to, why: id });
      else whom.set(id, to);
    }
    const left = template.quota === null ? Number.POSITIVE_INFINITY : template.quota - template.claimed;
    if (whom.size > left)
      throw new Refusal("couponQuota", { name: template.name, left }, [{ field: "to", code: "couponQuota" }]);
    const got = new Set(await give(tx, template, [...whom.keys()], actor.id));
    for (const [id, to] of whom) if (!got.has(id)) skipped.push({ to, why: "enough" });
    await record(tx, actor, {
      deed: "coupons.grant",
      subjectType: "couponTemplate",
      subjectId: template.id,
      after: { granted: got.size, residents: [...got] },
      reason: input.reason,
    });
    return { granted: got.size, skipped };
  });
}
