import type { RuleScope } from "#lib/generated/prisma/enums";
import { type Fen, rate, share } from "../kernel/money";
import { Refusal } from "../kernel/refusal";
import type { Commission, Rule, RuleContext, RuleView } from "./schema";

/** Narrowest first. */
const rank: readonly RuleScope[] = ["campaign", "product", "category", "level", "default"];

function fits(rule: Rule, context: RuleContext): boolean {
  switch (rule.scope) {
    case "default":
      return true;
    case "level":
      return rule.scopeRef === String(context.leaderLevel);
    case "category":
      return rule.scopeRef === context.categoryId;
    case "product":
      return rule.scopeRef === context.productId;
    case "campaign":
      return rule.scopeRef === context.saleSessionId;
  }
}

/** Of two rules of one scope the later one wins: by its start, then its id. */
const later = (a: Rule, b: Rule) => b.effectiveFrom.getTime() - a.effectiveFrom.getTime() || (a.id < b.id ? 1 : -1);

/**
 * The commission on a base in fen (paid + the platform's own coupon share), floored. The rate on the offer outranks the rules;
 * then campaign, product, category, level, default. Refuses: noCommissionRule, when not even a default is in force.
 */
export function commissionFor(rules: readonly Rule[], context: RuleContext, base: Fen): Commission {
  const fitting = rank.flatMap((scope) => rules.filter((r) => r.scope === scope && fits(r, context)).sort(later));
  const outranked = (from: number) => fitting.slice(from).map((r) => ({ scope: r.scope, ruleId: r.id, bp: r.rateBp }));
  if (context.offerBp !== null) {
    return {
      ruleId: context.offerId,
      version: 1,
      bp: context.offerBp,
      baseFen: base,
      commissionFen: rate(base, context.offerBp),
      explain: { by: "offer", ref: context.offerId, outranked: outranked(0) },
    };
  }
  const [won] = fitting;
  if (!won) throw new Refusal("noCommissionRule");
  return {
    ruleId: won.id,
    version: won.version,
    bp: won.rateBp,
    baseFen: base,
    commissionFen: rate(base, won.rateBp),
    explain: { by: won.scope, ref: won.scopeRef, outranked: outranked(1) },
  };
}

/**
 * The rules in force at an instant: of each rule the highest approved version that has begun, unless that version has ended.
 */
export function inForce<R extends Rule & { approvedBy: string | null }>(all: readonly R[], at: Date): R[] {
  const newest = new Map<string, R>();
  for (const rule of all) {
    if (rule.approvedBy === null || rule.effectiveFrom > at) continue;
    const known = newest.get(rule.id);
    if (!known || known.version < rule.version) newest.set(rule.id, rule);
  }
  return [...newest.values()].filter((r) => r.effectiveTo === null || r.effectiveTo > at);
}

/** How much of a line's commission is reversed in all once `refundedCum` of `paid` fen went back; cumulative, so parts add up exactly. */
export const reversedBy = (commission: Fen, refundedCum: Fen, paid: Fen): Fen =>
  paid === 0 ? commission : share(commission, refundedCum, paid);

/** Where a version stands: waiting for the second person, not begun, in force, or past. */
export function standingOf(
  rule: Pick<Rule, "effectiveFrom"> & { approvedBy: string | null },
  isInForce: boolean,
  at: Date,
): RuleView["standing"] {
  if (rule.approvedBy === null) return "waiting";
  if (isInForce) return "inForce";
  return rule.effectiveFrom > at ? "coming" : "past";
}
