import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { JournalTable } from "#components/ledger/journal-table";
import { LedgerTabs } from "#components/ledger/ledger-parts";
import { Empty } from "#components/ui/empty";
import { PageFrame } from "#components/ui/page-frame";
import { readListParams, type SearchParams } from "#lib/kernel/list";
import { journalsPage } from "#lib/ledger/queries";
import { bases, journalTypes } from "#lib/ledger/schema";
import words from "#lib/words/ledger.zh";

const spec = { filters: { type: "text", account: "text", fromDay: "day", toDay: "day" } } as const;

export default async function JournalsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor("operator");
  const params = readListParams(await searchParams, spec);
  const [t, rows] = await page(() =>
    Promise.all([
      getTranslations("ledger"),
      journalsPage(actor, { ...params.filters, ref: params.q, cursor: params.after }),
    ]),
  );
  return (
    <PageFrame title={t("title")} tabs={<LedgerTabs current="journals" />}>
      <JournalTable
        rows={rows.rows}
        nextCursor={rows.nextCursor}
        params={params}
        search={t("search")}
        filters={[
          {
            key: "type",
            label: t("anyType"),
            options: journalTypes
              .filter((type): type is keyof typeof words.types => type in words.types)
              .map((type) => ({ value: type, label: t(`types.${type}`) })),
          },
          {
            key: "account",
            label: t("anyAccount"),
            options: bases.map((base) => ({ value: base, label: t(`accounts.${base}`) })),
          },
          { key: "fromDay", label: t("fromDay"), kind: "day" },
          { key: "toDay", label: t("toDay"), kind: "day" },
        ]}
        empty={<Empty text={t("empty")} padded={false} />}
      />
    </PageFrame>
  );
}
