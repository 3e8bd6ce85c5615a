import "server-only";
import type { z } from "zod";
import { record, stale } from "#lib/audit/steps";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { Refusal } from "#lib/kernel/refusal";
import { now } from "#lib/platform/clock";
import { transact } from "#lib/platform/db";
import { type DraftRuleInput, defaultRuleId, type ruleRefInput } from "./schema";

/**
 * Proposes a rule, or the next version of one; it works once a second person approves. Returns its id and version.
 * A start in the past means now. Refuses: forbidden, ruleScopeRef, windowBackwards, ruleExists (that scope has a rule: change it), ruleWaiting (one proposal at a time), defaultNeverEnds,
 * staleVersion (`version` is not the last one).
 */
export async function draftRule(actor: Actor, input: DraftRuleInput): Promise<{ id: string; version: number }> {
  authorise(actor, "commission.edit");
  return transact(async (tx) => {
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended('commission_rule', 0))`;
    const at = now();
    const scopeRef = input.scope === "default" ? null : input.scopeRef || null;
    if (input.scope !== "default" && !scopeRef)
      throw new Refusal("ruleScopeRef", {}, [{ field: "scopeRef", code: "required" }]);
    const effectiveFrom = input.effectiveFrom < at ? at : input.effectiveFrom;
    const effectiveTo = input.effectiveTo ?? null;
    if (effectiveTo && effectiveTo <= effectiveFrom)
      throw new Refusal("windowBackwards", {}, [{ field: "effectiveTo", code: "windowBackwards" }]);
    if (input.scope === "default" && effectiveTo)
      throw new Refusal("defaultNeverEnds", {}, [{ field: "effectiveTo", code: "defaultNeverEnds" }]);
    const standing = await tx.commissionRule.findFirst({
      where: { scope: input.scope, scopeRef },
      orderBy: { version: "desc" },
    });
    const id = input.id || (input.scope === "default" ? (standing?.id ?? defaultRuleId) : newId("cmr", at));
    if (standing && standing.id !== id)
      throw new Refusal("ruleExists", { ruleId: standing.id }, [{ field: "scopeRef", code: "ruleExists" }]);
    if (input.id && !standing) throw new Refusal("notFound");
    if (standing && standing.approvedBy === null) throw new Refusal("ruleWaiting");
    if (input.version !== undefined && standing && standing.version !== input.version)
      throw await stale(tx, actor, {
        subjectType: "commissionRule",
        subjectId: id,
        behind: standing.version - input.version,
      });
    const version = (standing?.version ?? 0) + 1;
    const facts = { scope: input.scope, scopeRef, rateBp: input.rateBp, effectiveFrom, effectiveTo };
    await tx.commissionRule.create({
      data: { id, version, ...facts, createdAt: at, createdBy: actor.id, reason: input.reason },
    });
    await record(tx, actor, {
      deed: "commission.draft",
      subjectType: "commissionRule",
      subjectId: id,
      ...(standing ? { before: { version: standing.version, rateBp: standing.rateBp } } : {}),
      after: { version, ...facts },
      reason: input.reason,
    });
    return { id, version };
  });
}

/** Puts a proposed version in force, from its own date but never backwards in time. Refuses: notFound, forbidden, twoPeople, illegalTransition (already approved), windowBackwards (it would have ended already). */
export async function approveRule(actor: Actor, input: z.infer<typeof ruleRefInput>): Promise<void> {
  authorise(actor, "commission.edit");
  await transact(async (tx) => {
    const rule = await tx.commissionRule.findUnique({
      where: { id_version: { id: input.id, version: input.version } },
    });
    if (!rule) throw new Refusal("notFound");
    if (rule.approvedBy !== null) throw new Refusal("illegalTransition", { state: "approved", event: "approve" });
    if (rule.createdBy === actor.id) throw new Refusal("twoPeople");
    const at = now();
    const effectiveFrom = rule.effectiveFrom < at ? at : rule.effectiveFrom;
    if (rule.effectiveTo && rule.effectiveTo <= effectiveFrom) throw new Refusal("windowBackwards");
    const written = await tx.commissionRule.updateMany({
      where: { id: rule.id, version: rule.version, approvedBy: null },
      data: { approvedBy: actor.id, effectiveFrom },
    });
    if (written.count !== 1) throw new Refusal("staleVersion");
    await record(tx, actor, {
      deed: "commission.approve",
      subjectType: "commissionRule",
      subjectId: rule.id,
      after: { version: rule.version, rateBp: rule.rateBp, effectiveFrom },
    });
  });
}

/** Takes back a proposal that nobody approved. Refuses: notFound, forbidden, illegalTransition. */
export async function withdrawRule(actor: Actor, input: z.infer<typeof ruleRefInput>): Promise<void> {
  authorise(actor, "commission.edit");
  await transact(async (tx) => {
    const rule = await tx.commissionRule.findUnique({
      where: { id_version: { id: input.id, version: input.version } },
    });
    if (!rule) throw new Refusal("notFound");
    const gone = await tx.commissionRule.deleteMany({
      where: { id: rule.id, version: rule.version, approvedBy: null },
    });
    if (gone.count !== 1) throw new Refusal("illegalTransition", { state: "approved", event: "withdraw" });
    await record(tx, actor, {
      deed: "commission.withdraw",
      subjectType: "commissionRule",
      subjectId: rule.id,
      before: { version: rule.version, rateBp: rule.rateBp },
    });
  });
}
