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
import { tailOf } from "#lib/kernel/ids";
import type { WithdrawalRow } from "#lib/settlement/schema";
import { useReason, withdrawalKind } from "./settlement-state";

/** The queue of leaders' withdrawals. */
export function WithdrawalTable(props: ListProps<WithdrawalRow>) {
  const t = useTranslations("settlement.payouts");
  const reason = useReason();
  const columns = useMemo<Column<WithdrawalRow>[]>(
    () => [
      idColumn({ id: "no", head: t("billNo"), text: (w) => tailOf(w.id), phone: "meta" }),
      textColumn({ id: "leader", head: t("leader"), text: (w) => w.leaderName, phone: "title" }),
      stateColumn({
        id: "state",
        head: t("state"),
        kind: (w) => withdrawalKind[w.state],
        word: (w) => t(`states.${w.state}`),
      }),
      momentColumn({
        id: "requestedAt",
        head: t("requestedAt"),
        at: (w) => w.requestedAt,
        sort: true,
        phone: "second",
      }),
      momentColumn({ id: "finishedAt", head: t("finishedAt"), at: (w) => w.finishedAt, phone: "hidden" }),
      textColumn({
        id: "failReason",
        head: t("failReason"),
        text: (w) => reason(w.failReason),
        grow: true,
        phone: "hidden",
      }),
      nodeColumn({
        id: "batch",
        head: t("batches"),
        phone: "hidden",
        node: (w) =>
          w.batchId ? (
            <a className="link" href={`/payouts/${w.batchId}`}>
              {tailOf(w.batchId)}
            </a>
          ) : (
            <span className="text-muted">—</span>
          ),
      }),
      moneyColumn({ id: "amount", head: t("amount"), fen: (w) => w.amountFen, sort: "desc" }),
    ],
    [t, reason],
  );
  return (
    <DataTable
      {...props}
      label={t("title")}
      columns={columns}
      sum={t("amount")}
      fieldLabels={{
        state: { word: (value) => t(`states.${value as WithdrawalRow["state"]}`) },
        tax: t("tax"),
        outBillNo: t("billNo"),
      }}
      canPeek
      rowName={(w) => `${w.leaderName} ${tailOf(w.id)}`}
    />
  );
}
