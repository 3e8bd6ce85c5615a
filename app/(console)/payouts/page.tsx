import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { RecordTimeline } from "#components/audit/record-timeline";
import { BatchLines, FundsRow, WithdrawalFacts } from "#components/settlement/payout-parts";
import { withdrawalKind } from "#components/settlement/settlement-state";
import { WithdrawalTable } from "#components/settlement/withdrawal-table";
import { ConfirmButton } from "#components/ui/confirm-dialog";
import { DialogButton } from "#components/ui/dialog";
import { Empty } from "#components/ui/empty";
import { MoneyField, SelectField, TextField } from "#components/ui/fields";
import { FieldRow, Form } from "#components/ui/form";
import { AutoRefresh } from "#components/ui/live";
import { PageFrame } from "#components/ui/page-frame";
import { Panel } from "#components/ui/panel";
import { StateBadge } from "#components/ui/state-badge";
import { can } from "#lib/identity/rules";
import { readListParams, type SearchParams } from "#lib/kernel/list";
import { fen, yuan } from "#lib/kernel/money";
import { today } from "#lib/platform/clock";
import {
  batchesPage,
  funds,
  withdrawalCounts,
  withdrawalRecord,
  withdrawalsPage,
  withdrawalViews,
} from "#lib/settlement/queries/payouts";
import { fundAccounts } from "#lib/settlement/schema";
import { batch, capital, move, reject, takeBack } from "./actions";

const spec = { views: withdrawalViews } as const;

export default async function PayoutsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor("operator");
  const params = readListParams(await searchParams, spec);
  const [t, st, rows, counts, batches, accounts, peeked] = await page(() =>
    Promise.all([
      getTranslations("settlement.payouts"),
      getTranslations("settlement"),
      withdrawalsPage(actor, { view: params.view, q: params.q, cursor: params.after }),
      withdrawalCounts(actor),
      batchesPage(actor, { limit: 5 }),
      funds(actor),
      params.peek ? withdrawalRecord(actor, params.peek) : null,
    ]),
  );
  const here = today();
  const amount = peeked ? yuan(peeked.amountFen) : "";
  const mayReject = peeked?.state === "requested" && can(actor, "payouts.approve");
  const mayReturn = peeked?.state === "succeeded" && can(actor, "payouts.approve");
  const options = fundAccounts.map((value) => ({ value, label: st(`money.${value}`) }));
  return (
    <PageFrame
      title={t("title")}
      actions={
        can(actor, "funds.move") && (
          <>
            <DialogButton label={st("funds.capital")} title={st("funds.capitalTitle")} dialogSize="small">
              <Form action={capital} submit={st("funds.capitalSave")}>
                <MoneyField name="amountFen" label={t("amount")} />
                <TextField name="reason" label={st("funds.reason")} maxLength={200} />
              </Form>
            </DialogButton>
            <DialogButton label={st("funds.move")} title={st("funds.moveTitle")} dialogSize="small">
              <Form action={move} submit={st("funds.save")}>
                <p className="text-muted">{st("funds.moveText")}</p>
                <FieldRow>
                  <SelectField name="from" label={st("funds.from")} options={options} defaultValue="bank" />
                  <SelectField name="to" label={st("funds.to")} options={options} defaultValue="channelOperation" />
                </FieldRow>
                <MoneyField name="amountFen" label={t("amount")} />
                <TextField name="reason" label={st("funds.reason")} maxLength={200} />
              </Form>
            </DialogButton>
          </>
        )
      }
    >
      {counts.moving.count + counts.waiting.count > 0 && <AutoRefresh seconds={5} />}
      <FundsRow funds={accounts} open={can(actor, "ledger.see")} />
      <Panel title={t("batches")} flush>
        <BatchLines batches={batches.rows} today={here} />
      </Panel>
      <WithdrawalTable
        rows={rows.rows}
        nextCursor={rows.nextCursor}
        params={params}
        total={params.q ? undefined : counts[params.view].count}
        summary={params.q ? undefined : t("selected", { amount: yuan(fen(counts[params.view].fen)) })}
        views={withdrawalViews.map((key) => ({ key, label: t(`views.${key}`), count: counts[key].count }))}
        search={t("search")}
        bulk={
          params.view === "requested" && can(actor, "payouts.make")
            ? [
                {
                  key: "batch",
                  label: t("makeBatch"),
                  action: batch,
                  tone: "primary",
                  whole: true,
                  confirm: { title: t("makeTitle"), text: t("makeText"), verb: t("makeVerb") },
                },
              ]
            : []
        }
        peek={
          peeked && {
            title: peeked.leaderName,
            state: (
              <StateBadge pill kind={withdrawalKind[peeked.state]}>
                {t(`states.${peeked.state}`)}
              </StateBadge>
            ),
            body: (
              <div className="flex flex-col gap-4">
                <WithdrawalFacts w={peeked} today={here} />
                <RecordTimeline entries={peeked.timeline} today={here} />
              </div>
            ),
            ...(mayReject || mayReturn
              ? {
                  foot: mayReject ? (
                    <ConfirmButton
                      label={t("reject")}
                      tone="danger"
                      action={reject}
                      values={{ id: peeked.id }}
                      confirmation={{
                        title: t("rejectTitle", { name: peeked.leaderName }),
                        text: t("rejectText", { amount }),
                        verb: t("rejectVerb", { amount }),
                        tone: "danger-fill",
                        reason: "required",
                      }}
                    />
                  ) : (
                    <ConfirmButton
                      label={t("returned")}
                      tone="danger"
                      action={takeBack}
                      values={{ id: peeked.id }}
                      confirmation={{
                        title: t("returnTitle", { name: peeked.leaderName }),
                        text: t("returnText", { amount }),
                        verb: t("returnVerb", { amount }),
                        tone: "danger-fill",
                        reason: "required",
                      }}
                    />
                  ),
                }
              : {}),
          }
        }
        empty={<Empty text={t("empty")} padded={false} />}
      />
    </PageFrame>
  );
}
