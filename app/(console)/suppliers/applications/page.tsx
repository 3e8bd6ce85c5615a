import { getTranslations } from "next-intl/server";
import { readList } from "#app/_adapters/list";
import { ApplicationTable } from "#components/suppliers/application-table";
import { Empty } from "#components/ui/empty";
import { PageFrame } from "#components/ui/page-frame";
import type { SearchParams } from "#lib/kernel/list";
import { supplierApplicationList } from "#lib/suppliers/lists";

export default async function ApplicationsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const [t, ta] = await Promise.all([getTranslations("suppliers"), getTranslations("suppliers.applications")]);
  const { props } = await readList(supplierApplicationList, await searchParams, ta);
  return (
    <PageFrame title={t("applications.title")} trail={[{ label: t("list.title"), href: "/suppliers" }]}>
      <ApplicationTable
        {...props}
        search={t("applications.search")}
        empty={<Empty text={t("applications.empty")} padded={false} />}
      />
    </PageFrame>
  );
}
