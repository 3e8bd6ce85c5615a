"use client";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { BarChart } from "#components/ui/charts";
import { moneyColumn, nodeColumn, numberColumn, textColumn } from "#components/ui/columns";
import { Lines } from "#components/ui/lines";
import { Money } from "#components/ui/money";
import { Panel } from "#components/ui/panel";
import { Stat } from "#components/ui/stat";
import { bpOf } from "#lib/analytics/rules";
import { resultHref } from "#lib/analytics/rules/results";
import type { CampaignResults, ResultItem } from "#lib/analytics/schema/results";
import { minus, yuan } from "#lib/kernel/money";
import { clockText, dayOf, momentText } from "#lib/kernel/time";

const rate = (bp: number | null) => (bp === null ? "—" : `${(bp / 100).toFixed(1)}%`);
const counted = (n: number) => n.toLocaleString("en-US");

/** A session's, a slot's or a coupon's results: the figures with their definitions, by hour and by item; every number opens its rows. */
export function CampaignResultsView({
  results: r,
  cities,
}: {
  results: CampaignResults;
  cities: Record<string, string>;
}) {
  const t = useTranslations("price");
  const { total, coupons } = r;
  const lines = resultHref(r);
  const orders = r.sessionId && r.kind === "session" ? `/orders?saleSessionId=${r.sessionId}` : lines;
  const several = new Set(r.items.map((i) => i.cityId)).size > 1;
  const layers = new Set(r.items.map((i) => i.layer)).size > 1;
  const days = new Set(r.hours.map((h) => dayOf(h.at))).size > 1;
  return (
    <>
      <section className="grid grid-cols-2 gap-3 sm:grid-cols-3 xl:grid-cols-6" aria-label={t("results.title")}>
        <Stat
          label={t("results.buyers")}
          value={counted(r.buyers)}
          note={t("results.newBuyers", { n: r.newBuyers })}
          href={lines}
        />
        <Stat
          label={t("results.orders")}
          value={counted(r.paid)}
          note={t("results.piecesNote", { n: total.pieces })}
          href={orders}
        />
        <Stat
          label={t("results.gmv")}
          value={yuan(total.gmvFen)}
          note={`${t("results.couponCost")} ${yuan(total.couponFen)}`}
          href={lines}
        />
        <Stat
          label={t("results.margin")}
          value={yuan(total.marginFen)}
          note={t("results.marginAfter", { amount: yuan(minus(total.marginFen, total.commissionFen)) })}
          href={lines}
        />
        <Stat label={t("results.refunds")} value={yuan(total.refundFen)} href={resultHref(r, { refunded: true })} />
        {coupons ? (
          <Stat
            label={t("results.usedShare")}
            value={rate(bpOf(coupons.used, coupons.claimed))}
            note={`${counted(coupons.used)} / ${counted(coupons.claimed)}${coupons.budgetFen === null ? "" : ` · ${yuan(coupons.committedFen)} / ${yuan(coupons.budgetFen)}`}`}
          />
        ) : (
          <Stat
            label={t("results.sellThrough")}
            value={rate(r.quota === null ? null : bpOf(total.pieces, r.quota))}
            note={r.quota === null ? undefined : t("results.sellThroughNote", { sold: total.pieces, quota: r.quota })}
          />
        )}
        <Stat
          label={t("results.conversion")}
          value={rate(bpOf(r.paid, r.placed))}
          note={t("results.conversionNote", { paid: r.paid, placed: r.placed })}
        />
        <Stat
          label={t("results.lapsed")}
          value={rate(bpOf(r.lapsed, r.placed))}
          note={t("results.lapsedNote", { n: r.lapsed })}
        />
        <Stat label={t("results.cost")} value={yuan(total.costFen)} href={lines} />
        <Stat label={t("results.commission")} value={yuan(total.commissionFen)} href={lines} />
      </section>
      <p className="text-xs text-muted">{t(coupons ? "results.couponHow" : "results.how")}</p>
      <Panel title={t("results.byHour")} note={t("results.hourNote")}>
        {r.hours.length === 0 ? (
          <p className="text-muted">{t("results.empty")}</p>
        ) : (
          <BarChart
            label={t("results.byHour")}
            format="number"
            height={200}
            series={[
              { key: "paid", label: t("results.paid") },
              { key: "placed", label: t("results.placed"), previous: true },
            ]}
            points={r.hours.map((h) => ({
              label: days ? momentText(h.at) : clockText(h.at),
              values: { paid: h.paid, placed: h.placed },
            }))}
          />
        )}
      </Panel>
      <Panel title={t("results.byItem")} flush>
        <Lines
          label={t("results.byItem")}
          rows={r.items}
          empty={t("results.emptyItems")}
          columns={[
            nodeColumn<ResultItem>({
              id: "item",
              head: t("results.item"),
              grow: true,
              node: (i) => (
                <Link href={resultHref(r, { item: i })} prefetch={false} className="font-semibold hover:underline">
                  {i.name} <span className="font-normal text-muted">{i.spec}</span>
                </Link>
              ),
            }),
            ...(several
              ? [
                  textColumn<ResultItem>({
                    id: "city",
                    head: t("results.city"),
                    text: (i) => cities[i.cityId] ?? i.cityId,
                  }),
                ]
              : []),
            ...(layers
              ? [textColumn<ResultItem>({ id: "layer", head: t("results.layer"), text: (i) => t(`layers.${i.layer}`) })]
              : []),
            numberColumn<ResultItem>({ id: "buyers", head: t("results.buyers"), value: (i) => i.buyers }),
            numberColumn<ResultItem>({ id: "orders", head: t("results.orders"), value: (i) => i.orders }),
            numberColumn<ResultItem>({
              id: "pieces",
              head: t("results.pieces"),
              value: (i) => i.pieces,
              foot: counted(total.pieces),
            }),
            ...(r.quota === null
              ? []
              : [
                  nodeColumn<ResultItem>({
                    id: "through",
                    head: t("results.sellThrough"),
                    align: "right",
                    node: (i) => rate(bpOf(i.pieces, i.quota ?? 0)),
                  }),
                ]),
            moneyColumn<ResultItem>({
              id: "gmv",
              head: t("results.gmv"),
              fen: (i) => i.gmvFen,
              foot: <Money fen={total.gmvFen} />,
            }),
            moneyColumn<ResultItem>({
              id: "coupon",
              head: t("results.couponCost"),
              fen: (i) => i.couponFen,
              foot: <Money fen={total.couponFen} />,
            }),
            moneyColumn<ResultItem>({
              id: "refund",
              head: t("results.refunds"),
              fen: (i) => i.refundFen,
              foot: <Money fen={total.refundFen} />,
            }),
            moneyColumn<ResultItem>({
              id: "margin",
              head: t("results.margin"),
              fen: (i) => i.marginFen,
              foot: <Money fen={total.marginFen} />,
            }),
          ]}
        />
      </Panel>
    </>
  );
}
