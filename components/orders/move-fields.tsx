"use client";
import { useTranslations } from "next-intl";
import { SelectField, TextField } from "#components/ui/fields";
import { useLive } from "#components/ui/live-query";

type Points = { points: { id: string; name: string; district: string }[] };

/** Where orders are moved to, and why. The points are read when the dialog opens. */
export function MoveFields() {
  const t = useTranslations("orders");
  const { data } = useLive<Points>("openPoints", {});
  return (
    <>
      <SelectField
        name="pickupPointId"
        label={t("moveTo")}
        hint={t("moveHint")}
        options={(data?.points ?? []).map((p) => ({ value: p.id, label: `${p.district} · ${p.name}` }))}
      />
      <TextField name="reason" label={t("moveReason")} maxLength={200} />
    </>
  );
}
