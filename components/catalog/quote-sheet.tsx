"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button";
import { MoneyField, NumberField } from "#components/ui/fields";
import { Form, SubmitButton } from "#components/ui/form";
import { type PictureKind, ProductPicture } from "#components/ui/product-picture";
import { StateBadge } from "#components/ui/state-badge";
import type { ProductRow } from "#lib/catalog/schema";
import type { FormAction } from "#lib/kernel/answer";
import { yuan } from "#lib/kernel/money";
import { type Day, dayText } from "#lib/kernel/time";

export type QuoteLine = ProductRow & { todayFen: number | null; beforeFen: number | null; beforeDay: Day | null };

/** Today's quotes of a supplier: one line a product, the form opens in place; made for a thumb. */
export function QuoteSheet({ rows, today, action }: { rows: QuoteLine[]; today: Day; action: FormAction }) {
  const [open, setOpen] = useState<string | null>(null);
  return (
    <ul className="divide-y divide-separator">
      {rows.map((row) => (
        <Line
          key={row.id}
          row={row}
          today={today}
          action={action}
          isOpen={open === row.id}
          toggle={() => setOpen(open === row.id ? null : row.id)}
        />
      ))}
    </ul>
  );
}

function Line({
  row,
  today,
  action,
  isOpen,
  toggle,
}: {
  row: QuoteLine;
  today: Day;
  action: FormAction;
  isOpen: boolean;
  toggle: () => void;
}) {
  const t = useTranslations("catalog");
  const ts = useTranslations("catalog.supplier");
  const { sku } = row;
  return (
    <li className="px-4 py-2.5">
      <div className="flex items-center gap-3">
        <ProductPicture kind={row.picture as PictureKind} size={36} />
        <span className="min-w-0 flex-1">
          <b className="block truncate">
            {row.name} <span className="font-normal text-muted">{row.spec}</span>
          </b>
          <span className="block text-xs text-muted">
            {row.beforeFen === null || row.beforeDay === null
              ? ts("never")
              : ts("before", { amount: yuan(row.beforeFen), day: dayText(row.beforeDay, today) })}
            {sku.proposedSupplyFen !== null && (
              <span className="text-warning-soft-foreground">
                {" "}
                · {ts("waiting", { amount: yuan(sku.proposedSupplyFen) })}
              </span>
            )}
          </span>
        </span>
        <span className="text-right">
          {row.todayFen === null ? (
            <StateBadge kind="waiting">{ts("notToday")}</StateBadge>
          ) : (
            <>
              <b className="block">{yuan(row.todayFen)}</b>
              <span className="block text-xs text-muted">/ {row.unit}</span>
            </>
          )}
        </span>
        <Button size="small" aria-expanded={isOpen} onClick={toggle}>
          {ts("save")}
        </Button>
      </div>
      {isOpen && (
        <Form
          action={action}
          values={{ skuId: sku.id }}
          submit={null}
          guard={false}
          onSuccess={toggle}
          className="mt-2.5 flex flex-wrap items-end gap-2.5"
        >
          <MoneyField
            name="supplyPriceFen"
            label={`${ts("todayPrice")} / ${row.unit}`}
            defaultFen={row.todayFen ?? row.beforeFen ?? sku.supplyPriceFen}
            className="w-36"
          />
          <NumberField
            name="dailyQuota"
            label={t("fields.quota")}
            unit={row.unit}
            min={0}
            required={false}
            defaultValue={sku.dailyQuota ?? undefined}
            className="w-36"
          />
          <SubmitButton>{ts("save")}</SubmitButton>
        </Form>
      )}
    </li>
  );
}
