import "server-only";
import type { z } from "zod";
import { record, stale } from "#lib/audit/steps";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { Refusal } from "#lib/kernel/refusal";
import { from, next } from "#lib/kernel/states";
import { now } from "#lib/platform/clock";
import { type Tx, transact } from "#lib/platform/db";
import { setting } from "#lib/platform/settings";
import { needsSecond, templateTable } from "../rules/coupons";
import {
  type ChangeTemplateInput,
  type CreateTemplateInput,
  changeTemplateInput,
  createTemplateInput,
  type templateRefInput,
} from "../schema/coupons";
import { lockTemplate } from "../steps";

type Terms = z.output<typeof createTemplateInput>;

/** Whoever answers for some cities only makes coupons for those. Refuses: couponCities. */
function withinCities(actor: Actor, cityIds: readonly string[]): void {
  if (actor.cityIds.length > 0 && (cityIds.length === 0 || cityIds.some((c) => !actor.cityIds.includes(c))))
    throw new Refusal("couponCities", {}, [{ field: "cityIds", code: "couponCities" }]);
}

const columns = (t: Terms) => ({
  name: t.name,
  kind: t.kind,
  amountFen: t.kind === "amount" ? (t.amountFen ?? null) : null,
  percentBp: t.kind === "percent" ? (t.percentBp ?? null) : null,
  maxOffFen: t.kind === "percent" ? (t.maxOffFen ?? null) : null,
  thresholdFen: t.thresholdFen,
  cityIds: [...new Set(t.cityIds)],
  categoryIds: [...new Set(t.categoryIds)],
  productIds: [...new Set(t.productIds)],
  newCustomers: t.newCustomers,
  stacks: t.stacks,
  grant: t.grant,
  funder: t.funder,
  funderId: t.funder === "platform" ? null : (t.funderId ?? null),
  quota: t.quota ?? null,
  perPerson: t.perPerson,
  budgetFen: t.budgetFen ?? null,
  claimFrom: t.claimFrom,
  claimTo: t.claimTo,
  validFrom: t.validDays ? null : (t.validFrom ?? null),
  validTo: t.validDays ? null : (t.validTo ?? null),
  validDays: t.validDays ?? null,
});

async function checkFunder(tx: Tx, t: Terms): Promise<void> {
  const id = t.funderId ?? "";
  const known =
    t.funder === "platform" ||
    (t.funder === "supplier"
      ? await tx.supplier.count({ where: { id } })
      : await tx.leader.count({ where: { id } })) === 1;
  if (!known) throw new Refusal("notFound", {}, [{ field: "funderId", code: "choose" }]);
}

/** Drafts a coupon's template; returns its id. Refuses: forbidden, invalid, couponCities, notFound (the funder). */
export async function createTemplate(actor: Actor, input: CreateTemplateInput): Promise<string> {
  const terms = createTemplateInput.parse(input);
  authorise(actor, "coupons.edit");
  withinCities(actor, terms.cityIds);
  return transact(async (tx) => {
    await checkFunder(tx, terms);
    const at = now();
    const id = newId("cpt", at);
    const data = columns(terms);
    await tx.couponTemplate.create({ data: { id, ...data, state: "draft", createdAt: at, createdBy: actor.id } });
    await record(tx, actor, { deed: "coupons.create", subjectType: "couponTemplate", subjectId: id, after: data });
    return id;
  });
}

/** A draft may change in everything; once it was active, quota and budget may only grow and the name change. */
const growing = ["name", "quota", "budgetFen"] as const;

/**
 * Changes a template. Of one that was active before only name, quota and budget change, and the last two only upwards; it goes back to
 * needing a second person when the new budget does. Refuses: notFound, forbidden, illegalTransition, staleVersion, couponFrozen, couponOnlyUp.
 */
