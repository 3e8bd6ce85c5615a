import { z } from "zod";
import type { CouponFunder, CouponGrant, CouponKind, CouponState, TemplateState } from "#lib/generated/prisma/enums";
import type { ListSpec } from "../../kernel/list";
import type { Fen } from "../../kernel/money";

/**
 * Coupons and their stacking rules. An order takes at most three coupons, of which at most one does not stack. The threshold is
 * judged on the goods a coupon is for, at their prices before any coupon. Coupons are taken off one after the other: the one
 * that does not stack, then amounts, then percentages (of what is then left). Each line keeps at least one fen to pay. A basket
 * of several orders uses a coupon on the one order where it gives most. A partial refund returns what was paid and the
 * coupon's share lapses; the coupon itself comes back only when the whole order falls before anything was handed over.
 */
export const mostCoupons = 3;

export const couponKinds = ["amount", "percent"] as const satisfies readonly CouponKind[];
export const couponFunders = ["platform", "supplier", "leader"] as const satisfies readonly CouponFunder[];
export const couponGrants = ["claim", "signUp", "firstOrder", "manual"] as const satisfies readonly CouponGrant[];
export const templateStates = ["draft", "active", "paused", "ended"] as const satisfies readonly TemplateState[];
export const couponStates = ["open", "held", "used", "void"] as const satisfies readonly CouponState[];

/** What a coupon gives and for what. Empty scopes mean everything; `categoryIds` hold what lies under them too when judged. */
export type CouponTerms = {
  kind: CouponKind;
  amountFen: Fen | null;
  percentBp: number | null;
  maxOffFen: Fen | null;
  thresholdFen: Fen;
  cityIds: readonly string[];
  categoryIds: readonly string[];
  productIds: readonly string[];
  newCustomers: boolean;
  stacks: boolean;
};

/** A person's coupon with its template's terms; `budgetLeftFen` is null without a budget. */
export type OwnCoupon = CouponTerms & {
  id: string;
  residentId: string;
  templateId: string;
  name: string;
  templateState: TemplateState;
  state: CouponState;
  startsAt: Date;
  expiresAt: Date;
  funder: CouponFunder;
  funderId: string | null;
  budgetLeftFen: Fen | null;
  orderId: string | null;
  grantedAt: Date;
};

export type CouponLine = { offerId: string; productId: string; categoryId: string; supplierId: string; goodsFen: Fen };

/** Why a coupon is of no use here: a refusal's code and the facts of its sentence. */
export type CouponReason = { code: string; facts: Record<string, string | number> };

/** A template as a resident sees it: whether she may take it now, and how many she has. */
export type ClaimableCoupon = CouponTerms & {
  id: string;
  name: string;
  claimTo: Date;
  validFrom: Date | null;
  validTo: Date | null;
  validDays: number | null;
  left: number | null;
  perPerson: number;
  taken: number;
};

export type TemplateView = CouponTerms & {
  id: string;
  name: string;
  state: TemplateState;
  grant: CouponGrant;
  funder: CouponFunder;
  funderId: string | null;
  funderName: string | null;
  quota: number | null;
  perPerson: number;
  budgetFen: Fen | null;
  committedFen: Fen;
  claimed: number;
  claimFrom: Date;
  claimTo: Date;
  validFrom: Date | null;
  validTo: Date | null;
  validDays: number | null;
  cityNames: string[];
  categoryNames: string[];
  productNames: string[];
  createdAt: Date;
  createdBy: string;
  createdByName: string;
  changedBy: string | null;
  activatedByName: string | null;
  activatedAt: Date | null;
  endedAt: Date | null;
  version: number;
};

export const templateListSpec = {
  views: ["current", "draft", "ended", "all"],
  sorts: ["-createdAt", "claimTo", "-committedFen"],
  filters: { cityId: "text", funder: couponFunders, supplierId: "text" },
  fields: {
    name: "text",
    state: templateStates,
    kind: couponKinds,
    grant: couponGrants,
    funder: couponFunders,
    claimed: "number",
    budgetFen: "money",
    committedFen: "money",
    claimFrom: "moment",
    claimTo: "moment",
    createdAt: "moment",
  },
} as const satisfies ListSpec;

