import { useTranslations } from "next-intl";
import { moneyColumn, nodeColumn, numberColumn, textColumn } from "#components/ui/columns";
import { FactList, SumList } from "#components/ui/facts";
import { Lines } from "#components/ui/lines";
import { DayText, Moment, WindowText } from "#components/ui/moment";
import { Money } from "#components/ui/money";
import { ProductPicture } from "#components/ui/product-picture";
import { Tag } from "#components/ui/state-badge";
import { Track, type TrackStep } from "#components/ui/track";
import { type Day, momentText } from "#lib/kernel/time";
import type { PurchaseLineView, PurchaseRecord, PurchaseRow, ReceiptView } from "#lib/procurement/schema";

/** Issued, accepted, at the dock, counted in. */
export function PurchaseTrack({ order, today, isLate }: { order: PurchaseRow; today: Day; isLate: boolean }) {
  const t = useTranslations("procurement.track");
  const accepted = order.acceptedAt !== null;
  const received = order.receivedAt !== null;
  const steps: TrackStep[] = [
    { key: "issued", label: t("issued"), note: momentText(order.issuedAt, today), at: "done" },
    {
      key: "accepted",
      label: t("accepted"),
      note: momentText(order.acceptedAt ?? order.autoAcceptAt, today),
      at: accepted ? "done" : "now",
    },
    {
      key: "unload",
      label: t("unload"),
      note: <WindowText from={order.unloadFromAt} to={order.unloadToAt} today={today} />,
      at: received || order.state === "receiving" ? "done" : isLate ? "stopped" : accepted ? "now" : "next",
    },
    {
      key: "received",
      label: t("received"),
      note: order.receivedAt ? momentText(order.receivedAt, today) : undefined,
      at: received ? "done" : order.state === "receiving" ? "now" : "next",
    },
  ];
  return <Track label={t("label")} steps={steps} />;
}

export function PurchaseFacts({
  order,
  today,
  forSupplier,
}: {
  order: PurchaseRecord;
  today: Day;
  forSupplier?: boolean;
}) {
  const t = useTranslations("procurement");
  return (
    <FactList
      columns={2}
      facts={[
        ...(forSupplier ? [] : [{ label: t("supplier"), value: order.supplierName }]),
        {
          label: forSupplier ? t("portal.address") : t("warehouse"),
          value: order.warehouseName,
          note: order.warehouseAddress,
        },
        { label: t("unload"), value: <WindowText from={order.unloadFromAt} to={order.unloadToAt} today={today} /> },
        { label: t("pickupDay"), value: <DayText day={order.pickupDay} today={today} /> },
        { label: t("session"), value: order.sessionName },
        {
          label: t("acceptedAt"),
          value: <Moment at={order.acceptedAt} today={today} />,
          note: order.acceptedAt && (order.acceptedByName ?? t("acceptedByClock")),
        },
        { label: t("receivedAt"), value: <Moment at={order.receivedAt} today={today} /> },
        ...(forSupplier
          ? []
          : [
              {
                label: t("snapshot"),
                value: <span className="break-all text-xs text-muted">{order.snapshotHash.slice(0, 16)}</span>,
              },
            ]),
      ]}
    />
  );
}

