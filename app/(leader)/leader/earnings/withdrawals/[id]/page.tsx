import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { WithdrawalTrack } from "#components/settlement/earning-parts";
import { useReason, withdrawalKind } from "#components/settlement/settlement-state";
import { PhonePage } from "#components/shell/phone-page";
import { Countdown } from "#components/ui/countdown";
import { SumList } from "#components/ui/facts";
import { LiveRefresh } from "#components/ui/live";
import { Money } from "#components/ui/money";
import { Panel } from "#components/ui/panel";
import { Qr } from "#components/ui/qr";
import { StateBadge, StateNote } from "#components/ui/state-badge";
import { yuan } from "#lib/kernel/money";
import { now, today } from "#lib/platform/clock";
import { withdrawalOf } from "#lib/settlement/queries/earnings";
import { isOpen } from "#lib/settlement/rules";

export default async function WithdrawalPage({ params }: { params: Promise<{ id: string }> }) {
  const actor = await requireActor("leader");
  const { id } = await params;
  const [t, st, w] = await page(() =>
    Promise.all([
      getTranslations("settlement.earnings"),
      getTranslations("settlement.payouts"),
      withdrawalOf(actor, id),
    ]),
  );
  const here = today();
  const isBack = !isOpen(w.state) && w.state !== "succeeded";
  return (
    <PhonePage title={t("recordTitle")} back="/leader/earnings/withdrawals">
      {isOpen(w.state) && <LiveRefresh topics={["mine"]} />}
      <section className="card flex flex-col gap-3 p-4">
        <div className="flex items-center justify-between">
          <Money fen={w.amountFen} size="leader" />
          <StateBadge kind={withdrawalKind[w.state]}>{st(`states.${w.state}`)}</StateBadge>
        </div>
        <WithdrawalTrack w={w} today={here} />
      </section>
      {w.state === "waitUserConfirm" && (
        <Panel title={t("confirmTitle")}>
          <div className="flex flex-col items-center gap-3">
            <p>{t("confirmText")}</p>
            <Qr text={`pages/earnings/confirm?bill=${w.outBillNo}`} size={176} label={t("confirmQr")} />
            <span className="text-sm text-muted">{t("confirmQr")}</span>
            {w.confirmBy && (
              <span>
                {t("confirmLeft")} <Countdown until={w.confirmBy.toISOString()} now={now().toISOString()} bare />
              </span>
            )}
          </div>
        </Panel>
      )}
      {isBack && (
        <StateNote kind="attention">
          {t("backHere", { amount: yuan(w.amountFen) })} <Reason reason={w.failReason} />
        </StateNote>
      )}
      <Panel>
        <SumList
          rows={[
            { label: st("amount"), value: <Money fen={w.amountFen} /> },
            w.taxFen > 0 && { label: st("tax"), value: <Money fen={w.taxFen} /> },
            { label: st("net"), value: <Money fen={w.netFen} />, total: true },
          ]}
        />
      </Panel>
    </PhonePage>
  );
}

function Reason({ reason }: { reason: string | null }) {
  return <>{useReason()(reason)}</>;
}
