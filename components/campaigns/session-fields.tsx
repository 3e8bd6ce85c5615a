"use client";
import { useTranslations } from "next-intl";
import { CheckboxGroup, DateField, DatetimeField, NumberField, TextField } from "#components/ui/fields";
import { FieldRow } from "#components/ui/form";
import type { Day } from "#lib/kernel/time";

export type SessionFacts = {
  name: string;
  businessDay: Day;
  opensAt: Date;
  cutoffAt: Date;
  lateNoticeMinutes: number;
  cityIds: readonly string[];
};

/** The fields of a session: for a new one and for changing a draft. */
export function SessionFields({
  facts,
  cities,
}: {
  facts: SessionFacts;
  cities: readonly { id: string; name: string }[];
}) {
  const t = useTranslations("campaigns");
  return (
    <>
      <FieldRow>
        <TextField
          name="name"
          label={t("name")}
          defaultValue={facts.name}
          placeholder={t("namePlaceholder")}
          maxLength={60}
        />
        <DateField name="businessDay" label={t("businessDay")} defaultValue={facts.businessDay} />
      </FieldRow>
      <FieldRow columns={3}>
        <DatetimeField name="opensAt" label={t("opensAt")} defaultAt={facts.opensAt} />
        <DatetimeField name="cutoffAt" label={t("cutoffAt")} defaultAt={facts.cutoffAt} />
        <NumberField
          name="lateNoticeMinutes"
          label={t("lateNotice")}
          hint={t("lateNoticeHint")}
          unit={t("minutes")}
          defaultValue={facts.lateNoticeMinutes}
          min={0}
          max={120}
        />
      </FieldRow>
      <CheckboxGroup
        name="cityIds"
        label={t("cities")}
        columns={3}
        options={cities.map((c) => ({ value: c.id, label: c.name }))}
        defaultValues={facts.cityIds}
      />
    </>
  );
}
