import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { percent } from "#components/today/figures";
import { type Column, nodeColumn } from "#components/ui/columns";
import { Lines } from "#components/ui/lines";
import { Money } from "#components/ui/money";
import { Change, changeOf } from "#components/ui/stat";
import { ordersHref, questionHref, upIsGood } from "#lib/analytics/rules";
import type { Sales, SalesRow } from "#lib/analytics/schema";
import { type Day, dayText, weekday } from "#lib/kernel/time";
import { splitKey } from "./sales-chart";

const rest = "rest";

/** The split as a table; the name asks further, every number opens the orders it counts. */
export function SalesTable({ sales }: { sales: Sales }) {
  const t = useTranslations("analytics");
  const tw = useTranslations("ui.time.weekdays");
  const { question: q, total, totalBefore } = sales;
  const rowsOf = (r: SalesRow, refunded = false) =>
    isRest(r)
      ? ""
      : q.by === "day"
        ? ordersHref({ ...q, from: r.id as Day, to: r.id as Day, refunded })
        : ordersHref({ ...q, [splitKey[q.by]]: r.id, refunded });
  const further = (r: SalesRow) =>
    q.by === "day"
      ? questionHref(q, { by: "product", period: null, from: r.id, to: r.id })
      : questionHref(q, { by: q.by === "product" ? "day" : "product", [splitKey[q.by]]: r.id });
  const isRest = (r: SalesRow) => r.id === rest;
  const open = (href: string, node: ReactNode, isNothing: boolean) =>
    isNothing || href === "" ? (
      <span className="text-muted">{node}</span>
    ) : (
      <Link href={href} prefetch={false} className="hover:underline">
        {node}
      </Link>
    );
  const change = (now: number, before: number | null | undefined) => {
    const c = changeOf(now, before, upIsGood(q.metric));
    return c ? <Change {...c} /> : <span className="text-muted">—</span>;
  };
  const name = (r: SalesRow) =>
    q.by === "day" ? (
      <>
        {dayText(r.id as Day, q.to)}{" "}
        <span className="font-normal text-muted">{tw(`d${weekday(r.id as Day)}` as "d0")}</span>
      </>
    ) : (
      <>
        {r.name} <span className="font-normal text-muted">{r.note}</span>
      </>
    );
  const count = (r: SalesRow, n: number) =>
    isRest(r) ? <span className="text-muted">—</span> : open(rowsOf(r), n.toLocaleString("en-US"), n === 0);
  const head = t(`heads.${q.by}`);
  const columns: Column<SalesRow>[] = [
    nodeColumn<SalesRow>({
      id: "name",
      head,
      node: (r) =>
        isRest(r) ? (
          <span className="text-muted">{r.name}</span>
        ) : (
          <Link href={further(r)} prefetch={false} className="font-semibold hover:underline">
            {name(r)}
          </Link>
        ),
      foot: t("sum"),
    }),
    nodeColumn<SalesRow>({
      id: "orders",
      head: t("metric.orders"),
      align: "right",
      node: (r) => count(r, r.now.orders),
      foot: open(ordersHref(q), total.orders.toLocaleString("en-US"), false),
    }),
    nodeColumn<SalesRow>({
      id: "buyers",
      head: t("metric.buyers"),
      align: "right",
      node: (r) => count(r, r.now.buyers),
      foot: total.buyers.toLocaleString("en-US"),
    }),
    nodeColumn<SalesRow>({
      id: "pieces",
      head: t("metric.pieces"),
      align: "right",
      node: (r) => open(rowsOf(r), r.now.pieces.toLocaleString("en-US"), r.now.pieces === 0),
      foot: total.pieces.toLocaleString("en-US"),
    }),
    nodeColumn<SalesRow>({
      id: "gmv",
      head: t("metric.gmvFen"),
      align: "right",
      node: (r) => open(rowsOf(r), <Money fen={r.now.gmvFen} />, r.now.gmvFen === 0),
      foot: open(ordersHref(q), <Money fen={total.gmvFen} />, false),
    }),
    ...(sales.before
      ? [
          nodeColumn<SalesRow>({
            id: "change",
            head: t("change"),
            align: "right",
            node: (r) => change(r.now.gmvFen, r.before?.gmvFen),
            foot: change(total.gmvFen, totalBefore?.gmvFen),
          }),
        ]
      : []),
    nodeColumn<SalesRow>({
      id: "refund",
      head: t("metric.refundFen"),
      align: "right",
      node: (r) => open(rowsOf(r, true), <Money fen={r.now.refundFen} />, r.now.refundFen === 0),
      foot: open(ordersHref({ ...q, refunded: true }), <Money fen={total.refundFen} />, false),
    }),
    nodeColumn<SalesRow>({
      id: "net",
      head: t("metric.netFen"),
      align: "right",
      node: (r) => <Money fen={r.now.netFen} />,
      foot: <Money fen={total.netFen} />,
    }),
    nodeColumn<SalesRow>({
      id: "aov",
      head: t("metric.aovFen"),
      align: "right",
      node: (r) => <Money fen={r.now.aovFen} />,
      foot: <Money fen={total.aovFen} />,
    }),
    nodeColumn<SalesRow>({
      id: "margin",
      head: t("metric.marginFen"),
      align: "right",
      node: (r) => <Money fen={r.now.marginFen} />,
      foot: <Money fen={total.marginFen} />,
    }),
    nodeColumn<SalesRow>({
      id: "marginBp",
      head: t("metric.marginBp"),
      align: "right",
      node: (r) => percent(r.now.marginBp),
      foot: percent(total.marginBp),
    }),
    nodeColumn<SalesRow>({
      id: "commission",
      head: t("metric.commissionFen"),
      align: "right",
      node: (r) => <Money fen={r.now.commissionFen} />,
      foot: <Money fen={total.commissionFen} />,
    }),
  ];
  // a day's table reads from the newest down
  const rows =
    q.by === "day"
      ? [...sales.rows].reverse()
      : sales.rest
        ? [
            ...sales.rows,
            {
              id: rest,
              name: t("rest", { n: sales.rowCount - sales.rows.length }),
              note: "",
              now: sales.rest,
              before: null,
            },
          ]
        : sales.rows;
  return <Lines label={`${t("rows")} · ${head}`} columns={columns} rows={rows} />;
}
