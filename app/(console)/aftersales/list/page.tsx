import { getTranslations } from "next-intl/server";
import { readList } from "#app/_adapters/list";
import { partFilters } from "#app/_adapters/part";
import { CaseTable } from "#components/aftersales/case-table";
import { LinkButton } from "#components/ui/button";
import { Empty } from "#components/ui/empty";
import { PageFrame } from "#components/ui/page-frame";
import { caseList } from "#lib/aftersales/lists";
import { afterSaleReasons } from "#lib/aftersales/schema";
import type { SearchParams } from "#lib/kernel/list";

/** Every case as a table, beside the inbox that decides them one by one. */
export default async function CasesPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const t = await getTranslations("aftersales");
  const { params, props } = await readList(caseList, await searchParams, t);
  return (
    <PageFrame
      title={t("list")}
      trail={[{ label: t("title"), href: "/aftersales" }]}
      actions={<LinkButton href={`/aftersales?view=${params.view}`}>{t("toInbox")}</LinkButton>}
    >
      <CaseTable
        {...props}
        search={t("search")}
        filters={[
          {
            key: "reason",
            label: t("reason"),
            options: afterSaleReasons.map((value) => ({ value, label: t(`reasons.${value}`) })),
          },
          ...(params.filters.from || params.filters.to ? await partFilters(params.filters) : []),
        ]}
        empty={<Empty text={t("empty")} padded={false} />}
      />
    </PageFrame>
  );
}
