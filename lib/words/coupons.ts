import { fen, yuan } from "../kernel/money";
import { dayOf } from "../kernel/time";
import type { LimitView } from "../promotions/schema";
import { fill } from "./fill";
import type { Locale } from "./locale";
import en from "./promotions.en";
import zh from "./promotions.zh";

const of = (locale: Locale) => (locale === "en" ? en : zh);
const money = (amount: number) => yuan(fen(amount)).replace(/\.00$/, "");

/** "2 of 2 bought today" */
export const limitWords = (v: LimitView, locale: Locale): string =>
  fill(of(locale).limits[v.kind], { max: v.max, bought: v.bought });

export type CouponTold = {
  kind: "amount" | "percent";
  amountFen: number | null;
  percentBp: number | null;
  maxOffFen: number | null;
  thresholdFen: number;
};

/** "满 ¥50 减 ¥8" */
export function worthWords(c: CouponTold, locale: Locale): string {
  const s = of(locale).sentence;
  const facts = {
    threshold: money(c.thresholdFen),
    off: money(c.amountFen ?? 0),
    percent: (c.percentBp ?? 0) / 100,
    cap: money(c.maxOffFen ?? 0),
  };
  if (c.kind === "amount") return fill(c.thresholdFen > 0 ? s.over : s.plain, facts);
  return fill(c.thresholdFen > 0 ? s.percentOver : s.percentPlain, facts);
}

/** The whole coupon in one sentence: worth, scope, validity and, for our own eyes, who pays and how much at most. */
export function couponSentence(
  c: CouponTold & {
    goods: readonly string[];
    cities: readonly string[];
    newCustomers: boolean;
    stacks: boolean;
    validDays: number | null;
    validFrom: Date | null;
    validTo: Date | null;
    payer?: { funder: "platform" | "supplier" | "leader"; name: string | null; budgetFen: number | null };
  },
  locale: Locale,
): string {
  const words = of(locale);
  const s = words.sentence;
  const list = (names: readonly string[]) =>
    names.length > 3 ? `${names.slice(0, 3).join(s.and)} ${fill(s.more, { count: names.length })}` : names.join(s.and);
  const parts = [
    worthWords(c, locale),
    c.goods.length > 0 && fill(s.goods, { goods: list(c.goods) }),
    c.cities.length > 0 && fill(s.cities, { cities: list(c.cities) }),
    c.newCustomers && s.newCustomers,
    c.stacks && s.stacks,
    c.validDays !== null
      ? fill(s.days, { days: c.validDays })
      : c.validFrom && c.validTo && fill(s.until, { from: dayOf(c.validFrom), to: dayOf(c.validTo) }),
    c.payer && fill(s.funder, { funder: c.payer.name ?? words.funders[c.payer.funder] }),
    c.payer && (c.payer.budgetFen === null ? s.noBudget : fill(s.budget, { budget: money(c.payer.budgetFen) })),
  ];
  return parts.filter(Boolean).join(s.comma);
}
