import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { ProductForm } from "#components/catalog/product-form";
import { PageFrame } from "#components/ui/page-frame";
import { Panel } from "#components/ui/panel";
import { categories } from "#lib/catalog/queries";
import { authorise } from "#lib/identity/rules";
import { supplierChoices } from "#lib/suppliers/queries";
import { create } from "../actions";

export default async function NewProductPage() {
  const actor = await requireActor("operator");
  const [t, known, suppliers] = await page(async () => {
    authorise(actor, "catalog.submit");
    return Promise.all([getTranslations("catalog"), categories(), supplierChoices(actor)]);
  });
  return (
    <PageFrame narrow title={t("new")} trail={[{ label: t("title"), href: "/products" }]}>
      <Panel>
        <ProductForm action={create} categories={known} suppliers={suppliers} />
      </Panel>
    </PageFrame>
  );
}
