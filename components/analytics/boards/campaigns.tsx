import Link from "next/link";
import { useTranslations } from "next-intl";
import { percent } from "#components/today/figures";
import { dayColumn, idColumn, moneyColumn, nodeColumn, numberColumn, textColumn } from "#components/ui/columns";
import { Lines } from "#components/ui/lines";
import { Money } from "#components/ui/money";
import { Panel } from "#components/ui/panel";
import { bpOf } from "#lib/analytics/rules";
import { boardHref, campaignHref } from "#lib/analytics/rules/explore";
import { type CampaignRow, type CouponUseRow, campaignSorts } from "#lib/analytics/schema/boards";
import type { Ask } from "#lib/analytics/schema/explore";
import { sum } from "#lib/kernel/money";
import type { Day } from "#lib/kernel/time";
import { ChoiceMenu } from "../question-bar";

const homeOf = (r: CampaignRow) => `/${r.layer === "session" ? "sessions" : "flash"}/${r.id}/results`;

/** Sessions, flash slots, group campaigns, and below them coupons: what was offered, sold, taken and earned; a name opens its results. */
export function CampaignBoard({
  rows: given,
  coupons,
  ask,
  today,
}: {
  rows: readonly CampaignRow[];
  coupons: readonly CouponUseRow[];
  ask: Ask;
  today: Day;
}) {
  const t = useTranslations("explore");
  const tp = useTranslations("price");
  const by = campaignSorts.find((key) => key === ask.metric) ?? "gmvFen";
  const rows = [...given].sort((a, b) => b[by] - a[by]);
  const count = (of: (r: CampaignRow) => number) => rows.reduce((n, r) => n + of(r), 0);
  return (
    <>
      <Panel
        title={t("tabs.campaigns")}
        note={t("boards.campaignNote")}
        flush
        actions={
          <ChoiceMenu
            label={t("boards.sort")}
            chosen={t(`metric.${by}`)}
            options={campaignSorts.map((metric) => ({
              key: metric,
              text: t(`metric.${metric}`),
              href: boardHref(ask, "campaigns", { metric }),
            }))}
          />
        }
      >
        <Lines
          label={t("tabs.campaigns")}
          rows={rows}
          empty={t("boards.noCampaigns")}
          columns={[
            idColumn<CampaignRow>({
              id: "name",
              head: t("boards.campaign"),
              text: (r) => r.name,
              href: homeOf,
              foot: t("sum"),
            }),
            textColumn<CampaignRow>({ id: "layer", head: t("boards.layer"), text: (r) => tp(`layers.${r.layer}`) }),
            dayColumn<CampaignRow>({ id: "day", head: t("basis.session"), day: (r) => r.day, today }),
            numberColumn<CampaignRow>({ id: "offers", head: t("boards.offers"), value: (r) => r.offers }),
            numberColumn<CampaignRow>({
              id: "quota",
              head: t("boards.quota"),
              value: (r) => r.quota,
              foot: count((r) => r.quota).toLocaleString("en-US"),
            }),
            numberColumn<CampaignRow>({
              id: "sold",
              head: t("boards.sold"),
              value: (r) => r.sold,
              foot: count((r) => r.sold).toLocaleString("en-US"),
            }),
            nodeColumn<CampaignRow>({
              id: "share",
              head: t("boards.soldShare"),
              align: "right",
              node: (r) => percent(bpOf(r.sold, r.quota)),
              foot: percent(
                bpOf(
                  count((r) => r.sold),
                  count((r) => r.quota),
                ),
              ),
            }),
            nodeColumn<CampaignRow>({
              id: "gmv",
              head: t("metric.gmvFen"),
              align: "right",
              node: (r) => (
                <Link href={campaignHref(ask, r)} prefetch={false} className="hover:underline">
                  <Money fen={r.gmvFen} />
                </Link>
              ),
              foot: <Money fen={sum(rows.map((r) => r.gmvFen))} />,
            }),
            moneyColumn<CampaignRow>({
              id: "coupon",
              head: tp("results.couponCost"),
              fen: (r) => r.couponFen,
              foot: <Money fen={sum(rows.map((r) => r.couponFen))} />,
            }),
            moneyColumn<CampaignRow>({
              id: "refund",
              head: t("metric.refundFen"),
              fen: (r) => r.refundFen,
              foot: <Money fen={sum(rows.map((r) => r.refundFen))} />,
            }),
            moneyColumn<CampaignRow>({
              id: "margin",
              head: t("metric.marginFen"),
              fen: (r) => r.marginFen,
              foot: <Money fen={sum(rows.map((r) => r.marginFen))} />,
            }),
            nodeColumn<CampaignRow>({
              id: "marginBp",
              head: t("metric.marginBp"),
              align: "right",
              node: (r) => percent(bpOf(r.marginFen, r.netFen)),
            }),
          ]}
        />
      </Panel>
      {coupons.length > 0 && (
        <Panel title={tp("layers.coupon")} note={tp("results.couponHow")} flush>
          <Lines
            label={tp("layers.coupon")}
            rows={coupons}
            columns={[
              idColumn<CouponUseRow>({
                id: "name",
                head: t("boards.campaign"),
                text: (r) => r.name,
                href: (r) => `/coupons/${r.id}`,
              }),
              numberColumn<CouponUseRow>({ id: "claimed", head: tp("results.claimed"), value: (r) => r.claimed }),
              numberColumn<CouponUseRow>({ id: "used", head: tp("results.used"), value: (r) => r.used }),
              numberColumn<CouponUseRow>({ id: "buyers", head: tp("results.buyers"), value: (r) => r.buyers }),
              numberColumn<CouponUseRow>({ id: "orders", head: t("metric.orders"), value: (r) => r.orders }),
              moneyColumn<CouponUseRow>({ id: "off", head: tp("results.couponCost"), fen: (r) => r.offFen }),
              moneyColumn<CouponUseRow>({ id: "gmv", head: t("metric.gmvFen"), fen: (r) => r.gmvFen }),
              moneyColumn<CouponUseRow>({ id: "refund", head: t("metric.refundFen"), fen: (r) => r.refundFen }),
              moneyColumn<CouponUseRow>({ id: "margin", head: t("metric.marginFen"), fen: (r) => r.marginFen }),
            ]}
          />
        </Panel>
      )}
    </>
  );
}
