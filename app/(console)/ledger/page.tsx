import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { LedgerTabs, TrialNote, TrialTable } from "#components/ledger/ledger-parts";
import { Empty } from "#components/ui/empty";
import { PageFrame } from "#components/ui/page-frame";
import { Panel } from "#components/ui/panel";
import { trialBalance } from "#lib/ledger/queries";

export default async function LedgerPage() {
  const actor = await requireActor("operator");
  const [t, trial] = await page(() => Promise.all([getTranslations("ledger"), trialBalance(actor)]));
  return (
    <PageFrame title={t("title")} tabs={<LedgerTabs current="trial" />}>
      <TrialNote trial={trial} />
      {trial.rows.length === 0 ? (
        <Empty text={t("empty")} />
      ) : (
        <Panel label={t("tabs.trial")} flush>
          <TrialTable trial={trial} />
        </Panel>
      )}
    </PageFrame>
  );
}
