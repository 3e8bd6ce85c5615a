import { getTranslations } from "next-intl/server";
import { readList } from "#app/_adapters/list";
import { page } from "#app/_adapters/page";
import { SupplierTable } from "#components/suppliers/supplier-table";
import { LinkButton } from "#components/ui/button";
import { Empty } from "#components/ui/empty";
import { TextField } from "#components/ui/fields";
import { PageFrame } from "#components/ui/page-frame";
import type { SearchParams } from "#lib/kernel/list";
import { listCount, viewAsk } from "#lib/platform/list";
import { supplierApplicationList, supplierList } from "#lib/suppliers/lists";

export default async function SuppliersPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const [t, tl] = await Promise.all([getTranslations("suppliers"), getTranslations("suppliers.list")]);
  const { actor, params, props } = await readList(supplierList, await searchParams, tl);
  const waiting = await page(() => listCount(supplierApplicationList, actor, viewAsk("submitted")));
  const reason = <TextField name="reason" label={tl("reason")} maxLength={200} />;
  const applyLink = (
    <LinkButton href="/apply" external target="_blank" rel="noreferrer">
      {t("list.applyLink")}
    </LinkButton>
  );
  return (
    <PageFrame
      title={t("list.title")}
      actions={
        <>
          {applyLink}
          <LinkButton href="/suppliers/applications" tone={waiting.count > 0 ? "primary" : "plain"}>
            {t("list.applications", { count: waiting.count })}
          </LinkButton>
        </>
      }
    >
      <SupplierTable
        {...props}
        search={t("list.search")}
        bulk={[
          ...(params.view === "suspended"
            ? []
            : [{ key: "suspend", label: t("record.suspend"), run: true as const, fields: reason }]),
          ...(params.view === "suspended" || params.view === "all"
            ? [{ key: "restore", label: t("record.restore"), run: true as const, fields: reason }]
            : []),
        ]}
        empty={<Empty text={t("list.empty")} action={applyLink} padded={false} />}
      />
    </PageFrame>
  );
}
