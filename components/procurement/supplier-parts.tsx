import { useTranslations } from "next-intl";
import { LinkButton } from "#components/ui/button";
import { moneyColumn, nodeColumn, numberColumn } from "#components/ui/columns";
import { Countdown } from "#components/ui/countdown";
import { Lines } from "#components/ui/lines";
import { DayText, WindowText } from "#components/ui/moment";
import { Money } from "#components/ui/money";
import { Panel } from "#components/ui/panel";
import { ProductPicture } from "#components/ui/product-picture";
import { Bar } from "#components/ui/progress";
import { StateBadge } from "#components/ui/state-badge";
import { tailOf } from "#lib/kernel/ids";
import { clockText, type Day } from "#lib/kernel/time";
import type { PurchaseRow, RunningSession, RunningTotal } from "#lib/procurement/schema";
import { purchaseKind } from "./purchase-state";

/** What sells now, item by item, with the cut-off that ends it. */
export function RunningTotals({ session, now }: { session: RunningSession; now: string }) {
  const t = useTranslations("procurement.portal");
  const p = useTranslations("procurement");
  const held = session.items.reduce((n, i) => n + i.held, 0);
  return (
    <Panel
      title={t("running")}
      note={
        <>
          {session.name} · {t("closes", { time: clockText(session.cutoffAt) })} ·{" "}
          <Countdown until={session.cutoffAt.toISOString()} now={now} />
        </>
      }
      flush
    >
      <Lines<RunningTotal & { id: string }>
        label={t("running")}
        rows={session.items.map((i) => ({ ...i, id: i.skuId }))}
        columns={[
          nodeColumn({
            id: "item",
            head: p("item"),
            grow: true,
            node: (i) => (
              <span className="flex items-center gap-2.5">
                <ProductPicture kind={i.picture} size={28} />
                <span className="whitespace-nowrap">
                  {i.name} <span className="text-muted">{i.spec}</span>
                </span>
              </span>
            ),
          }),
          numberColumn({
            id: "sold",
            head: t("sold"),
            value: (i) => i.sold,
            foot: session.pieces.toLocaleString("en-US"),
          }),
          numberColumn({ id: "held", head: t("held"), value: (i) => i.held, foot: held.toLocaleString("en-US") }),
          nodeColumn({
            id: "quota",
            head: t("quota"),
            align: "right",
            node: (i) => (
              <span className="inline-flex min-w-16 flex-col gap-1">
                {i.quota.toLocaleString("en-US")}
                <Bar value={i.quota > 0 ? i.sold / i.quota : 0} />
              </span>
            ),
          }),
          nodeColumn({
            id: "cases",
            head: p("cases"),
            align: "right",
            node: (i) => (
              <span className="text-muted">{i.sold > 0 ? t("cases", { n: Math.ceil(i.sold / i.casePack) }) : "—"}</span>
            ),
          }),
          moneyColumn({
            id: "soldFen",
            head: t("soldFen"),
            fen: (i) => i.soldFen,
            foot: <Money fen={session.soldFen} size="total" />,
          }),
        ]}
      />
    </Panel>
  );
}

/** Purchase orders as cards: when, where, how much; the whole card is one line on a desktop. */
export function PurchaseCards({ orders, today, now }: { orders: readonly PurchaseRow[]; today: Day; now: string }) {
  const t = useTranslations("procurement");
  return (
    <ul className="flex flex-col">
      {orders.map((o) => (
        <li
          key={o.id}
          className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-separator px-4 py-3 last:border-0"
        >
          <span className="min-w-0 flex-1 basis-64">
            <b>
              <DayText day={o.pickupDay} today={today} /> · {tailOf(o.id)}
            </b>
            <span className="block text-muted">
              {o.warehouseName} · <WindowText from={o.unloadFromAt} to={o.unloadToAt} today={today} />
            </span>
          </span>
          <StateBadge kind={purchaseKind[o.state]}>{t(`states.${o.state}`)}</StateBadge>
          {o.state === "issued" && <Countdown until={o.autoAcceptAt.toISOString()} now={now} />}
          <span className="text-right">
            <Money fen={o.totalFen} size="strong" />
            <span className="block text-xs text-muted">{t("portal.soldPieces", { n: o.pieces })}</span>
          </span>
          <LinkButton href={`/supplier/orders/${o.id}`} tone={o.state === "issued" ? "primary" : "plain"}>
            {o.state === "issued" ? t("accept") : t("portal.see")}
          </LinkButton>
        </li>
      ))}
    </ul>
  );
}