export async function changeTemplate(actor: Actor, input: ChangeTemplateInput): Promise<void> {
  const { templateId, version, ...given } = changeTemplateInput.parse(input);
  await transact(async (tx) => {
    const t = await lockTemplate(tx, templateId);
    if (!t) throw new Refusal("notFound");
    authorise(actor, "coupons.edit", { cityIds: t.cityIds });
    withinCities(actor, given.cityIds);
    if (t.state === "ended" || t.state === "active")
      throw new Refusal("illegalTransition", { state: t.state, event: "edit" });
    if (t.version !== version)
      throw await stale(tx, actor, { subjectType: "couponTemplate", subjectId: t.id, behind: t.version - version });
    await checkFunder(tx, given);
    const data = columns(given);
    if (t.activatedAt) {
      const same = (key: keyof typeof data) => {
        const [a, b] = [data[key], t[key]];
        const text = (v: unknown) =>
          v instanceof Date ? v.getTime() : Array.isArray(v) ? [...v].sort().join() : String(v);
        return text(a) === text(b);
      };
      const frozen = (Object.keys(data) as (keyof typeof data)[]).find(
        (key) => !(growing as readonly string[]).includes(key) && !same(key),
      );
      if (frozen) throw new Refusal("couponFrozen", {}, [{ field: frozen, code: "couponFrozen" }]);
      if (data.quota !== null && (t.quota === null || data.quota < t.quota))
        throw new Refusal("couponOnlyUp", {}, [{ field: "quota", code: "couponOnlyUp" }]);
      if (data.budgetFen !== null && (t.budgetFen === null || data.budgetFen < t.budgetFen))
        throw new Refusal("couponOnlyUp", {}, [{ field: "budgetFen", code: "couponOnlyUp" }]);
    }
    const before = Object.fromEntries(Object.keys(data).map((key) => [key, t[key as keyof typeof data]]));
    await tx.couponTemplate.update({
      where: { id: t.id },
      data: { ...data, changedBy: actor.id, version: { increment: 1 } },
    });
    await record(tx, actor, {
      deed: "coupons.change",
      subjectType: "couponTemplate",
      subjectId: t.id,
      before,
      after: data,
    });
  });
}

async function turn(
  actor: Actor,
  input: z.infer<typeof templateRefInput>,
  event: "activate" | "pause" | "end",
  may: "coupons.activate" | "coupons.edit",
): Promise<void> {
  await transact(async (tx) => {
    const t = await lockTemplate(tx, input.templateId);
    if (!t) throw new Refusal("notFound");
    authorise(actor, may, { cityIds: t.cityIds });
    withinCities(actor, t.cityIds);
    const state = next(templateTable, t.state, event);
    if (t.version !== input.version)
      throw await stale(tx, actor, {
        subjectType: "couponTemplate",
        subjectId: t.id,
        behind: t.version - input.version,
      });
    const at = now();
    if (event === "activate") {
      const budget = t.budgetFen === null ? null : Number(t.budgetFen);
      if (needsSecond(budget, await setting(tx, "couponApprovalFen")) && [t.createdBy, t.changedBy].includes(actor.id))
        throw new Refusal("twoPeople");
      if (t.claimTo <= at) throw new Refusal("couponPast", { name: t.name });
    }
    const written = await tx.couponTemplate.updateMany({
      where: { id: t.id, state: { in: from(templateTable, event) } },
      data: {
        state,
        version: { increment: 1 },
        ...(event === "activate" ? { activatedBy: actor.id, activatedAt: at } : {}),
        ...(event === "end" ? { endedAt: at } : {}),
      },
    });
    if (written.count !== 1) throw new Refusal("illegalTransition", { state: t.state, event });
    await record(tx, actor, {
      deed: `coupons.${event}`,
      subjectType: "couponTemplate",
      subjectId: t.id,
      before: { state: t.state },
      after: { state },
      reason: input.reason ?? null,
    });
  });
}

/**
 * Lets a template's coupons be claimed and used; with a budget above the setting, or none, another person than whoever made or
 * last changed it. Refuses: notFound, forbidden, couponCities, illegalTransition, staleVersion,
 * twoPeople, couponPast.
 */
export const activateTemplate = (actor: Actor, input: z.infer<typeof templateRefInput>): Promise<void> =>
  turn(actor, input, "activate", "coupons.activate");

/** Nobody may claim or use its coupons until it is activated again. Refuses: notFound, forbidden, illegalTransition, staleVersion. */
export const pauseTemplate = (actor: Actor, input: z.infer<typeof templateRefInput>): Promise<void> =>
  turn(actor, input, "pause", "coupons.edit");

/** No more claims for good; what people have stays good until it runs out. Refuses: notFound, forbidden, illegalTransition, staleVersion. */
export const endTemplate = (actor: Actor, input: z.infer<typeof templateRefInput>): Promise<void> =>
  turn(actor, input, "end", "coupons.edit");
