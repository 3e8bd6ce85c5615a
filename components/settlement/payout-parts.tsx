import { useTranslations } from "next-intl";
import {
  idColumn,
  momentColumn,
  moneyColumn,
  nodeColumn,
  numberColumn,
  stateColumn,
  textColumn,
} from "#components/ui/columns";
import { FactList } from "#components/ui/facts";
import { Lines } from "#components/ui/lines";
import { Moment } from "#components/ui/moment";
import { Money } from "#components/ui/money";
import { Stat, StatRow } from "#components/ui/stat";
import { StateBadge } from "#components/ui/state-badge";
import { type Hand, Hands } from "#components/ui/track";
import { tailOf } from "#lib/kernel/ids";
import { minus, yuan } from "#lib/kernel/money";
import type { Day } from "#lib/kernel/time";
import { type BatchRow, type FundsView, type WithdrawalRow, withdrawalStates } from "#lib/settlement/schema";
import { batchKind, useReason, withdrawalKind } from "./settlement-state";

/** Our own accounts, each opening its movements; what is promised out of one is named under it. */
export function FundsRow({ funds, open }: { funds: FundsView; open: boolean }) {
  const t = useTranslations("settlement");
  const cards = [
    { key: "bank" as const, promised: funds.supplierInTransit },
    { key: "channelOperation" as const, promised: funds.payoutInTransit },
    { key: "channelAvailable" as const, promised: null },
    { key: "channelPending" as const, promised: null },
  ];
  return (
    <StatRow>
      {cards.map(({ key, promised }) => (
        <Stat
          key={key}
          label={t(`money.${key}`)}
          value={<Money fen={funds[key]} />}
          note={
            promised !== null && promised > 0
              ? `${t("funds.free", { amount: yuan(minus(funds[key], promised)) })} · ${t("funds.promised", { amount: yuan(promised) })}`
              : undefined
          }
          {...(open ? { href: `/ledger/accounts/${key}` } : {})}
        />
      ))}
    </StatRow>
  );
}

/** Maker, checker, channel. */
export function BatchHands({ batch, today }: { batch: BatchRow; today: Day }) {
  const t = useTranslations("settlement.payouts");
  const st = useTranslations("settlement");
  const done = (name: string, at: Date) => ({
    name,
    note: <Moment at={at} today={today} />,
    at: "done" as const,
    initial: [...name][0] ?? "",
  });
  const hands: Hand[] = [
    {
      key: "made",
      duty: t("duties.made"),
      ...(batch.made
        ? done(batch.made.name, batch.made.at)
        : { name: st("waitingFor"), at: "now" as const, initial: "" }),
    },
    {
      key: "checked",
      duty: t("duties.checked"),
      ...(batch.checked
        ? done(batch.checked.name, batch.checked.at)
        : {
            name: st("waitingFor"),
            note: t("notMaker"),
            at: batch.state === "draft" ? ("now" as const) : ("next" as const),
            initial: "?",
          }),
    },
    {
      key: "executed",
      name: "",
      duty: t("duties.executed"),
      note: batch.executedAt ? <Moment at={batch.executedAt} today={today} /> : undefined,
      at: batch.executedAt ? "done" : batch.state === "approved" ? "now" : "next",
      initial: "¥",
    },
  ];
  return <Hands label={st("hands")} hands={hands} />;
}

/** How the withdrawals of a batch stand, in words. */
export function BatchStanding({ batch }: { batch: BatchRow }) {
  const t = useTranslations("settlement.payouts");
  const standing = withdrawalStates.flatMap((state) =>
    batch.standing[state] ? [{ state, count: batch.standing[state] }] : [],
  );
  return (
    <span className="flex flex-wrap gap-x-3 gap-y-0.5">
      {standing.map(({ state, count }) => (
        <StateBadge key={state} kind={withdrawalKind[state]}>
          {t("standing", { state: t(`states.${state}`), count })}
        </StateBadge>
      ))}
    </span>
  );
}

