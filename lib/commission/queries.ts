import "server-only";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { now } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { inForce, standingOf } from "./rules";
import type { Rule, RuleView } from "./schema";

/** The commission rules in force at an instant; for commissionFor. */
export async function rulesAt(at: Date): Promise<Rule[]> {
  const rows = await prisma.commissionRule.findMany({
    where: { approvedBy: { not: null }, effectiveFrom: { lte: at } },
  });
  return inForce(rows, at).map(({ id, version, scope, scopeRef, rateBp, effectiveFrom, effectiveTo }) => ({
    id,
    version,
    scope,
    scopeRef,
    rateBp,
    effectiveFrom,
    effectiveTo,
  }));
}

/**
 * Every version of every rule with its standing, widest scope first and newest version first. A campaign's name is left
 * to the caller (`scopeName` null), for campaigns stand above; a person without a name is a process of ours. Refuses: forbidden.
 */
export async function ruleViews(actor: Actor): Promise<RuleView[]> {
  authorise(actor, "commission.see");
  const at = now();
  const rows = await prisma.commissionRule.findMany({
    orderBy: [{ scope: "asc" }, { id: "asc" }, { version: "desc" }],
  });
  const refs = (scope: Rule["scope"]) => rows.flatMap((r) => (r.scope === scope && r.scopeRef ? [r.scopeRef] : []));
  const people = [...new Set(rows.flatMap((r) => [r.createdBy, ...(r.approvedBy ? [r.approvedBy] : [])]))];
  const [categories, products, users] = await Promise.all([
    prisma.category.findMany({ where: { id: { in: refs("category") } }, select: { id: true, name: true } }),
    prisma.product.findMany({
      where: { id: { in: refs("product") } },
      select: { id: true, name: true, spec: true, unit: true },
    }),
    prisma.user.findMany({ where: { id: { in: people } }, select: { id: true, name: true } }),
  ]);
  const names = new Map([
    ...categories.map((c) => [c.id, c.name] as const),
    ...products.map((p) => [p.id, `${p.name} ${p.spec}/${p.unit}`] as const),
  ]);
  const who = new Map(users.map((u) => [u.id, u.name]));
  const live = new Set(inForce(rows, at).map((r) => `${r.id}.${r.version}`));
  return rows.map((r) => ({
    ...r,
    scopeName: r.scope === "level" ? r.scopeRef : r.scopeRef ? (names.get(r.scopeRef) ?? null) : null,
    createdByName: who.get(r.createdBy) ?? null,
    approvedByName: r.approvedBy ? (who.get(r.approvedBy) ?? null) : null,
    standing: standingOf(r, live.has(`${r.id}.${r.version}`), at),
  }));
}
