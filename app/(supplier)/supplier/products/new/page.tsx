import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { ProductForm } from "#components/catalog/product-form";
import { PageFrame } from "#components/ui/page-frame";
import { Panel } from "#components/ui/panel";
import { categories } from "#lib/catalog/queries";
import { create } from "../actions";

export default async function NewSupplierProductPage() {
  await requireActor("supplier");
  const [t, known] = await page(() => Promise.all([getTranslations("catalog"), categories()]));
  return (
    <PageFrame narrow title={t("new")} trail={[{ label: t("supplier.title"), href: "/supplier/products" }]}>
      <Panel>
        <ProductForm action={create} categories={known} />
      </Panel>
    </PageFrame>
  );
}
