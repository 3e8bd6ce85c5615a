import { getTranslations } from "next-intl/server";
import { readList } from "#app/_adapters/list";
import { page } from "#app/_adapters/page";
import { RecordTimeline } from "#components/audit/record-timeline";
import { BatchLines, FundsRow, WithdrawalFacts } from "#components/settlement/payout-parts";
import { withdrawalKind } from "#components/settlement/settlement-state";
import { WithdrawalTable } from "#components/settlement/withdrawal-table";
import { ConfirmButton } from "#components/ui/confirm-dialog";
import { DialogButton } from "#components/ui/dialog";
import { Empty } from "#components/ui/empty";
import { MoneyField, SelectField, TextField } from "#components/ui/fields";
import { FieldRow, Form } from "#components/ui/form";
import { LiveRefresh } from "#components/ui/live";
import { PageFrame } from "#components/ui/page-frame";
import { Panel } from "#components/ui/panel";
import { StateBadge } from "#components/ui/state-badge";
import { can } from "#lib/identity/rules";
import type { SearchParams } from "#lib/kernel/list";
import { yuan } from "#lib/kernel/money";
import { today } from "#lib/platform/clock";
import { withdrawalList } from "#lib/settlement/lists";
import { funds, latestBatches, withdrawalRecord } from "#lib/settlement/queries/payouts";
import { fundAccounts } from "#lib/settlement/schema";
import { batch, capital, move, reject, takeBack } from "./actions";

export default async function PayoutsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const [t, st] = await Promise.all([getTranslations("settlement.payouts"), getTranslations("settlement")]);
  const { actor, params, props } = await readList(withdrawalList, await searchParams, t);
  const [batches, accounts, peeked] = await page(() =>
    Promise.all([latestBatches(actor, 5), funds(actor), params.peek ? withdrawalRecord(actor, params.peek) : null]),
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
      <LiveRefresh topics={["withdrawal"]} />
      <FundsRow funds={accounts} open={can(actor, "ledger.see")} />
      <Panel title={t("batches")} flush>
        <BatchLines batches={batches} today={here} />
      </Panel>
      <WithdrawalTable
        {...props}
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
            href: `/payouts/withdrawals/${peeked.id}`,
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
