import { useLocale, useTranslations } from "next-intl";
import { FactList, SumList } from "#components/ui/facts";
import { Money } from "#components/ui/money";
import { marginOf } from "#lib/catalog/rules";
import type { ProductRecord } from "#lib/catalog/schema";
import { yuan } from "#lib/kernel/money";

export function ProductFacts({ product, columns = 2 }: { product: ProductRecord; columns?: 1 | 2 }) {
  const t = useTranslations("catalog");
  const locale = useLocale();
  const { sku } = product;
  return (
    <FactList
      columns={columns}
      labelWidth={88}
      facts={[
        { label: t("fields.spec"), value: `${product.spec} / ${product.unit}` },
        { label: t("fields.category"), value: locale === "en" ? product.categoryNameEn : product.categoryName },
        { label: t("fields.supplier"), value: product.supplierName },
        { label: t("fields.code"), value: sku.code },
        { label: t("fields.origin"), value: product.origin || null },
        { label: t("fields.storage"), value: t(`storages.${product.storage}`) },
        {
          label: t("fields.shelfLife"),
          value: product.shelfLifeDays === null ? null : `${product.shelfLifeDays} ${t("units.days")}`,
        },
        { label: t("fields.casePack"), value: t("units.perCase", { count: sku.casePack, unit: product.unit }) },
        { label: t("fields.leadDays"), value: `${sku.leadDays} ${t("units.days")}` },
        {
          label: t("fields.quota"),
          value: sku.dailyQuota === null ? t("record.unlimited") : sku.dailyQuota.toLocaleString("en-US"),
        },
        sku.nominalGrams === null
          ? null
          : {
              label: t("fields.grams"),
              value: `${sku.nominalGrams} ${t("units.grams")}${sku.toleranceBp === null ? "" : ` ±${sku.toleranceBp / 100}%`}`,
            },
        {
          label: t("fields.tax"),
          value: t.has(`taxClasses.${sku.taxClass}`) ? t(`taxClasses.${sku.taxClass}`) : sku.taxClass,
        },
        product.description ? { label: t("fields.description"), value: product.description } : null,
      ]}
    />
  );
}

/** Supply, sale, commission and what is left. */
export function PriceFacts({ product }: { product: ProductRecord }) {
  const t = useTranslations("catalog");
  const { sku } = product;
  const margin =
    sku.salePriceFen === null
      ? null
      : marginOf({ supplyFen: sku.supplyPriceFen, saleFen: sku.salePriceFen, commissionBp: sku.commissionBp ?? 0 });
  return (
    <SumList
      rows={[
        {
          label: t("fields.sale"),
          value: sku.salePriceFen === null ? t("record.noPrice") : <Money fen={sku.salePriceFen} />,
        },
        { label: t("fields.supply"), value: <Money fen={sku.supplyPriceFen} /> },
        {
          label: t("fields.commission"),
          note: sku.commissionBp === null ? t("record.inRules") : `${sku.commissionBp / 100}%`,
          value: margin && sku.commissionBp !== null ? <Money fen={margin.commissionFen} /> : "—",
        },
        {
          label: t("fields.margin"),
          note: margin?.marginBp === null || !margin ? undefined : `${(margin.marginBp / 100).toFixed(1)}%`,
          value: margin ? yuan(margin.marginFen) : "—",
          total: true,
        },
      ]}
    />
  );
}
