"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { MoneyField, PercentField, SelectField } from "#components/ui/fields";
import { FieldRow, Form } from "#components/ui/form";
import { StateNote } from "#components/ui/state-badge";
import { belowCostReasons, marginOf } from "#lib/catalog/rules";
import type { ProductRecord } from "#lib/catalog/schema";
import type { FormAction } from "#lib/kernel/answer";
import { fen, yuan } from "#lib/kernel/money";

/** Prices a SKU with the margin in sight while typing; below cost it asks for a lawful reason. */
export function PriceForm({ product, action }: { product: ProductRecord; action: FormAction }) {
  const t = useTranslations("catalog");
  return (
    <Form
      merge
      action={action}
      submit={t("pricing.submit")}
      values={{ skuId: product.sku.id, version: product.version }}
    >
      <PriceFields product={product} />
    </Form>
  );
}

function PriceFields({ product }: { product: ProductRecord }) {
  const t = useTranslations("catalog");
  const { sku, unit } = product;
  const [supply, setSupply] = useState<number | null>(sku.supplyPriceFen);
  const [sale, setSale] = useState<number | null>(sku.salePriceFen);
  const [commissionBp, setCommissionBp] = useState<number | null>(sku.commissionBp);
  const margin =
    supply !== null && sale !== null && sale > 0
      ? marginOf({ supplyFen: fen(supply), saleFen: fen(sale), commissionBp: commissionBp ?? 0 })
      : null;
  const isBelow = supply !== null && sale !== null && sale > 0 && sale < supply;
  return (
    <>
      <FieldRow>
        <MoneyField
          name="supplyPriceFen"
          label={t("fields.supply")}
          defaultFen={sku.supplyPriceFen}
          onFen={setSupply}
          hint={t("hints.supply", { unit })}
        />
        <MoneyField name="salePriceFen" label={t("fields.sale")} defaultFen={sku.salePriceFen} onFen={setSale} />
      </FieldRow>
      <FieldRow>
        <PercentField
          name="commissionBp"
          label={t("fields.commission")}
          max={30}
          required={false}
          defaultBp={sku.commissionBp}
          onBp={setCommissionBp}
          hint={t("hints.commission")}
        />
        <MoneyField
          name="msrpFen"
          label={t("fields.msrp")}
          defaultFen={sku.msrpFen}
          required={false}
          hint={t("hints.msrp")}
        />
      </FieldRow>
      {isBelow && (
        <SelectField
          name="belowCost"
          label={t("pricing.belowCost")}
          hint={t("pricing.belowCostHint")}
          options={belowCostReasons.map((reason) => ({ value: reason, label: t(`pricing.reasons.${reason}`) }))}
        />
      )}
      {margin && supply !== null && sale !== null && (
        <StateNote kind={margin.marginFen < 0 ? "failed" : (margin.marginBp ?? 0) < 500 ? "attention" : "done"}>
          <b>
            {margin.marginFen < 0
              ? t("pricing.loss", { amount: yuan(-margin.marginFen) })
              : t("pricing.margin", {
                  amount: yuan(margin.marginFen),
                  rate: `${((margin.marginBp ?? 0) / 100).toFixed(1)}%`,
                })}
          </b>
          <span className="block text-xs">
            {t("pricing.split", {
              unit,
              sale: yuan(sale),
              supply: yuan(supply),
              commission: yuan(margin.commissionFen),
            })}
          </span>
        </StateNote>
      )}
    </>
  );
}
