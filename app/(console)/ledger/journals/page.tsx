import { getTranslations } from "next-intl/server";
import { readList } from "#app/_adapters/list";
import { JournalTable } from "#components/ledger/journal-table";
import { LedgerTabs } from "#components/ledger/ledger-parts";
import { Empty } from "#components/ui/empty";
import { PageFrame } from "#components/ui/page-frame";
import type { SearchParams } from "#lib/kernel/list";
import { journalList } from "#lib/ledger/lists";
import { bases, journalTypes } from "#lib/ledger/schema";
import words from "#lib/words/ledger.zh";

export default async function JournalsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const t = await getTranslations("ledger");
  const { props } = await readList(journalList, await searchParams, t);
  return (
    <PageFrame title={t("title")} tabs={<LedgerTabs current="journals" />}>
      <JournalTable
        {...props}
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
