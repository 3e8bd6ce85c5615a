import "server-only";
import { type Fen, fen, minus, zero } from "#lib/kernel/money";
import type { CouponFunding, CouponReturn } from "#lib/ledger/rules";
import type { AccountCode } from "#lib/ledger/schema";
import { lockedBalance } from "#lib/ledger/steps";
import type { Tx } from "#lib/platform/db";
import { sharesReversed } from "#lib/promotions/rules/coupons";
import { claimCoupons } from "#lib/suppliers/steps";

/** A coupon's share of a line: who pays it. */
export type LineShare = { funder: "platform" | "supplier" | "leader"; funderId: string | null; amountFen: Fen };

/** The coupon shares of lines, by line. */
export async function sharesOfLines(tx: Tx, lineIds: readonly string[]): Promise<Map<string, LineShare[]>> {
  const rows =
    lineIds.length === 0
      ? []
      : await tx.couponShare.findMany({ where: { orderLineId: { in: [...lineIds] } }, orderBy: { couponId: "asc" } });
  const byLine = new Map<string, LineShare[]>();
  for (const r of rows) {
    const { funder, funderId } = r;
    byLine.set(r.orderLineId, [
      ...(byLine.get(r.orderLineId) ?? []),
      { funder, funderId, amountFen: fen(r.amountFen) },
    ]);
  }
  return byLine;
}

type Part = { funder: "supplier" | "leader"; funderId: string; amount: Fen };

/** Amounts of a line's shares: what the platform pays itself, and the others' one by one. */
export function byFunder(shares: readonly LineShare[], amounts: readonly Fen[]): { platform: Fen; others: Part[] } {
  let platform = zero;
  const others = new Map<string, Part>();
  for (const [i, { funder, funderId }] of shares.entries()) {
    const amount = amounts[i] ?? zero;
    if (funder === "platform" || funderId === null) platform = fen(platform + amount);
    else if (amount > 0) {
      const had = others.get(`${funder} ${funderId}`)?.amount ?? zero;
      others.set(`${funder} ${funderId}`, { funder, funderId, amount: fen(had + amount) });
    }
  }
  return { platform, others: [...others.values()] };
}

/** What is left of a line's shares after what was refunded of it. */
export const sharesLeft = (shares: readonly LineShare[], refunded: Fen, paid: Fen): Fen[] =>
  sharesReversed(shares, refunded, paid).map((back, i) => minus(shares[i]?.amountFen ?? zero, back));

/** What falls back of a line's shares when `refunded` becomes `after`. */
export function sharesBack(shares: readonly LineShare[], refunded: Fen, after: Fen, paid: Fen): Fen[] {
  const before = sharesReversed(shares, refunded, paid);
  return sharesReversed(shares, after, paid).map((back, i) => minus(back, before[i] ?? zero));
}

/** Balances of funders through one run of journals: read and locked once, then counted on. */
export function funderBalances(tx: Tx) {
  const known = new Map<AccountCode, Fen>();
  const of = async (code: AccountCode): Promise<Fen> => {
    const balance = known.get(code) ?? (await lockedBalance(tx, code));
    known.set(code, balance);
    return balance;
  };
  const take = async (code: AccountCode, amount: Fen): Promise<Fen> => {
    const balance = await of(code);
    known.set(code, fen(Math.max(0, balance - amount)));
    return balance;
  };
  return {
    /** Each part with the balance it is taken from first. */
    charge: async (parts: readonly Part[]): Promise<CouponFunding[]> => {
      const made: CouponFunding[] = [];
      for (const { funder, funderId, amount } of parts)
        made.push(
          funder === "supplier"
            ? { funder, funderId, amount, pending: await take(`supplierPending:${funderId}`, amount) }
            : { funder, funderId, amount, available: await take(`leaderAvailable:${funderId}`, amount) },
        );
      return made;
    },
    /** Each part with what its funder owes. */
    giveBack: async (parts: readonly Part[]): Promise<CouponReturn[]> => {
      const made: CouponReturn[] = [];
      for (const part of parts)
        made.push({ ...part, owed: await take(`${part.funder}Receivable:${part.funderId}`, part.amount) });
      return made;
    },
  };
}

/** Puts what suppliers bear of coupons (sign 1), or get back of it (−1), on their statements. */
export const stateCoupons = (
  tx: Tx,
  sign: 1 | -1,
  lines: readonly {
    lineId: string;
    orderId: string;
    name: string;
    quantity: number;
    journalKey: string;
    sourceId: string;
    parts: readonly Part[];
  }[],
): Promise<void> =>
  claimCoupons(
    tx,
    lines.flatMap((l) =>
      l.parts
        .filter((p) => p.funder === "supplier")
        .map((p) => ({
          supplierId: p.funderId,
          amountFen: fen(sign * p.amount),
          quantity: l.quantity,
          sourceType: sign === 1 ? "orderLine" : "refund",
          sourceId: l.sourceId,
          evidence: { orderId: l.orderId, lineId: l.lineId, name: l.name },
          journalKey: l.journalKey,
        })),
    ),
  );
