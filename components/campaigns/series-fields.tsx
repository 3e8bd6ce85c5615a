"use client";
import { useTranslations } from "next-intl";
import { CheckboxGroup, DateField, NumberField } from "#components/ui/fields";
import { FieldRow } from "#components/ui/form";
import { slotHours } from "#lib/campaigns/schema";
import { addDays, type Day } from "#lib/kernel/time";

/** On which days, at which hours and how long; the items come from the slot that is repeated. */
export function SeriesFields({ fromDay, minutes }: { fromDay: Day; minutes: number }) {
  const t = useTranslations("planning.series");
  return (
    <>
      <p className="text-muted">
        {t("lead")} {t("pick")}
      </p>
      <FieldRow columns={3}>
        <DateField name="fromDay" label={t("from")} defaultValue={fromDay} />
        <DateField name="toDay" label={t("to")} defaultValue={addDays(fromDay, 6)} />
        <NumberField name="minutes" label={t("minutes")} defaultValue={minutes} min={10} max={720} />
      </FieldRow>
      <CheckboxGroup
        name="hours"
        label={t("hours")}
        columns={3}
        options={slotHours.map((h) => ({ value: String(h), label: `${String(h).padStart(2, "0")}:00` }))}
        defaultValues={["10", "20"]}
      />
    </>
  );
}