/** What was bought and what came, line by line; sums stand under their columns. */
export function PurchaseLines({ order, forSupplier }: { order: PurchaseRecord; forSupplier?: boolean }) {
  const t = useTranslations("procurement");
  const sum = (of: (line: PurchaseLineView) => number) =>
    order.lines.reduce((n, l) => n + of(l), 0).toLocaleString("en-US");
  return (
    <Lines<PurchaseLineView>
      label={t("lines")}
      rows={forSupplier ? order.lines.filter((l) => l.pieces > 0) : order.lines}
      tone={(l) => (l.short + l.damaged > 0 ? "warning" : undefined)}
      columns={[
        nodeColumn({
          id: "item",
          head: t("item"),
          grow: true,
          node: (l) => (
            <span className="flex items-center gap-2.5">
              <ProductPicture kind={l.picture} size={28} />
              <span className="whitespace-nowrap">
                {l.name} <span className="text-muted">{l.spec}</span>
              </span>
            </span>
          ),
        }),
        ...(forSupplier
          ? []
          : [
              numberColumn<PurchaseLineView>({
                id: "needed",
                head: t("needed"),
                value: (l) => l.needed,
                foot: sum((l) => l.needed),
              }),
              numberColumn<PurchaseLineView>({
                id: "fromRemainder",
                head: t("fromRemainder"),
                value: (l) => l.fromRemainder,
                foot: sum((l) => l.fromRemainder),
              }),
            ]),
        textColumn({ id: "cases", head: t("cases"), text: (l) => `${l.cases} × ${l.casePack}` }),
        numberColumn({ id: "pieces", head: t("bought"), value: (l) => l.pieces, foot: sum((l) => l.pieces) }),
        numberColumn({
          id: "accepted",
          head: t("accepted"),
          value: (l) => (l.isReceived || l.accepted > 0 ? l.accepted : null),
          foot: sum((l) => l.accepted),
        }),
        nodeColumn({
          id: "missing",
          head: t("shortDamaged"),
          align: "right",
          node: (l) =>
            l.isReceived ? (
              <span className={l.short + l.damaged > 0 ? "text-warning-soft-foreground" : "text-muted"}>
                {l.short} / {l.damaged}
              </span>
            ) : (
              <span className="text-muted">—</span>
            ),
        }),
        moneyColumn({ id: "price", head: t("price"), fen: (l) => l.supplyPriceFen }),
        moneyColumn({
          id: "amount",
          head: t("amount"),
          fen: (l) => l.amountFen,
          foot: <Money fen={order.totalFen} size="total" />,
        }),
      ]}
    />
  );
}

/** What is owed: the ordered sum, what did not come, what was accepted. */
export function PurchaseMoney({ order }: { order: PurchaseRow }) {
  const t = useTranslations("procurement");
  const missing = order.totalFen - order.acceptedFen;
  return (
    <SumList
      rows={[
        { label: t("expectedSum"), value: <Money fen={order.totalFen} /> },
        order.state === "received" && missing > 0 && { label: t("undelivered"), value: <Money fen={-missing} sign /> },
        { label: t("owed"), value: <Money fen={order.acceptedFen} size="total" />, total: true },
      ]}
    />
  );
}

export function Receipts({ receipts, today }: { receipts: readonly ReceiptView[]; today: Day }) {
  const t = useTranslations("procurement");
  const rows = receipts.flatMap((r) =>
    r.lines.map((l, i) => ({ ...l, id: `${r.id}-${i}`, at: r.at, byName: r.byName })),
  );
  return (
    <Lines<(typeof rows)[number]>
      label={t("receipts")}
      rows={rows}
      empty={t("emptyReceipts")}
      columns={[
        nodeColumn({ id: "at", head: t("receivedAt"), node: (r) => <Moment at={r.at} today={today} /> }),
        textColumn({ id: "item", head: t("item"), text: (r) => r.name, note: (r) => r.spec, grow: true }),
        numberColumn({ id: "accepted", head: t("accepted"), value: (r) => r.accepted }),
        numberColumn({
          id: "short",
          head: t("short"),
          value: (r) => r.short,
          tone: (r) => (r.short > 0 ? "warning" : undefined),
        }),
        numberColumn({
          id: "damaged",
          head: t("damaged"),
          value: (r) => r.damaged,
          tone: (r) => (r.damaged > 0 ? "warning" : undefined),
        }),
        nodeColumn({
          id: "photo",
          head: t("photo"),
          node: (r) => (
            <span className="flex items-center gap-2">
              {r.photoFileId ? (
                <a className="link" href={`/api/files/${r.photoFileId}`} target="_blank" rel="noreferrer">
                  {t("photo")}
                </a>
              ) : null}
              {r.note ? <Tag>{r.note}</Tag> : null}
            </span>
          ),
        }),
        textColumn({ id: "by", head: t("by"), text: (r) => r.byName || "—" }),
        moneyColumn({ id: "amount", head: t("amount"), fen: (r) => r.amountFen }),
      ]}
    />
  );
}
