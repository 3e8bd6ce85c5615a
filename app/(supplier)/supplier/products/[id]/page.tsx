import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { ProductForm } from "#components/catalog/product-form";
import { ProductFacts } from "#components/catalog/product-parts";
import { standingKind, standingOf, standingWord } from "#components/catalog/product-state";
import { QuoteChart } from "#components/catalog/quote-chart";
import { PageFrame } from "#components/ui/page-frame";
import { Panel } from "#components/ui/panel";
import { StateBadge, StateNote } from "#components/ui/state-badge";
import { categories, productRecord } from "#lib/catalog/queries";
import { yuan } from "#lib/kernel/money";
import { edit } from "../actions";

export default async function SupplierProductPage({ params }: { params: Promise<{ id: string }> }) {
  const actor = await requireActor("supplier");
  const { id } = await params;
  const [t, product, known] = await page(() =>
    Promise.all([getTranslations("catalog"), productRecord(actor, id), categories()]),
  );
  const standing = standingOf(product);
  const mayEdit = product.state === "draft" || product.state === "returned" || product.state === "submitted";
  return (
    <PageFrame
      narrow
      title={
        <>
          {product.name} <span className="font-normal text-muted">{product.spec}</span>
        </>
      }
      trail={[{ label: t("supplier.title"), href: "/supplier/products" }]}
      state={
        <StateBadge kind={standingKind[standing]} pill>
          {standingWord(t, standing)}
        </StateBadge>
      }
      meta={`${yuan(product.sku.supplyPriceFen)} / ${product.unit}`}
    >
      {product.state === "returned" && product.decision && (
        <StateNote kind="attention">{t("record.returned", { reason: product.decision })}</StateNote>
      )}
      {product.sku.proposedSupplyFen !== null && (
        <StateNote kind="waiting">{t("supplier.waiting", { amount: yuan(product.sku.proposedSupplyFen) })}</StateNote>
      )}
      <Panel title={t("record.facts")}>
        {mayEdit ? (
          <ProductForm action={edit} categories={known} product={product} />
        ) : (
          <ProductFacts product={product} />
        )}
      </Panel>
      <Panel title={t("record.history")}>
        <QuoteChart quotes={product.quotes} />
      </Panel>
    </PageFrame>
  );
}
