"use client";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import {
  type Column,
  idColumn,
  momentColumn,
  moneyColumn,
  nodeColumn,
  stateColumn,
  textColumn,
} from "#components/ui/columns";
import { DataTable, type ListProps } from "#components/ui/table";
import type { Day } from "#lib/kernel/time";
import type { GroupView } from "#lib/promotions/schema/groups";
import { groupKind } from "./group-state";

/** Groups of neighbours: how full, until when, what became of them. */
export function GroupTable({ today, ...props }: ListProps<GroupView> & { today: Day }) {
  const t = useTranslations("groups");
  const columns = useMemo<Column<GroupView>[]>(
    () => [
      idColumn({ id: "goods", head: t("goods"), text: (g) => `${g.name} ${g.spec}` }),
      textColumn({ id: "slot", head: t("slot"), text: (g) => g.slotName, grow: true, phone: "second" }),
      stateColumn({
        id: "state",
        head: t("state"),
        kind: (g) => groupKind[g.state],
        word: (g) => t(`states.${g.state}`),
      }),
      nodeColumn({
        id: "paid",
        head: t("members"),
        align: "right",
        phone: "figure",
        node: (g) => (
          <span className="tabular-nums">
            {t("seats", { paid: g.paid, size: g.size })}
            {g.state === "open" && g.taken > g.paid && (
              <span className="text-muted"> {t("waiting", { n: g.taken - g.paid })}</span>
            )}
          </span>
        ),
      }),
      moneyColumn({ id: "price", head: t("price"), fen: (g) => g.priceFen, phone: "meta" }),
      momentColumn({ id: "openedAt", head: t("openedAt"), at: (g) => g.openedAt, today, sort: "desc" }),
      momentColumn({ id: "expiresAt", head: t("expiresAt"), at: (g) => g.expiresAt, today, sort: true }),
      momentColumn({ id: "decidedAt", head: t("decidedAt"), at: (g) => g.decidedAt, today, spare: true }),
      textColumn({ id: "leader", head: t("leader"), text: (g) => g.leaderName, spare: true }),
    ],
    [t, today],
  );
  return (
    <DataTable
      {...props}
      label={t("list")}
      columns={columns}
      fieldLabels={{
        state: { word: (value) => t(`states.${value as GroupView["state"]}`) },
        size: t("size"),
        paid: t("paidSeats"),
      }}
      canPeek
      rowName={(g) => `${g.name} ${g.paid}/${g.size}`}
    />
  );
}
