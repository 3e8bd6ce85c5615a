"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { NumberField, RadioCards } from "#components/ui/fields";
import { FieldRow } from "#components/ui/form";
import type { ContractView } from "#lib/suppliers/schema";

/** A percentage on screen, basis points in the form. */
export function PercentField({
  name,
  label,
  hint,
  defaultBp,
  required,
  max = 50,
}: {
  name: string;
  label: string;
  hint?: string;
  defaultBp?: number | null;
  required?: boolean;
  max?: number;
}) {
  const [text, setText] = useState(defaultBp === null || defaultBp === undefined ? "" : String(defaultBp / 100));
  return (
    <>
      <NumberField
        name={`${name}.percent`}
        label={label}
        hint={hint}
        unit="%"
        step={0.01}
        min={0}
        max={max}
        required={required}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <input type="hidden" name={name} value={text.trim() === "" ? "" : Math.round(Number(text) * 100)} />
    </>
  );
}

/** The terms of a contract, for approval and renewal. */
export function ContractFields({ current }: { current?: ContractView | null }) {
  const t = useTranslations("suppliers.contract");
  const [model, setModel] = useState<string>(current?.model ?? "supplyPrice");
  return (
    <div className="flex flex-col gap-3">
      <RadioCards
        name="model"
        label={t("model")}
        defaultValue={model}
        onChoose={setModel}
        options={(["supplyPrice", "takeRate"] as const).map((value) => ({
          value,
          label: t(`models.${value}`),
          note: t(`modelNotes.${value}`),
        }))}
      />
      {model === "takeRate" && (
        <PercentField name="takeRateBp" label={t("takeRate")} defaultBp={current?.takeRateBp ?? 1500} />
      )}
      <FieldRow>
        <NumberField
          name="cycleDays"
          label={t("cycle")}
          unit={t("days")}
          min={1}
          max={60}
          defaultValue={current?.cycleDays ?? 7}
        />
        <PercentField
          name="shortagePenaltyBp"
          label={t("penalty")}
          hint={t("penaltyHint")}
          defaultBp={current?.shortagePenaltyBp ?? 500}
        />
      </FieldRow>
    </div>
  );
}
