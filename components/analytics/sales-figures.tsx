import { useTranslations } from "next-intl";
import { percent, pointsChange } from "#components/today/figures";
import { changeOf, Stat } from "#components/ui/stat";
import { ordersHref } from "#lib/analytics/rules";
import type { Metric, Sales } from "#lib/analytics/schema";
import { yuan } from "#lib/kernel/money";

/** The whole of a period beside the one before; each card opens the orders it counts. */
export function SalesFigures({ sales }: { sales: Sales }) {
  const t = useTranslations("analytics");
  const { question: q, total, totalBefore } = sales;
  const rows = ordersHref(q);
  const curve = (metric: Metric) => ({
    points: sales.days.map((d) => d.now[metric] ?? 0),
    ...(sales.before ? { previous: sales.days.map((d) => d.before?.[metric] ?? 0) } : {}),
  });
  const perOrder = total.orders > 0 ? (total.pieces / total.orders).toFixed(1) : "—";
  return (
    <section aria-label={t("title")} className="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-6">
      <Stat
        label={t("metric.gmvFen")}
        value={yuan(total.gmvFen)}
        change={changeOf(total.gmvFen, totalBefore?.gmvFen)}
        {...curve("gmvFen")}
        note={totalBefore ? t("before", { value: yuan(totalBefore.gmvFen) }) : " "}
        href={rows}
      />
      <Stat
        label={t("metric.netFen")}
        value={yuan(total.netFen)}
        change={changeOf(total.netFen, totalBefore?.netFen)}
        {...curve("netFen")}
        note={t("refundNote", { amount: yuan(total.refundFen) })}
        href={rows}
      />
      <Stat
        label={t("metric.orders")}
        value={total.orders.toLocaleString("en-US")}
        change={changeOf(total.orders, totalBefore?.orders)}
        {...curve("orders")}
        note={
          sales.ordersPerLeader === null
            ? t("perOrder", { n: perOrder })
            : `${t("perOrder", { n: perOrder })} · ${t("perLeader", { n: sales.ordersPerLeader.toFixed(1) })}`
        }
        href={rows}
      />
      <Stat
        label={t("metric.buyers")}
        value={total.buyers.toLocaleString("en-US")}
        change={changeOf(total.buyers, totalBefore?.buyers)}
        {...curve("buyers")}
        note={
          sales.repurchaseBp === null
            ? t("fresh", { n: sales.newBuyers })
            : `${t("fresh", { n: sales.newBuyers })} · ${t("repurchase", { rate: percent(sales.repurchaseBp) })}`
        }
        href={rows}
      />
      <Stat
        label={t("metric.refundBp")}
        value={percent(total.refundBp, 2)}
        change={totalBefore && pointsChange(total.refundBp, totalBefore.refundBp, false, t("pointsMark"))}
        {...curve("refundFen")}
        note={t("refundNote", { amount: yuan(total.refundFen) })}
        href={ordersHref({ ...q, refunded: true })}
      />
      <Stat
        label={t("metric.marginBp")}
        value={percent(total.marginBp)}
        change={totalBefore && pointsChange(total.marginBp, totalBefore.marginBp, true, t("pointsMark"))}
        {...curve("marginFen")}
        note={t("marginNote", { amount: yuan(total.marginFen) })}
        href={rows}
      />
    </section>
  );
}
