import Link from "next/link";
import { useTranslations } from "next-intl";
import { percent } from "#components/today/figures";
import { dayColumn, idColumn, moneyColumn, nodeColumn, numberColumn, textColumn } from "#components/ui/columns";
import { Lines } from "#components/ui/lines";
import { Money } from "#components/ui/money";
import { Panel } from "#components/ui/panel";
import { bpOf } from "#lib/analytics/rules";
import { campaignHref } from "#lib/analytics/rules/explore";
import type { CampaignRow } from "#lib/analytics/schema/boards";
import type { Ask } from "#lib/analytics/schema/explore";
import { sum } from "#lib/kernel/money";
import type { Day } from "#lib/kernel/time";

/** Sessions and flash slots: what was offered, sold, taken and earned. */
export function CampaignBoard({ rows, ask, today }: { rows: readonly CampaignRow[]; ask: Ask; today: Day }) {
  const t = useTranslations("explore");
  const count = (of: (r: CampaignRow) => number) => rows.reduce((n, r) => n + of(r), 0);
  return (
    <Panel title={t("tabs.campaigns")} note={t("boards.campaignNote")} flush>
      <Lines
        label={t("tabs.campaigns")}
        rows={rows}
        empty={t("boards.noCampaigns")}
        columns={[
          idColumn<CampaignRow>({
            id: "name",
            head: t("boards.campaign"),
            text: (r) => r.name,
            href: (r) => (r.layer === "flash" ? `/flash?day=${r.day}` : `/sessions/${r.id}`),
            foot: t("sum"),
          }),
          textColumn<CampaignRow>({ id: "layer", head: t("boards.layer"), text: (r) => t(`boards.layers.${r.layer}`) }),
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
  );
}
