"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { MoneyField, NumberField, SelectField } from "#components/ui/fields";
import { FieldRow, Form } from "#components/ui/form";
import { StateNote } from "#components/ui/state-badge";
import { belowCostReasons, marginOf } from "#lib/catalog/rules";
import type { ProductRow } from "#lib/catalog/schema";
import type { FormAction } from "#lib/kernel/answer";
import { fen, yuan } from "#lib/kernel/money";

/** Prices a SKU with the margin in sight while typing; below cost it asks for a lawful reason. */
export function PriceForm({ product, action }: { product: ProductRow; action: FormAction }) {
  const t = useTranslations("catalog");
  const { sku, unit } = product;
  const [supply, setSupply] = useState<number | null>(sku.supplyPriceFen);
  const [sale, setSale] = useState<number | null>(sku.salePriceFen);
  const [percent, setPercent] = useState(sku.commissionBp === null ? "" : String(sku.commissionBp / 100));
  const commissionBp =
    percent.trim() === "" || !Number.isFinite(Number(percent)) ? null : Math.round(Number(percent) * 100);
  const margin =
    supply !== null && sale !== null && sale > 0
      ? marginOf({ supplyFen: fen(supply), saleFen: fen(sale), commissionBp: commissionBp ?? 0 })
      : null;
  const isBelow = supply !== null && sale !== null && sale > 0 && sale < supply;
  return (
    <Form action={action} submit={t("pricing.submit")} values={{ skuId: sku.id }}>
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
        <NumberField
          name="commission.percent"
          label={t("fields.commission")}
          unit="%"
          step={0.01}
          min={0}
          max={30}
          required={false}
          value={percent}
          onChange={(event) => setPercent(event.target.value)}
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
      <input type="hidden" name="commissionBp" value={commissionBp ?? ""} />
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
    </Form>
  );
}
