"use client";
import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";
import { MoneyField, NumberField, PercentField, SelectField, TextareaField, TextField } from "#components/ui/fields";
import { FileField } from "#components/ui/file-field";
import { FieldRow, Form, SubmitButton } from "#components/ui/form";
import { storages, units } from "#lib/catalog/rules";
import type { CategoryView, ProductRecord } from "#lib/catalog/schema";
import type { FormAction } from "#lib/kernel/answer";

type Facts = {
  categories: Pick<CategoryView, "id" | "name" | "nameEn" | "parentId" | "isFresh">[];
  suppliers?: { id: string; name: string }[];
  product?: ProductRecord;
};

/** A product typed by hand: new, or a change of one. Suppliers have no supplier to choose. */
export function ProductForm({ action, ...facts }: Facts & { action: FormAction }) {
  const t = useTranslations("catalog");
  const { product } = facts;
  return (
    <Form
      merge={product !== undefined}
      action={action}
      submit={null}
      values={product ? { productId: product.id, version: product.version } : {}}
    >
      <ProductFields {...facts} />
      <div className="flex flex-wrap gap-2">
        {product && product.state !== "draft" && product.state !== "returned" ? (
          <SubmitButton>{t("save")}</SubmitButton>
        ) : (
          <>
            <SubmitButton name="submit" value="yes">
              {product ? t("saveSubmit") : t("create")}
            </SubmitButton>
            <SubmitButton tone="plain">{product ? t("save") : t("createDraft")}</SubmitButton>
          </>
        )}
      </div>
    </Form>
  );
}

function ProductFields({ categories, suppliers, product }: Facts) {
  const t = useTranslations("catalog");
  const locale = useLocale();
  const [unit, setUnit] = useState(product?.unit ?? "份");
  const leaves = categories.filter((c) => c.parentId || !categories.some((o) => o.parentId === c.id));
  const isApproved = product?.state === "approved";
  const unitOptions = [...new Set([...(product ? [product.unit] : []), ...units])];
  return (
    <>
      {suppliers && !product && (
        <SelectField
          name="supplierId"
          label={t("fields.supplier")}
          options={suppliers.map((s) => ({ value: s.id, label: s.name }))}
        />
      )}
      <FieldRow>
        <TextField name="name" label={t("fields.name")} defaultValue={product?.name} maxLength={60} />
        <SelectField
          name="categoryId"
          label={t("fields.category")}
          hint={t("hints.category")}
          defaultValue={product?.categoryId}
          options={leaves.map((c) => ({ value: c.id, label: locale === "en" ? c.nameEn : c.name }))}
        />
      </FieldRow>
      <FieldRow columns={3}>
        <TextField
          name="spec"
          label={t("fields.spec")}
          hint={t("hints.spec")}
          defaultValue={product?.spec}
          maxLength={60}
        />
        <SelectField
          name="unit"
          label={t("fields.unit")}
          defaultValue={unit}
          onChange={(event) => setUnit(event.target.value)}
          options={unitOptions.map((u) => ({ value: u, label: u }))}
        />
        <TextField
          name="origin"
          label={t("fields.origin")}
          defaultValue={product?.origin}
          required={false}
          maxLength={60}
        />
      </FieldRow>
      <FieldRow columns={3}>
        <MoneyField
          name="supplyPriceFen"
          label={t("fields.supply")}
          hint={t("hints.supply", { unit })}
          defaultFen={product?.sku.supplyPriceFen}
          disabled={isApproved}
        />
        <NumberField
          name="dailyQuota"
          label={t("fields.quota")}
          hint={t("hints.quota")}
          unit={unit}
          min={0}
          required={false}
          defaultValue={product?.sku.dailyQuota ?? undefined}
        />
        <NumberField
          name="casePack"
          label={t("fields.casePack")}
          hint={t("hints.casePack", { unit })}
          unit={unit}
          min={1}
          defaultValue={product?.sku.casePack ?? 1}
        />
      </FieldRow>
      {isApproved && <input type="hidden" name="supplyPriceFen" value={product?.sku.supplyPriceFen} />}
      <FieldRow columns={3}>
        <SelectField
          name="storage"
          label={t("fields.storage")}
          defaultValue={product?.storage ?? "ambient"}
          options={storages.map((s) => ({ value: s, label: t(`storages.${s}`) }))}
        />
        <NumberField
          name="shelfLifeDays"
          label={t("fields.shelfLife")}
          unit={t("units.days")}
          min={1}
          required={false}
          defaultValue={product?.shelfLifeDays ?? undefined}
        />
        <NumberField
          name="leadDays"
          label={t("fields.leadDays")}
          hint={t("hints.leadDays")}
          unit={t("units.days")}
          min={0}
          max={30}
          defaultValue={product?.sku.leadDays ?? 0}
        />
      </FieldRow>
      <FieldRow>
        <NumberField
          name="nominalGrams"
          label={t("fields.grams")}
          unit={t("units.grams")}
          min={1}
          required={false}
          defaultValue={product?.sku.nominalGrams ?? undefined}
        />
        <PercentField
          name="toleranceBp"
          label={t("fields.tolerance")}
          hint={t("hints.tolerance")}
          unit="±%"
          step={0.1}
          max={20}
          required={false}
          defaultBp={product?.sku.toleranceBp || null}
        />
      </FieldRow>
      <TextareaField
        name="description"
        label={t("fields.description")}
        required={false}
        defaultValue={product?.description}
        maxLength={1000}
      />
      <FileField name="picture" label={t("fields.picture")} accept="image/*" kinds="JPG、PNG、WebP" required={false} />
    </>
  );
}
