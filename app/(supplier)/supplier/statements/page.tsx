import { getTranslations } from "next-intl/server";
import { readList } from "#app/_adapters/list";
import { page } from "#app/_adapters/page";
import { StatementTable } from "#components/settlement/statement-table";
import { Empty } from "#components/ui/empty";
import { Money } from "#components/ui/money";
import { PageFrame } from "#components/ui/page-frame";
import { Panel } from "#components/ui/panel";
import { Stat, StatRow } from "#components/ui/stat";
import type { SearchParams } from "#lib/kernel/list";
import { yuan } from "#lib/kernel/money";
import { dayText } from "#lib/kernel/time";
import { supplierStatementList } from "#lib/settlement/lists";
import { supplierBalance, unstatedOf } from "#lib/settlement/queries/statements";

export default async function OwnStatementsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const t = await getTranslations("settlement");
  const { actor, props } = await readList(supplierStatementList, await searchParams, t, { kind: "supplier" });
  const supplierId = actor.supplierId ?? "";
  const [balance, unstated] = await page(() =>
    Promise.all([supplierBalance(actor, supplierId), unstatedOf(actor, supplierId)]),
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
            : balance.pendingFen > 0
              ? t("unstatedDraft", { amount: yuan(balance.pendingFen) })
              : t("unstatedNone")}
        </p>
      </Panel>
      <StatementTable
        base="/supplier/statements"
        {...props}
        views={props.views.map((v) => (v.key === "waiting" ? { ...v, label: t("portal.waiting") } : v))}
        empty={<Empty text={t("emptySupplier")} padded={false} />}
      />
    </PageFrame>
  );
}
