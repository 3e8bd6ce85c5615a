import { z } from "zod";
import type { RuleScope } from "#lib/generated/prisma/enums";
import type { Fen } from "../kernel/money";

/**
 * What a leader earns: versioned rules, and the calculation. Promises: the narrowest rule in force wins (campaign, product,
 * category, level, default), a rule works only after a second person approved it, a version is never edited, and the rule, its
 * version and the rate are kept on the order line. Rates are basis points; the fraction of a fen stays with the platform.
 */
export const ruleScopes = [
  "default",
  "level",
  "category",
  "product",
  "campaign",
] as const satisfies readonly RuleScope[];
export const defaultRuleId = "cmr_default";

export type Rule = {
  id: string;
  version: number;
  scope: RuleScope;
  scopeRef: string | null;
  rateBp: number;
  effectiveFrom: Date;
  effectiveTo: Date | null;
};

export type RuleContext = {
  leaderLevel: number;
  categoryId: string;
  productId: string;
  saleSessionId: string;
  offerId: string;
  /** The rate written on the offer itself; it outranks every rule. */
  offerBp: number | null;
};

/** Why this rate: what decided, and what it outranked, narrowest first. */
export type Explanation = {
  by: RuleScope | "offer";
  ref: string | null;
  outranked: { scope: RuleScope; ruleId: string; bp: number }[];
};
export type Commission = {
  ruleId: string;
  version: number;
  bp: number;
  baseFen: Fen;
  commissionFen: Fen;
  explain: Explanation;
};

export type RuleView = Rule & {
  scopeName: string | null;
  createdAt: Date;
  createdBy: string;
  createdByName: string | null;
  approvedBy: string | null;
  approvedByName: string | null;
  reason: string;
  /** `waiting` for the second person, `coming`, `inForce`, `past` (replaced or ended). */
  standing: "waiting" | "coming" | "inForce" | "past";
};

export const draftRuleInput = z.object({
  /** Given to change an existing rule; a new one otherwise. */
  id: z.string().optional(),
  /** The last version its proposer knew. */
  version: z.coerce.number().int().optional(),
  scope: z.enum(ruleScopes),
  scopeRef: z.string().trim().optional(),
  rateBp: z.coerce.number().int().min(0, "rate").max(5_000, "rate"),
  effectiveFrom: z.coerce.date(),
  effectiveTo: z.coerce.date().nullish(),
  reason: z.string().trim().min(2, "required").max(200),
});
export type DraftRuleInput = z.infer<typeof draftRuleInput>;
export const ruleRefInput = z.object({ id: z.string().min(1), version: z.coerce.number().int().min(1) });