/** Batches as rows: who made, who checked, what became of them. */
export function BatchLines({ batches, today }: { batches: BatchRow[]; today: Day }) {
  const t = useTranslations("settlement.payouts");
  return (
    <Lines<BatchRow>
      label={t("batches")}
      rows={batches}
      empty={t("batchesEmpty")}
      columns={[
        idColumn({ id: "no", head: t("batches"), text: (b) => tailOf(b.id), href: (b) => `/payouts/${b.id}` }),
        stateColumn({
          id: "state",
          head: t("state"),
          kind: (b) => batchKind[b.state],
          word: (b) => t(`batchStates.${b.state}`),
        }),
        textColumn({
          id: "made",
          head: t("heads.made"),
          text: (b) => b.made?.name,
          note: (b) => (b.made ? <Moment at={b.made.at} today={today} /> : null),
        }),
        textColumn({
          id: "checked",
          head: t("heads.checked"),
          text: (b) => b.checked?.name ?? "—",
          note: (b) => (b.checked ? <Moment at={b.checked.at} today={today} /> : null),
        }),
        nodeColumn({
          id: "standing",
          head: t("duties.executed"),
          grow: true,
          node: (b) => (b.executedAt ? <BatchStanding batch={b} /> : <span className="text-muted">—</span>),
        }),
        numberColumn({ id: "count", head: t("count"), value: (b) => b.count }),
        moneyColumn({ id: "total", head: t("total"), fen: (b) => b.totalFen }),
      ]}
    />
  );
}

/** The payees of a batch. */
export function PayeeLines({ rows, totalFen }: { rows: WithdrawalRow[]; totalFen: number }) {
  const t = useTranslations("settlement.payouts");
  const reason = useReason();
  const hasTax = rows.some((w) => w.taxFen > 0);
  return (
    <Lines<WithdrawalRow>
      label={t("payees")}
      rows={rows}
      columns={[
        textColumn({ id: "leader", head: t("leader"), text: (w) => w.leaderName, foot: t("total") }),
        stateColumn({
          id: "state",
          head: t("state"),
          kind: (w) => withdrawalKind[w.state],
          word: (w) => t(`states.${w.state}`),
        }),
        textColumn({ id: "billNo", head: t("billNo"), text: (w) => w.outBillNo, grow: true }),
        momentColumn({ id: "requestedAt", head: t("requestedAt"), at: (w) => w.requestedAt }),
        textColumn({ id: "failReason", head: t("failReason"), text: (w) => reason(w.failReason) }),
        ...(hasTax ? [moneyColumn<WithdrawalRow>({ id: "tax", head: t("tax"), fen: (w) => w.taxFen })] : []),
        moneyColumn({
          id: "amount",
          head: t("amount"),
          fen: (w) => w.amountFen,
          foot: <Money fen={totalFen} size="strong" />,
        }),
      ]}
    />
  );
}

/** One withdrawal's facts, for the peek. */
export function WithdrawalFacts({ w, today }: { w: WithdrawalRow; today: Day }) {
  const t = useTranslations("settlement.payouts");
  const reason = useReason();
  return (
    <FactList
      facts={[
        { label: t("leader"), value: w.leaderName },
        { label: t("amount"), value: <Money fen={w.amountFen} size="strong" /> },
        w.taxFen > 0 && { label: t("tax"), value: <Money fen={w.taxFen} /> },
        w.taxFen > 0 && { label: t("net"), value: <Money fen={w.netFen} /> },
        { label: t("billNo"), value: w.outBillNo },
        { label: t("requestedAt"), value: <Moment at={w.requestedAt} today={today} /> },
        w.confirmBy !== null && { label: t("confirmBy"), value: <Moment at={w.confirmBy} today={today} /> },
        w.finishedAt !== null && { label: t("finishedAt"), value: <Moment at={w.finishedAt} today={today} /> },
        w.failReason !== null && { label: t("failReason"), value: reason(w.failReason) },
        w.batchId !== null && {
          label: t("batches"),
          value: (
            <a className="link" href={`/payouts/${w.batchId}`}>
              {t("batch", { no: tailOf(w.batchId) })}
            </a>
          ),
        },
      ]}
    />
  );
}
