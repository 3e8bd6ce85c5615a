import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { StatementTable } from "#components/settlement/statement-table";
import { Empty } from "#components/ui/empty";
import { Money } from "#components/ui/money";
import { PageFrame } from "#components/ui/page-frame";
import { Panel } from "#components/ui/panel";
import { Stat, StatRow } from "#components/ui/stat";
import { readListParams, type SearchParams } from "#lib/kernel/list";
import { yuan } from "#lib/kernel/money";
import { dayText } from "#lib/kernel/time";
import { statementCounts, statementsPage, supplierBalance, unstatedOf } from "#lib/settlement/queries/statements";

const views = ["all", "waiting", "disputed", "toPay", "paid"] as const;

export default async function OwnStatementsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor("supplier");
  const params = readListParams(await searchParams, { views });
  const supplierId = actor.supplierId ?? "";
  const [t, rows, counts, balance, unstated] = await page(() =>
    Promise.all([
      getTranslations("settlement"),
      statementsPage(actor, { view: params.view, cursor: params.after }),
      statementCounts(actor),
      supplierBalance(actor, supplierId),
      unstatedOf(actor, supplierId),
    ]),
  );
  return (
    <PageFrame title={t("portal.title")} narrow>
      <StatRow>
        <Stat label={t("balance.payable")} value={<Money fen={balance.payableFen} />} />
        <Stat label={t("balance.pending")} value={<Money fen={balance.pendingFen} />} />
        {balance.owedFen > 0 && <Stat label={t("balance.owed")} value={<Money fen={balance.owedFen} />} />}
      </StatRow>
      <Panel title={t("unstatedTitle")}>
        <p>
          {unstated.fromDay
            ? t("unstatedText", {
                from: dayText(unstated.fromDay),
                receipts: yuan(unstated.receiptsFen),
                claims: yuan(unstated.claimsFen),
                rows: unstated.rows,
              })
            : t("unstatedNone")}
        </p>
      </Panel>
      <StatementTable
        base="/supplier/statements"
        rows={rows.rows}
        nextCursor={rows.nextCursor}
        params={params}
        total={counts[params.view]}
        views={views.map((key) => ({
          key,
          label: key === "waiting" ? t("portal.waiting") : t(`views.${key}`),
          count: counts[key],
        }))}
        empty={<Empty text={t("emptySupplier")} padded={false} />}
      />
    </PageFrame>
  );
}
