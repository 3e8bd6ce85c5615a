import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { ImportForm } from "#components/catalog/import-form";
import { ImportLines } from "#components/catalog/import-parts";
import { LinkButton } from "#components/ui/button";
import { PageFrame } from "#components/ui/page-frame";
import { Panel } from "#components/ui/panel";
import { latestImports } from "#lib/catalog/queries";
import { authorise } from "#lib/identity/rules";
import { today } from "#lib/platform/clock";
import { supplierChoices } from "#lib/suppliers/queries";
import { check } from "../actions";

export default async function ImportPage({ searchParams }: { searchParams: Promise<{ supplierId?: string }> }) {
  const actor = await requireActor("operator");
  const { supplierId } = await searchParams;
  const [t, suppliers, earlier] = await page(async () => {
    authorise(actor, "catalog.submit");
    return Promise.all([getTranslations("catalog"), supplierChoices(actor), latestImports(actor)]);
  });
  return (
    <PageFrame
      narrow
      title={t("imports.title")}
      trail={[{ label: t("title"), href: "/products" }]}
      actions={
        <LinkButton href="/api/imports/template" external>
          {t("imports.template")}
        </LinkButton>
      }
    >
      <Panel>
        <div className="flex flex-col gap-4">
          <p className="text-muted">{t("imports.lead")}</p>
          <ImportForm action={check} suppliers={suppliers} supplierId={supplierId} />
          <p className="text-xs text-muted">{t("imports.columns")}</p>
        </div>
      </Panel>
      <Panel title={t("imports.earlier")} flush>
        <ImportLines rows={earlier} base="/products/import" today={today()} />
      </Panel>
    </PageFrame>
  );
}
