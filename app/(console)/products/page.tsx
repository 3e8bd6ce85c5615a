import { getLocale, getTranslations } from "next-intl/server";
import { readList } from "#app/_adapters/list";
import { page } from "#app/_adapters/page";
import { MarkupButton } from "#components/catalog/markup-button";
import { PriceFacts, ProductFacts } from "#components/catalog/product-parts";
import { standingKind, standingOf, standingWord } from "#components/catalog/product-state";
import { ProductTable } from "#components/catalog/product-table";
import { LinkButton } from "#components/ui/button";
import { Empty } from "#components/ui/empty";
import { ActionButton } from "#components/ui/form";
import { PageFrame } from "#components/ui/page-frame";
import { StateBadge } from "#components/ui/state-badge";
import { productList } from "#lib/catalog/lists";
import { categories, productRecord } from "#lib/catalog/queries";
import { can } from "#lib/identity/rules";
import type { SearchParams } from "#lib/kernel/list";
import { listIds } from "#lib/platform/list";
import { supplierChoices } from "#lib/suppliers/queries";
import * as actions from "./actions";

export default async function ProductsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const [t, locale] = await Promise.all([getTranslations("catalog"), getLocale()]);
  const { actor, params, props } = await readList(productList, await searchParams, t);
  const [known, suppliers, peeked] = await page(() =>
    Promise.all([categories(), supplierChoices(actor), params.peek ? productRecord(actor, params.peek) : null]),
  );
  const isEnglish = locale === "en";
  const mayPrice = can(actor, "catalog.price");
  const mayReview = can(actor, "catalog.review");
  const priceable = params.view === "unpriced" || params.view === "unlisted" || params.view === "listed";
  const ids = mayPrice && priceable ? await listIds(productList, actor, params, null, 500) : [];
  const importButton = can(actor, "catalog.submit") && <LinkButton href="/products/import">{t("import")}</LinkButton>;
  return (
    <PageFrame
      title={t("title")}
      actions={
        <>
          {ids.length > 0 && <MarkupButton action={actions.priceMany} ids={ids} />}
          {importButton}
          {can(actor, "catalog.submit") && (
            <LinkButton href="/products/new" tone="primary">
              {t("new")}
            </LinkButton>
          )}
        </>
      }
    >
      <ProductTable
        base="/products"
        {...props}
        search={t("search")}
        filters={[
          {
            key: "categoryId",
            label: t("fields.category"),
            options: known.map((c) => ({ value: c.id, label: isEnglish ? c.nameEn : c.name })),
          },
          {
            key: "supplierId",
            label: t("fields.supplier"),
            options: suppliers.map((s) => ({ value: s.id, label: s.name })),
          },
        ]}
        bulk={[
          ...(mayReview && params.view === "submitted"
            ? [{ key: "approve", label: t("actions.approve"), action: actions.approve, tone: "primary" as const }]
            : []),
          ...(params.view === "listed" || params.view === "submitted"
            ? []
            : [{ key: "list", label: t("actions.list"), tone: "primary" as const, run: true as const }]),
          ...(params.view === "listed" || params.view === "all"
            ? [{ key: "unlist", label: t("actions.unlist"), run: true as const }]
            : []),
          ...(mayReview && params.view === "archived"
            ? [{ key: "restore", label: t("actions.restore"), action: actions.restore }]
            : []),
          ...(mayReview && params.view !== "archived"
            ? [
                {
                  key: "archive",
                  label: t("actions.archive"),
                  action: actions.archive,
                  confirm: {
                    title: t("actions.archiveTitle"),
                    text: t("actions.archiveText"),
                    verb: t("actions.archive"),
                    tone: "danger-fill" as const,
                    reason: "required" as const,
                  },
                },
              ]
            : []),
        ]}
        peek={
          peeked && {
            title: `${peeked.name} ${peeked.spec}`,
            state: (
              <StateBadge pill kind={standingKind[standingOf(peeked)]}>
                {standingWord(t, standingOf(peeked))}
              </StateBadge>
            ),
            href: `/products/${peeked.id}`,
            body: (
              <div className="flex flex-col gap-4">
                <ProductFacts product={peeked} columns={1} />
                <PriceFacts product={peeked} />
              </div>
            ),
            foot:
              mayReview && peeked.state === "submitted" ? (
                <ActionButton action={actions.approve} values={{ id: peeked.id }} tone="primary">
                  {t("actions.approve")}
                </ActionButton>
              ) : undefined,
          }
        }
        empty={
          <Empty
            text={params.view === "submitted" ? t("emptySubmitted") : t("empty")}
            action={importButton}
            padded={false}
          />
        }
      />
    </PageFrame>
  );
}
