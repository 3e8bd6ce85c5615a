import Link from "next/link";
import { useTranslations } from "next-intl";
import { percent } from "#components/today/figures";
import { nodeColumn, numberColumn, stateColumn } from "#components/ui/columns";
import type { StateKind } from "#components/ui/state-badge";
import { bpOf } from "#lib/analytics/rules";
import { leaderRisk, leaderRule, productAdvice, productRule } from "#lib/analytics/rules/boards";
import type { Advice, Risk, SupplierService } from "#lib/analytics/schema/boards";
import type { Explored, Mark } from "#lib/analytics/schema/explore";
import type { LeaderBuyers } from "#lib/analytics/schema/measures";
import { MarkTable } from "./mark-table";

const adviceKind: Record<Advice, StateKind> = { keep: "done", watch: "attention", drop: "failed", tooFew: "draft" };
const riskKind: Record<Risk, StateKind> = { none: "done", some: "attention", high: "failed", tooFew: "draft" };

/** Products with sell-through, margin, complaints, and whether to keep them by the rule that is said. */
export function ProductBoard({ found }: { found: Explored }) {
  const t = useTranslations("explore");
  const rule = productRule;
  return (
    <>
      <MarkTable
        board="products"
        found={found}
        keys={[
          ...(["gmvFen", "orders", "pieces", "sellThroughBp", "marginAfterFen", "marginAfterBp"] as const),
          ...(["refundBp", "shortageBp", "complaints"] as const),
        ]}
        name={(m) => ({ skuId: m.id })}
        more={[
          stateColumn<Mark>({
            id: "advice",
            head: t("boards.advice"),
            kind: (m) => adviceKind[productAdvice(m.now).advice],
            word: (m) => t(`boards.advices.${productAdvice(m.now).advice}`),
            after: (m) => {
              const { reason } = productAdvice(m.now);
              return reason && t(`boards.adviceReasons.${reason}`);
            },
          }),
        ]}
      />
      <p className="text-muted">
        {t("boards.productRule", {
          minOrders: rule.minOrders,
          dropComplaints: `${rule.dropComplaints}‰`,
          keepComplaints: `${rule.keepComplaints}‰`,
          keepMargin: percent(rule.keepMarginBp, 0),
          keepSold: percent(rule.keepSellThroughBp, 0),
        })}
      </p>
    </>
  );
}

/** Leaders with what they sell a day, who comes back, what is left lying, and who may leave by the rule that is said. */
export function LeaderBoard({ found, buyers }: { found: Explored; buyers: ReadonlyMap<string, LeaderBuyers> }) {
  const t = useTranslations("explore");
  const rule = leaderRule;
  return (
    <>
      <MarkTable
        board="leaders"
        found={found}
        change="orders"
        keys={["gmvFen", "orders", "perLeader", "aovFen", "commissionFen", "uncollectedBp", "complaints"]}
        name={(m) => ({ leaderId: m.id })}
        more={[
          numberColumn<Mark>({
            id: "buyers",
            head: t("metric.buyers"),
            value: (m) => buyers.get(m.id)?.buyers ?? 0,
          }),
          nodeColumn<Mark>({
            id: "repurchase",
            head: t("boards.repurchase"),
            align: "right",
            node: (m) => {
              const b = buyers.get(m.id);
              return percent(b ? bpOf(b.again, b.earlier) : null);
            },
          }),
          stateColumn<Mark>({
            id: "risk",
            head: t("boards.risk"),
            kind: (m) => riskKind[leaderRisk(m.now, m.before).risk],
            word: (m) => t(`boards.risks.${leaderRisk(m.now, m.before).risk}`),
            after: (m) => {
              const { reason } = leaderRisk(m.now, m.before);
              return reason && t(`boards.riskReasons.${reason}`);
            },
          }),
        ]}
      />
      <p className="text-muted">
        {found.before
          ? t("boards.leaderRule", {
              minOrders: rule.minOrders,
              high: percent(rule.highFallBp, 0),
              some: percent(rule.someFallBp, 0),
              uncollected: percent(rule.uncollectedBp, 0),
            })
          : t("boards.needsComparison")}
      </p>
    </>
  );
}

/** Suppliers with what they sold and how they kept their purchase orders. */
export function SupplierBoard({ found, service }: { found: Explored; service: ReadonlyMap<string, SupplierService> }) {
  const t = useTranslations("explore");
  const { from, to } = found.ask;
  const purchases = (m: Mark) =>
    `/fulfilment/purchases?supplierId=${m.id}&where=pickupDay.gte.${from}&where=pickupDay.lte.${to}`;
  return (
    <>
      <MarkTable
        board="suppliers"
        found={found}
        keys={["gmvFen", "orders", "pieces", "marginAfterBp", "refundBp", "complaints"]}
        name={(m) => ({ supplierId: m.id })}
        more={[
          nodeColumn<Mark>({
            id: "otif",
            head: t("boards.onTimeInFull"),
            align: "right",
            node: (m) => {
              const s = service.get(m.id);
              return s ? (
                <Link href={purchases(m)} prefetch={false} className="hover:underline">
                  {percent(bpOf(s.onTimeInFull, s.lines))}
                </Link>
              ) : (
                <span className="text-muted">—</span>
              );
            },
          }),
          numberColumn<Mark>({
            id: "lines",
            head: t("boards.purchaseLines"),
            value: (m) => service.get(m.id)?.lines ?? null,
          }),
          numberColumn<Mark>({
            id: "needed",
            head: t("boards.needed"),
            value: (m) => service.get(m.id)?.needed ?? null,
          }),
          numberColumn<Mark>({
            id: "short",
            head: t("boards.shortPieces"),
            value: (m) => service.get(m.id)?.short ?? null,
            tone: (m) => ((service.get(m.id)?.short ?? 0) > 0 ? "warning" : undefined),
          }),
          numberColumn<Mark>({
            id: "damaged",
            head: t("boards.damaged"),
            value: (m) => service.get(m.id)?.damaged ?? null,
            tone: (m) => ((service.get(m.id)?.damaged ?? 0) > 0 ? "warning" : undefined),
          }),
        ]}
      />
      <p className="text-muted">{t("boards.supplierNote")}</p>
    </>
  );
}
