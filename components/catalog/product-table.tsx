"use client";
import { useLocale, useTranslations } from "next-intl";
import { useMemo } from "react";
import {
  type Column,
  momentColumn,
  moneyColumn,
  nodeColumn,
  numberColumn,
  rateColumn,
  stateColumn,
  textColumn,
} from "#components/ui/columns";
import { type PictureKind, ProductPicture } from "#components/ui/product-picture";
import { DataTable, type ListProps } from "#components/ui/table";
import type { Storage } from "#lib/catalog/rules";
import type { ProductRow } from "#lib/catalog/schema";
import { standingKind, standingOf, standingWord } from "./product-state";

/** The operator's products; `base` is where a row leads ("/products" or the supplier's portal). */
export function ProductTable({ base, isOwn, ...props }: ListProps<ProductRow> & { base: string; isOwn?: boolean }) {
  const t = useTranslations("catalog");
  const locale = useLocale();
  const columns = useMemo<Column<ProductRow>[]>(
    () => [
      {
        ...nodeColumn<ProductRow>({
          id: "name",
          head: t("fields.name"),
          phone: "title",
          node: (p) => (
            <a href={`${base}/${p.id}`} className="inline-flex items-center gap-2 font-semibold hover:underline">
              <ProductPicture kind={p.picture as PictureKind} size={24} />
              {p.name}
              <span className="font-normal text-muted">{p.spec}</span>
            </a>
          ),
          grow: true,
        }),
        fixed: true,
      },
      textColumn({
        id: "category",
        head: t("fields.category"),
        text: (p) => (locale === "en" ? p.categoryNameEn : p.categoryName),
        phone: isOwn ? "second" : "hidden",
      }),
      ...(isOwn
        ? []
        : [
            textColumn<ProductRow>({
              id: "supplier",
              head: t("fields.supplier"),
              text: (p) => p.supplierName,
              phone: "second",
              width: 180,
            }),
          ]),
      stateColumn({
        id: "state",
        head: t("fields.state"),
        kind: (p) => standingKind[standingOf(p)],
        word: (p) => standingWord(t, standingOf(p)),
      }),
      textColumn({ id: "unit", head: t("fields.unit"), text: (p) => p.unit, phone: "hidden" }),
      moneyColumn({
        id: "supply",
        head: t("fields.supply"),
        fen: (p) => p.sku.supplyPriceFen,
        phone: isOwn ? "figure" : "meta",
      }),
      ...(isOwn
        ? []
        : [
            moneyColumn<ProductRow>({
              id: "sale",
              head: t("fields.sale"),
              fen: (p) => p.sku.salePriceFen,
              phone: "figure",
            }),
            rateColumn<ProductRow>({ id: "margin", head: t("fields.marginRate"), bp: (p) => p.marginBp }),
            rateColumn<ProductRow>({ id: "commission", head: t("fields.commission"), bp: (p) => p.sku.commissionBp }),
          ]),
      numberColumn({ id: "quota", head: t("fields.quota"), value: (p) => p.sku.dailyQuota }),
      textColumn({ id: "code", head: t("fields.code"), text: (p) => p.sku.code, spare: true }),
      numberColumn({ id: "casePack", head: t("fields.casePack"), value: (p) => p.sku.casePack, spare: true }),
      numberColumn({ id: "leadDays", head: t("fields.leadDays"), value: (p) => p.sku.leadDays, spare: true }),
      momentColumn({ id: "changedAt", head: t("fields.changedAt"), at: (p) => p.changedAt, sort: "desc", spare: true }),
    ],
    [t, locale, base, isOwn],
  );
  return (
    <DataTable
      {...props}
      label={t("title")}
      columns={columns}
      fieldLabels={{
        state: { word: (value) => t(`states.${value as ProductRow["state"]}`) },
        storage: { label: t("fields.storage"), word: (value) => t(`storages.${value as Storage}`) },
        listed: t("shelf.listed"),
        spec: t("fields.spec"),
        origin: t("fields.origin"),
        createdAt: t("fields.createdAt"),
      }}
      canPeek={!isOwn}
      rowHref={(p) => `${base}/${p.id}`}
      rowName={(p) => `${p.name} ${p.spec}`}
    />
  );
}
