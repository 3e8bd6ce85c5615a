import { getTranslations } from "next-intl/server";
import { History } from "#app/_adapters/history";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { WithdrawalFacts } from "#components/settlement/payout-parts";
import { withdrawalKind } from "#components/settlement/settlement-state";
import { Panel } from "#components/ui/panel";
import { RecordFrame } from "#components/ui/record";
import { StateBadge } from "#components/ui/state-badge";
import { can } from "#lib/identity/rules";
import { yuan } from "#lib/kernel/money";
import { today } from "#lib/platform/clock";
import { withdrawalRecord } from "#lib/settlement/queries/payouts";
import { reject, takeBack } from "../../actions";

export default async function WithdrawalPage({ params }: { params: Promise<{ id: string }> }) {
  const actor = await requireActor("operator");
  const { id } = await params;
  const [t, w] = await page(() => Promise.all([getTranslations("settlement.payouts"), withdrawalRecord(actor, id)]));
  const [name, amount] = [w.leaderName, yuan(w.amountFen)];
  return (
    <RecordFrame
      trail={[{ label: t("title"), href: "/payouts" }]}
      title={`${name} ${amount}`}
      state={
        <StateBadge kind={withdrawalKind[w.state]} pill>
          {t(`states.${w.state}`)}
        </StateBadge>
      }
      deeds={[
        w.state === "requested" &&
          can(actor, "payouts.approve") && {
            id: "reject",
            label: t("reject"),
            tone: "danger",
            action: reject,
            values: { id: w.id },
            confirmation: {
              title: t("rejectTitle", { name }),
              text: t("rejectText", { amount }),
              verb: t("rejectVerb", { amount }),
              tone: "danger-fill",
              reason: "required",
            },
          },
        w.state === "succeeded" &&
          can(actor, "payouts.approve") && {
            id: "return",
            label: t("returned"),
            tone: "danger",
            action: takeBack,
            values: { id: w.id },
            confirmation: {
              title: t("returnTitle", { name }),
              text: t("returnText", { amount }),
              verb: t("returnVerb", { amount }),
              tone: "danger-fill",
              reason: "required",
            },
          },
      ]}
      history={<History kind="withdrawal" id={w.id} entries={w.timeline} />}
    >
      <Panel label={name}>
        <WithdrawalFacts w={w} today={today()} />
      </Panel>
    </RecordFrame>
  );
}
