"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { NumberField, PercentField, RadioCards } from "#components/ui/fields";
import { FieldRow } from "#components/ui/form";
import type { ContractView } from "#lib/suppliers/schema";

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
