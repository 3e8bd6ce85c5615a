import { type Fen, fen, minus, negate, plus } from "../../kernel/money";
import type { Advice, AdviceReason, BridgeRow, Risk, RiskReason } from "../schema/boards";
import type { Values } from "../schema/explore";

/** When a product stays and when it goes. Rates in basis points, complaints of a thousand orders. */
export const productRule = {
  minOrders: 30,
  dropComplaints: 30,
  keepMarginBp: 800,
  keepComplaints: 10,
  keepSellThroughBp: 2000,
} as const;

/** Keep, watch or drop, by what is known; under `minOrders` nobody judges. */
export function productAdvice(v: Values): { advice: Advice; reason: AdviceReason | null } {
  const rule = productRule;
  if ((v.orders ?? 0) < rule.minOrders) return { advice: "tooFew", reason: null };
  const [margin, complaints, sold] = [v.marginAfterBp ?? 0, v.complaints ?? 0, v.sellThroughBp ?? null];
  if (margin < 0) return { advice: "drop", reason: "loss" };
  if (complaints >= rule.dropComplaints) return { advice: "drop", reason: "complaints" };
  if (complaints > rule.keepComplaints) return { advice: "watch", reason: "complaints" };
  if (margin < rule.keepMarginBp) return { advice: "watch", reason: "thin" };
  if (sold !== null && sold < rule.keepSellThroughBp) return { advice: "watch", reason: "unsold" };
  return { advice: "keep", reason: "good" };
}

/** When a leader is likely to leave: her orders against the other period. */
export const leaderRule = { minOrders: 30, highFallBp: 5000, someFallBp: 2500, uncollectedBp: 500 } as const;

/** Judged only against an earlier period of at least `minOrders` orders. */
export function leaderRisk(
  now: Values,
  before: Values | null,
): { risk: Risk; reason: RiskReason | null; fallBp: number | null } {
  const rule = leaderRule;
  const [orders, earlier] = [now.orders ?? 0, before?.orders ?? 0];
  if (earlier < rule.minOrders) return { risk: "tooFew", reason: null, fallBp: null };
  const fallBp = Math.round(((earlier - orders) * 10_000) / earlier);
  if (orders === 0) return { risk: "high", reason: "gone", fallBp };
  if (fallBp >= rule.highFallBp) return { risk: "high", reason: "halved", fallBp };
  if (fallBp >= rule.someFallBp) return { risk: "some", reason: "falling", fallBp };
  if ((now.uncollectedBp ?? 0) >= rule.uncollectedBp) return { risk: "some", reason: "uncollected", fallBp };
  return { risk: "none", reason: "steady", fallBp };
}

/**
 * From the price of the goods to what is left: orders give what was sold, refunded, bought and promised to leaders, the books of the
 * same days what was lost and what others paid for. Each total is the sum of the rows above it.
 */
export function bridgeOf(e: {
  gmvFen: Fen;
  couponFen: Fen;
  refundFen: Fen;
  costFen: Fen;
  commissionFen: Fen;
  lossFen: Fen;
  recoveryFen: Fen;
}): BridgeRow[] {
  const net = minus(e.gmvFen, e.refundFen);
  const margin = minus(net, e.costFen);
  const after = minus(margin, e.commissionFen);
  const row = (id: BridgeRow["id"], amount: Fen, from: BridgeRow["from"] = "orders"): BridgeRow => ({
    id,
    fen: amount,
    isTotal: false,
    from,
  });
  const total = (id: BridgeRow["id"], amount: Fen): BridgeRow => ({ id, fen: amount, isTotal: true, from: "orders" });
  return [
    total("goods", plus(e.gmvFen, e.couponFen)),
    row("coupon", negate(e.couponFen)),
    total("gmv", e.gmvFen),
    row("refund", negate(e.refundFen)),
    total("net", net),
    row("cost", negate(e.costFen)),
    total("margin", margin),
    row("commission", negate(e.commissionFen)),
    total("after", after),
    row("loss", negate(e.lossFen), "ledger"),
    row("recovery", e.recoveryFen, "ledger"),
    total("result", fen(after - e.lossFen + e.recoveryFen)),
  ];
}
