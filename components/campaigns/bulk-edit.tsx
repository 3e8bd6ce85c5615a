"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { DialogButton } from "#components/ui/dialog";
import { NumberField, PercentField, SelectField, TextField } from "#components/ui/fields";
import { FieldRow, Form } from "#components/ui/form";
import { Money } from "#components/ui/money";
import { bulkEdited, marginBp } from "#lib/campaigns/rules";
import { type BulkEdit, type ItemView, priceEndings } from "#lib/campaigns/schema";
import type { FormAction } from "#lib/kernel/answer";

const whole = (text: string): number | undefined => (/^\d{1,7}$/.test(text.trim()) ? Number(text) : undefined);
/** "-0.50" as fen, "-5" as basis points: both hold two places. */
const hundredths = (text: string): number | null =>
  /^-?\d{1,6}(\.\d{1,2})?$/.test(text.trim()) ? Math.round(Number(text) * 100) : null;

/** Changes many items at once, with what becomes of each before it is sent. */
export function BulkEditButton({
  sessionId,
  items,
  isDraft,
  rule,
  action,
  onDone,
}: {
  sessionId: string;
  items: readonly ItemView[];
  /** A published item's price and quota change only. */
  isDraft: boolean;
  /** The commission of goods without their own, and the margin under which a second person is asked, basis points. */
  rule: { defaultBp: number; floorBp: number };
  action: FormAction;
  onDone: () => void;
}) {
  const t = useTranslations("planning.bulk");
  const tc = useTranslations("campaigns");
  const [unit, setUnit] = useState<"" | "fen" | "bp">("");
  const [value, setValue] = useState("");
  const [ending, setEnding] = useState<(typeof priceEndings)[number]>("none");
  const [quota, setQuota] = useState("");
  const [limit, setLimit] = useState("");
  const [commissionBp, setCommissionBp] = useState<number | null>(null);
  const step = hundredths(value || "0");
  const edit: BulkEdit = {
    ...(unit && step !== null ? { price: { unit, value: step, ending } } : {}),
    ...(whole(quota) === undefined ? {} : { quota: whole(quota) }),
    ...(isDraft && whole(limit) ? { perPersonLimit: whole(limit) } : {}),
    ...(isDraft && commissionBp !== null ? { commissionBp } : {}),
  };
  const rows = items.map((item) => {
    const after = bulkEdited(item, edit);
    return { item, after, margin: marginBp({ ...item, ...after }, rule.defaultBp) };
  });
  const hasRise = rows.some((r) => r.after.priceFen > r.item.priceFen);
  return (
    <DialogButton label={t("button")} title={t("title", { count: items.length })} dialogSize="wide" size="small">
      <Form action={action} submit={t("submit", { count: items.length })} guard={false} onSuccess={onDone}>
        <input
          type="hidden"
          name="json:items"
          value={JSON.stringify(items.map((i) => ({ offerId: i.id, seenFen: i.priceFen, seenQuota: i.quota })))}
        />
        <input type="hidden" name="sessionId" value={sessionId} />
        {Object.entries(edit).map(([key, made]) => (
          <input key={key} type="hidden" name={`json:${key}`} value={JSON.stringify(made)} />
        ))}
        <FieldRow columns={3}>
          <SelectField
            name="unit"
            label={t("price")}
            required={false}
            empty={t("keep")}
            options={[
              { value: "fen", label: t("byFen") },
              { value: "bp", label: t("byPercent") },
            ]}
            value={unit}
            onChange={(event) => setUnit(event.target.value as typeof unit)}
          />
          <TextField
            name="value"
            label={t(unit === "bp" ? "percent" : "amount")}
            hint={t(unit === "bp" ? "percentHint" : "amountHint")}
            required={false}
            inputMode="decimal"
            disabled={!unit}
            value={value}
            onChange={(event) => setValue(event.target.value)}
          />
          <SelectField
            name="ending"
            label={t("ending")}
            disabled={!unit}
            options={priceEndings.map((one) => ({ value: one, label: t(`endings.${one}`) }))}
            defaultValue="none"
            onChange={(event) => setEnding(event.target.value as typeof ending)}
          />
        </FieldRow>
        <FieldRow columns={3}>
          <NumberField
            name="quotaAll"
            label={t("quota")}
            hint={t("blank")}
            required={false}
            min={0}
            value={quota}
            onChange={(event) => setQuota(event.target.value)}
          />
          {isDraft && (
            <>
              <NumberField
                name="limitAll"
                label={t("limit")}
                hint={t("blank")}
                required={false}
                min={1}
                value={limit}
                onChange={(event) => setLimit(event.target.value)}
              />
              <PercentField
                name="commissionAll"
                label={t("commission")}
                hint={t("blank")}
                required={false}
                onBp={setCommissionBp}
              />
            </>
          )}
        </FieldRow>
        {!isDraft && hasRise && <TextField name="reason" label={t("reason")} hint={t("reasonHint")} maxLength={200} />}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
        <section className="max-h-72 overflow-auto" aria-label={t("preview")} tabIndex={0}>
          <table className="list-table">
            <thead>
              <tr>
                <th scope="col">{tc("items")}</th>
                <th scope="col" data-align="right">
                  {t("before")}
                </th>
                <th scope="col" data-align="right">
                  {t("after")}
                </th>
                <th scope="col" data-align="right">
                  {tc("margin")}
                </th>
                <th scope="col" data-align="right">
                  {tc("quota")}
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ item, after, margin }) => (
                <tr key={item.id}>
                  <td>
                    {item.name} <span className="text-muted">{item.spec}</span>
                  </td>
                  <td data-align="right">
                    <Money fen={item.priceFen} muted />
                  </td>
                  <td data-align="right">
                    <Money fen={after.priceFen} size={after.priceFen === item.priceFen ? undefined : "strong"} />
                  </td>
                  <td
                    data-align="right"
                    className={
                      margin < 0
                        ? "text-danger-soft-foreground"
                        : margin < rule.floorBp
                          ? "text-warning-soft-foreground"
                          : ""
                    }
                  >
                    {(margin / 100).toFixed(1)}%
                  </td>
                  <td data-align="right">
                    {after.quota === item.quota ? (
                      item.quota.toLocaleString("en-US")
                    ) : (
                      <>
                        <span className="text-muted">{item.quota.toLocaleString("en-US")} →</span>{" "}
                        <b>{after.quota.toLocaleString("en-US")}</b>
                      </>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </Form>
    </DialogButton>
  );
}
