import { useTranslations } from "next-intl";
import { nodeColumn, numberColumn, textColumn } from "#components/ui/columns";
import { FactList } from "#components/ui/facts";
import { Lines } from "#components/ui/lines";
import { DayText, Moment } from "#components/ui/moment";
import { ProductPicture } from "#components/ui/product-picture";
import { Track, type TrackStep } from "#components/ui/track";
import type { Bag, DeliveryLineView, DeliveryRecord } from "#lib/fulfilment/schema";
import { type Day, momentText } from "#lib/kernel/time";

export function DeliveryTrack({ delivery, today }: { delivery: DeliveryRecord; today: Day }) {
  const t = useTranslations("fulfilment.track");
  const step = (
    key: "loaded" | "arrived" | "signed",
    at: Date | null,
    isNow: boolean,
    isStopped = false,
  ): TrackStep => ({
    key,
    label: t(key),
    note: at ? momentText(at, today) : undefined,
    at: at ? "done" : isStopped ? "stopped" : isNow ? "now" : "next",
  });
  return (
    <Track
      label={t("label")}
      steps={[
        { key: "planned", label: t("planned"), at: "done" },
        step(
          "loaded",
          delivery.loadedAt ??
            (delivery.state === "arrived" || delivery.state === "signed" ? delivery.arrivedAt : null),
          delivery.state === "preparing",
        ),
        step("arrived", delivery.arrivedAt, delivery.state === "loaded", delivery.isLate),
        step("signed", delivery.signedAt, delivery.state === "arrived"),
      ]}
    />
  );
}

export function DeliveryFacts({ delivery, today }: { delivery: DeliveryRecord; today: Day }) {
  const t = useTranslations("fulfilment");
  return (
    <FactList
      columns={2}
      facts={[
        { label: t("point"), value: delivery.pointName, note: `${delivery.district} ${delivery.address}` },
        { label: t("leader"), value: delivery.leaderName || "—" },
        { label: t("route"), value: delivery.routeName, note: delivery.warehouseName },
        { label: t("pickupDay"), value: <DayText day={delivery.pickupDay} today={today} /> },
        { label: t("due"), value: <Moment at={delivery.dueAt} today={today} /> },
        { label: t("session"), value: delivery.sessionName },
        ...(delivery.signedAt ? [{ label: t("signedBy"), value: delivery.signedByName ?? t("signedByClock") }] : []),
        {
          label: t("notified"),
          value: delivery.notifiedAt ? <Moment at={delivery.notifiedAt} today={today} /> : t("notNotified"),
        },
      ]}
    />
  );
}

export function DeliveryLines({ lines }: { lines: readonly DeliveryLineView[] }) {
  const t = useTranslations("fulfilment");
  const sum = (of: (line: DeliveryLineView) => number) => lines.reduce((n, l) => n + of(l), 0).toLocaleString("en-US");
  return (
    <Lines<DeliveryLineView>
      label={t("lines")}
      rows={lines}
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
        numberColumn({ id: "expected", head: t("expected"), value: (l) => l.expected, foot: sum((l) => l.expected) }),
        numberColumn({ id: "signed", head: t("signed"), value: (l) => l.signed, foot: sum((l) => l.signed) }),
        numberColumn({
          id: "short",
          head: t("short"),
          value: (l) => l.short,
          tone: (l) => (l.short > 0 ? "warning" : undefined),
          foot: sum((l) => l.short),
        }),
        numberColumn({
          id: "damaged",
          head: t("damaged"),
          value: (l) => l.damaged,
          tone: (l) => (l.damaged > 0 ? "warning" : undefined),
          foot: sum((l) => l.damaged),
        }),
        textColumn({
          id: "bearer",
          head: t("bearer"),
          text: (l) => (l.bearer ? t(`bearers.${l.bearer as "warehouse"}`) : null),
        }),
        nodeColumn({
          id: "photo",
          head: t("photo"),
          node: (l) =>
            l.photoFileId ? (
              <a className="link" href={`/api/files/${l.photoFileId}`} target="_blank" rel="noreferrer">
                {t("photo")}
              </a>
            ) : null,
        }),
      ]}
    />
  );
}

export function Bags({ bags }: { bags: readonly Bag[] }) {
  const t = useTranslations("fulfilment");
  return (
    <Lines<Bag & { id: string }>
      label={t("bags")}
      rows={bags.map((b) => ({ ...b, id: b.residentId }))}
      columns={[
        textColumn({ id: "bag", head: t("bagNo"), text: (b) => b.bagNo ?? "—" }),
        textColumn({ id: "resident", head: t("resident"), text: (b) => b.name, note: (b) => b.phoneTail }),
        textColumn({
          id: "items",
          head: t("item"),
          grow: true,
          text: (b) => b.lines.map((l) => `${l.name} ${l.spec} × ${l.quantity}`).join("；"),
        }),
        numberColumn({ id: "pieces", head: t("pieces"), value: (b) => b.pieces }),
      ]}
    />
  );
}
