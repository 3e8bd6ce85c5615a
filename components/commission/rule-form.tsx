"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { DatetimeField, SelectField, TextareaField, TextField } from "#components/ui/fields";
import { FieldRow, Form } from "#components/ui/form";
import type { FormAction } from "#lib/kernel/answer";

type Named = { id: string; name: string };
export type RuleChoices = {
  levels: readonly number[];
  categories: readonly Named[];
  products: readonly Named[];
  campaigns: readonly Named[];
};
type Scope = "default" | "level" | "category" | "product" | "campaign";
const scopes: readonly Scope[] = ["level", "category", "product", "campaign"];

/** Proposes a rule, or with `rule` the next version of one: scope and object are then fixed. */
export function RuleForm({
  action,
  choices,
  rule,
  from,
}: {
  action: FormAction;
  choices: RuleChoices;
  rule?: { id: string; version: number; scope: Scope; scopeRef: string | null; rateBp: number };
  /** When it begins unless told otherwise, ISO. */
  from: string;
}) {
  const t = useTranslations("commission");
  const [scope, setScope] = useState<Scope | "">(rule?.scope ?? "");
  const objects: Record<Scope, readonly Named[]> = {
    default: [],
    level: choices.levels.map((n) => ({ id: String(n), name: t("levelOf", { level: n }) })),
    category: choices.categories,
    product: choices.products,
    campaign: choices.campaigns,
  };
  return (
    <Form
      merge={rule !== undefined}
      action={action}
      values={
        rule
          ? {
              id: rule.id,
              version: rule.version,
              scope: rule.scope,
              ...(rule.scopeRef ? { scopeRef: rule.scopeRef } : {}),
            }
          : undefined
      }
      submit={t("propose")}
    >
      {!rule && (
        <FieldRow>
          <SelectField
            name="scope"
            label={t("scope")}
            value={scope}
            onChange={(event) => setScope(event.target.value as Scope)}
            options={scopes.map((one) => ({ value: one, label: t(`scopes.${one}`) }))}
            empty={t("chooseScope")}
          />
          {scope !== "" && scope !== "default" && (
            <SelectField
              key={scope}
              name="scopeRef"
              label={t(`scopes.${scope}`)}
              options={objects[scope].map((one) => ({ value: one.id, label: one.name }))}
            />
          )}
        </FieldRow>
      )}
      <FieldRow columns={rule?.scope === "default" ? 2 : 3}>
        <TextField
          name="rate"
          label={t("rate")}
          hint={t("rateHint")}
          suffix="%"
          inputMode="decimal"
          defaultValue={rule ? String(rule.rateBp / 100) : ""}
        />
        <DatetimeField name="effectiveFrom" label={t("from")} defaultAt={from} />
        {rule?.scope !== "default" && (
          <DatetimeField name="effectiveTo" label={t("to")} hint={t("toHint")} required={false} />
        )}
      </FieldRow>
      <TextareaField name="reason" label={t("reason")} rows={2} />
    </Form>
  );
}
