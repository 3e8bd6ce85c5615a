import Link from "next/link";
import { useTranslations } from "next-intl";
import { WaterfallChart } from "#components/ui/charts";
import { nodeColumn, textColumn } from "#components/ui/columns";
import { Lines } from "#components/ui/lines";
import { Money } from "#components/ui/money";
import { Panel } from "#components/ui/panel";
import { bpOf } from "#lib/analytics/rules";
import { rowsHref } from "#lib/analytics/rules/explore";
import type { BridgeRow } from "#lib/analytics/schema/boards";
import type { Ask } from "#lib/analytics/schema/explore";
import { valueText } from "#lib/kernel/values";

/** From the price of the goods to what is left, drawn and as a table; each step opens its rows. */
export function Bridge({
  rows,
  ask,
  isWhole,
  mayOpenLedger,
}: {
  rows: readonly BridgeRow[];
  ask: Ask;
  isWhole: boolean;
  mayOpenLedger: boolean;
}) {
  const t = useTranslations("explore");
  const touched = { loss: "loss,shortageCompensation,badDebt,channelFee", recovery: "lossRecovery,penaltyIncome" };
  const hrefOf = (r: BridgeRow): string | undefined => {
    if (r.id === "loss" || r.id === "recovery")
      return mayOpenLedger
        ? `/ledger/journals?fromDay=${ask.from}&toDay=${ask.to}&where=touched.in.${touched[r.id]}`
        : undefined;
    if (r.id === "result") return undefined;
    if (r.id === "refund") return rowsHref(ask, { refunded: true });
    // what is counted line by line is listed line by line
    if (r.id === "cost" || r.id === "commission" || r.id === "coupon")
      return `/analytics/lines?${new URLSearchParams({ byDay: ask.basis, from: ask.from, to: ask.to, ...(ask.cityId ? { cityId: ask.cityId } : {}) })}`;
    return rowsHref(ask);
  };
  const net = rows.find((r) => r.id === "net")?.fen ?? 0;
  return (
    <>
      <Panel title={t("boards.bridge")} note={t("boards.bridgeNote")}>
        <WaterfallChart
          label={t("boards.bridge")}
          format="money"
          height={300}
          series={[{ key: "fen", label: t("boards.amount") }]}
          points={rows.map((r) => {
            const href = hrefOf(r);
            return {
              label: t(`boards.steps.${r.id}`),
              total: r.isTotal,
              values: { fen: r.fen },
              ...(href ? { href } : {}),
            };
          })}
        />
      </Panel>
      <Panel
        title={t("rows")}
        flush
        {...(isWhole ? {} : { foot: <span className="text-muted">{t("boards.bridgeCity")}</span> })}
      >
        <Lines
          label={t("boards.bridge")}
          rows={rows}
          columns={[
            nodeColumn<BridgeRow>({
              id: "step",
              head: t("boards.step"),
              node: (r) => (r.isTotal ? <b>{t(`boards.steps.${r.id}`)}</b> : t(`boards.steps.${r.id}`)),
            }),
            textColumn<BridgeRow>({
              id: "source",
              head: t("boards.sourceHead"),
              text: (r) =>
                r.isTotal
                  ? ""
                  : r.from === "ledger"
                    ? t("boards.fromLedger")
                    : t("boards.fromOrders", { basis: t(`basis.${ask.basis}`) }),
            }),
            nodeColumn<BridgeRow>({
              id: "amount",
              head: t("boards.amount"),
              align: "right",
              node: (r) => {
                const href = hrefOf(r);
                const amount = <Money fen={r.fen} sign={!r.isTotal} size={r.isTotal ? "strong" : "normal"} />;
                return href ? (
                  <Link href={href} prefetch={false} className="hover:underline">
                    {amount}
                  </Link>
                ) : (
                  amount
                );
              },
            }),
            nodeColumn<BridgeRow>({
              id: "share",
              head: t("boards.ofNet"),
              align: "right",
              node: (r) => valueText(bpOf(r.fen, net), "rate"),
            }),
          ]}
        />
      </Panel>
    </>
  );
}
