"use client";
import { useTranslations } from "next-intl";
import { TextLink } from "#components/ui/button";
import { nodeColumn, numberColumn } from "#components/ui/columns";
import { Drawer } from "#components/ui/drawer";
import { Lines } from "#components/ui/lines";
import { Section } from "#components/ui/panel";
import { StateBadge, type StateKind } from "#components/ui/state-badge";
import type { DayLoad, Load } from "#lib/analytics/schema/load";
import { type Heat, heatOf } from "#lib/campaigns/rules/timeline";
import { dayText } from "#lib/kernel/time";
import { shareText } from "./heads";

type WarehouseRow = { id: string; name: string; pieces: number; orders: number };

const heatShape: Record<Heat, StateKind> = {
  none: "closed",
  room: "done",
  tight: "attention",
  full: "attention",
  over: "failed",
};

/** The warehouses and routes of a pickup day, fullest first. */
export function LoadDrawer({
  day,
  capacity,
  onClose,
}: {
  day: DayLoad;
  capacity: Load["capacity"];
  onClose: () => void;
}) {
  const t = useTranslations("schedule.load");
  const share = (amount: number, of: number) => {
    const heat = heatOf(amount, of);
    return (
      <StateBadge kind={heatShape[heat]}>
        {shareText(amount, of)} {t(`heat.${heat}`)}
      </StateBadge>
    );
  };
  const table = (label: "warehouse" | "route", what: "pieces" | "orders", rows: readonly WarehouseRow[]) => (
    <Lines<WarehouseRow>
      label={t(label)}
      rows={rows.filter((r) => r.pieces > 0)}
      columns={[
        nodeColumn({ id: "name", head: t(label), grow: true, node: (r) => r.name }),
        numberColumn({ id: "amount", head: t(`${what}Head`), value: (r) => r[what] }),
        nodeColumn({ id: "share", head: t("shareHead"), align: "right", node: (r) => share(r[what], capacity[what]) }),
      ]}
    />
  );
  return (
    <Drawer open onOpenChange={(open) => !open && onClose()} title={t("title", { day: dayText(day.day) })}>
      <div className="flex flex-col gap-4">
        <Section title={t("pieces")} note={day.isForecast ? t("forecast") : undefined}>
          {table("warehouse", "pieces", day.warehouses)}
        </Section>
        <Section title={t("orders")} note={day.isForecast ? t("forecast") : undefined}>
          {table(
            "route",
            "orders",
            day.warehouses.flatMap((w) => w.routes).sort((a, b) => b.orders - a.orders),
          )}
        </Section>
        <p className="text-xs text-muted">{t("note")}</p>
        <p className="text-xs text-muted">
          {t("capacity", {
            pieces: capacity.pieces.toLocaleString("en-US"),
            orders: capacity.orders.toLocaleString("en-US"),
          })}{" "}
          <TextLink href="/settings">{t("settings")}</TextLink>
        </p>
      </div>
    </Drawer>
  );
}
