import { getTranslations } from "next-intl/server";
import { History } from "#app/_adapters/history";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { BatchHands, BatchStanding, PayeeLines } from "#components/settlement/payout-parts";
import { batchKind } from "#components/settlement/settlement-state";
import { ConfirmButton } from "#components/ui/confirm-dialog";
import { SumList } from "#components/ui/facts";
import { LiveRefresh } from "#components/ui/live";
import { Money } from "#components/ui/money";
import { Panel } from "#components/ui/panel";
import { RecordFrame } from "#components/ui/record";
import { StateBadge, StateNote } from "#components/ui/state-badge";
import { can } from "#lib/identity/rules";
import { tailOf } from "#lib/kernel/ids";
import { minus, yuan } from "#lib/kernel/money";
import { today } from "#lib/platform/clock";
import { batchRecord } from "#lib/settlement/queries/payouts";
import { approve, cancel, execute } from "../actions";

export default async function BatchPage({ params }: { params: Promise<{ id: string }> }) {
  const actor = await requireActor("operator");
  const { id } = await params;
  const [t, batch] = await page(() => Promise.all([getTranslations("settlement.payouts"), batchRecord(actor, id)]));
  const here = today();
  const amount = yuan(batch.totalFen);
  const isMaker = batch.madeBy === actor.id;
  const isMoving = (batch.standing.submitted ?? 0) + (batch.standing.waitUserConfirm ?? 0) > 0;
  const missing = minus(batch.totalFen, batch.operationFen);
  return (
    <RecordFrame
      trail={[{ label: t("title"), href: "/payouts" }]}
      title={t("batch", { no: tailOf(batch.id) })}
      state={
        <StateBadge kind={batchKind[batch.state]} pill>
          {t(`batchStates.${batch.state}`)}
        </StateBadge>
      }
      meta={t("seen", { hash: batch.hash.slice(0, 8) })}
      deeds={[
        batch.state === "draft" &&
          can(actor, "payouts.make") && {
            id: "cancel",
            label: t("cancel"),
            tone: "danger",
            action: cancel,
            values: { id: batch.id },
            confirmation: {
              title: t("cancelTitle"),
              text: t("cancelText"),
              verb: t("cancelVerb"),
              tone: "danger-fill",
              reason: "required",
            },
          },
      ]}
      primary={
        <>
          {batch.state === "draft" && can(actor, "payouts.approve") && !isMaker && (
            <ConfirmButton
              label={t("approve")}
              tone="primary"
              action={approve}
              values={{ id: batch.id, hash: batch.hash }}
              confirmation={{
                title: t("approveTitle"),
                text: t("approveText", { count: batch.count, amount }),
                verb: t("approveVerb", { amount }),
                typeAmountFen: batch.totalFen,
              }}
            />
          )}
          {batch.state === "approved" && can(actor, "payouts.approve") && missing <= 0 && (
            <ConfirmButton
              label={t("execute", { amount })}
              tone="primary"
              action={execute}
              values={{ id: batch.id }}
              confirmation={{
                title: t("executeTitle", { count: batch.count }),
                text: t("executeText"),
                verb: t("executeVerb", { amount }),
                typeAmountFen: batch.totalFen,
              }}
            />
          )}
        </>
      }
      notes={isMoving && <LiveRefresh topics={["withdrawal"]} />}
      side={
        <>
          <Panel>
            <BatchHands batch={batch} today={here} />
          </Panel>
          <Panel>
            <SumList
              rows={[
                { label: t("count"), value: batch.count },
                { label: t("total"), value: <Money fen={batch.totalFen} />, total: true },
              ]}
            />
          </Panel>
        </>
      }
      history={<History kind="payoutBatch" id={batch.id} entries={batch.timeline} />}
    >
      {batch.state === "draft" && isMaker && <StateNote kind="frozen">{t("approveOwn")}</StateNote>}
      {(batch.state === "draft" || batch.state === "approved") && (
        <StateNote kind={missing > 0 ? "attention" : "done"}>
          {missing > 0
            ? t("short", { free: yuan(batch.operationFen), missing: yuan(missing) })
            : t("covered", { free: yuan(batch.operationFen) })}
        </StateNote>
      )}
      {isMoving && <StateNote kind="progress">{t("live")}</StateNote>}
      {batch.executedAt && <BatchStanding batch={batch} />}
      <Panel title={t("payees")} flush>
        <PayeeLines rows={batch.rows} totalFen={batch.totalFen} />
      </Panel>
    </RecordFrame>
  );
}