/** A row of the list. */
export type TemplateRow = Pick<
  TemplateView,
  | "id"
  | "name"
  | "state"
  | "kind"
  | "amountFen"
  | "percentBp"
  | "maxOffFen"
  | "thresholdFen"
  | "grant"
  | "funder"
  | "funderName"
  | "quota"
  | "claimed"
  | "budgetFen"
  | "committedFen"
  | "claimFrom"
  | "claimTo"
  | "createdAt"
> & { used: number };

/** What a template has done: coupons by state, and the orders that stand with one. Money in fen; cost after refunds. */
export type TemplateFigures = {
  claimed: number;
  open: number;
  held: number;
  used: number;
  void: number;
  orders: number;
  gmvFen: Fen;
  costFen: Fen;
};
export type CouponRow = {
  id: string;
  residentId: string;
  nickname: string;
  phoneTail: string | null;
  state: CouponState;
  orderId: string | null;
  amountFen: Fen | null;
  grantedAt: Date;
  expiresAt: Date;
  usedAt: Date | null;
};

/** What a coupon took off a line of an order. */
export type OrderCoupon = { id: string; name: string; funder: CouponFunder; amountFen: Fen; lineId: string };

const id = z.string().min(1, "required").max(28);
const amount = z.coerce.number().int("amount").min(1, "amount").max(100_000_000, "amount");
const many = z.array(id).max(200).default([]);

/** A form sends `on`, or nothing. */
const ticked = z.union([z.boolean(), z.literal("on").transform(() => true)]).default(false);

const terms = z.object({
  name: z.string().trim().min(1, "required").max(40, "tooLong"),
  kind: z.enum(couponKinds),
  amountFen: amount.nullish(),
  percentBp: z.coerce.number().int().min(1).max(9_999).nullish(),
  maxOffFen: amount.nullish(),
  thresholdFen: z.coerce.number().int("amount").min(0, "amount").max(100_000_000, "amount").default(0),
  cityIds: many,
  categoryIds: many,
  productIds: many,
  newCustomers: ticked,
  stacks: ticked,
  grant: z.enum(couponGrants),
  funder: z.enum(couponFunders),
  funderId: id.nullish(),
  quota: z.coerce.number().int().min(1).max(10_000_000).nullish(),
  perPerson: z.coerce.number().int().min(1).max(20).default(1),
  budgetFen: amount.nullish(),
  claimFrom: z.coerce.date(),
  claimTo: z.coerce.date(),
  validFrom: z.coerce.date().nullish(),
  validTo: z.coerce.date().nullish(),
  validDays: z.coerce.number().int().min(1).max(365).nullish(),
});

/** What hangs together in a template's terms. */
function hangTogether(
  t: z.infer<typeof terms>,
  wrong: (path: keyof z.infer<typeof terms>, code: string) => void,
): void {
  if (t.kind === "amount" && !t.amountFen) wrong("amountFen", "required");
  if (t.kind === "percent" && !t.percentBp) wrong("percentBp", "required");
  if (t.kind === "percent" && !t.maxOffFen) wrong("maxOffFen", "required");
  if (t.funder !== "platform" && !t.funderId) wrong("funderId", "choose");
  if (t.claimTo <= t.claimFrom) wrong("claimTo", "later");
  if (!t.validDays && !t.validFrom) wrong("validFrom", "required");
  if (!t.validDays && !t.validTo) wrong("validTo", "required");
  if (!t.validDays && t.validFrom && t.validTo && t.validTo <= t.validFrom) wrong("validTo", "later");
}
const whole = <S extends z.ZodType<z.infer<typeof terms>>>(schema: S) =>
  schema.superRefine((t, ctx) =>
    hangTogether(t, (path, code) => ctx.addIssue({ code: "custom", path: [path], message: code })),
  );

export const createTemplateInput = whole(terms);
export type CreateTemplateInput = z.input<typeof createTemplateInput>;
export const changeTemplateInput = whole(terms.extend({ templateId: id, version: z.coerce.number().int() }));
export type ChangeTemplateInput = z.input<typeof changeTemplateInput>;
export const templateRefInput = z.object({
  templateId: id,
  version: z.coerce.number().int(),
  reason: z.string().trim().max(200).nullish(),
});
export const grantCouponsInput = z.object({
  templateId: id,
  /** Ids of residents, or phone numbers in full or by their last four digits, one a line or separated by commas. */
  to: z.string().trim().min(1, "required").max(20_000),
  reason: z.string().trim().min(2, "required").max(200),
});
export const claimCouponInput = z.object({ templateId: id });
