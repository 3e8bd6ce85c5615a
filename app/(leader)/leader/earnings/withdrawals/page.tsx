import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { WithdrawalList } from "#components/settlement/earning-parts";
import { PhonePage } from "#components/shell/phone-page";
import { LinkButton } from "#components/ui/button";
import { Empty } from "#components/ui/empty";
import { Panel } from "#components/ui/panel";
import type { SearchParams } from "#lib/kernel/list";
import { today } from "#lib/platform/clock";
import { listPage, viewAsk } from "#lib/platform/list";
import { withdrawalList } from "#lib/settlement/lists";

export default async function WithdrawalsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor("leader");
  const { after } = await searchParams;
  const [t, rows] = await page(() =>
    Promise.all([
      getTranslations("settlement.earnings"),
      listPage(
        withdrawalList,
        actor,
        { ...viewAsk("all", "-requestedAt"), after: typeof after === "string" ? after : null },
        20,
      ),
    ]),
  );
  return (
    <PhonePage title={t("records")} back="/leader/earnings">
      <Panel label={t("records")} flush>
        {rows.rows.length === 0 ? (
          <Empty text={t("recordsEmpty")} />
        ) : (
          <WithdrawalList rows={rows.rows} today={today()} />
        )}
      </Panel>
      {rows.nextCursor && (
        <LinkButton href={`/leader/earnings/withdrawals?after=${rows.nextCursor}`} wide>
          {t("more")}
        </LinkButton>
      )}
    </PhonePage>
  );
}
