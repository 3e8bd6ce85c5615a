import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { ImportForm } from "#components/catalog/import-form";
import { ImportLines } from "#components/catalog/import-parts";
import { LinkButton } from "#components/ui/button";
import { PageFrame } from "#components/ui/page-frame";
import { Panel } from "#components/ui/panel";
import { latestImports } from "#lib/catalog/queries";
import { today } from "#lib/platform/clock";
import { check } from "../actions";

export default async function SupplierImportPage() {
  const actor = await requireActor("supplier");
  const [t, earlier] = await page(() => Promise.all([getTranslations("catalog"), latestImports(actor)]));
  return (
    <PageFrame
      narrow
      title={t("supplier.upload")}
      trail={[{ label: t("supplier.title"), href: "/supplier/products" }]}
      actions={
        <LinkButton href="/api/imports/template" external>
          {t("imports.template")}
        </LinkButton>
      }
    >
      <Panel>
        <div className="flex flex-col gap-4">
          <p className="text-muted">{t("imports.lead")}</p>
          <ImportForm action={check} />
          <p className="text-xs text-muted">{t("imports.columns")}</p>
        </div>
      </Panel>
      <Panel title={t("imports.earlier")} flush>
        <ImportLines rows={earlier} base="/supplier/products/import" isOwn today={today()} />
      </Panel>
    </PageFrame>
  );
}
