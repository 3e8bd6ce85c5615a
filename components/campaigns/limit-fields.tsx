"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { CheckboxField, NumberField, SelectField } from "#components/ui/fields";
import { FieldRow } from "#components/ui/form";
import type { Minimum, OfferLimits } from "#lib/campaigns/schema";

const kinds = ["perOrder", "perDay", "perCampaign", "lifetime", "household"] as const;

/** How many pieces whom, and what must come together: sends `limits` and `minimum` as JSON, null where nothing is asked. */
export function LimitFields({ limits, minimum }: { limits: OfferLimits | null; minimum: Minimum | null }) {
  const t = useTranslations("planning.limits");
  const [made, setMade] = useState<OfferLimits>(limits ?? {});
  const [least, setLeast] = useState<Minimum>(minimum ?? { count: 0, unit: "pieces", scope: "campaign" });
  const change = (patch: Partial<OfferLimits>) =>
    setMade(Object.fromEntries(Object.entries({ ...made, ...patch }).filter(([, v]) => v)) as OfferLimits);
  return (
    <>
      <input type="hidden" name="json:limits" value={JSON.stringify(Object.keys(made).length > 0 ? made : null)} />
      <input type="hidden" name="json:minimum" value={JSON.stringify(least.count > 0 ? least : null)} />
      <FieldRow>
        {kinds.map((kind) => (
          <NumberField
            key={kind}
            name={kind}
            label={t(kind)}
            required={false}
            min={1}
            max={9999}
            defaultValue={made[kind] ?? ""}
            onChange={(event) => change({ [kind]: Number(event.target.value) })}
          />
        ))}
      </FieldRow>
      <CheckboxField
        name="newCustomersOnly"
        label={t("newCustomersOnly")}
        defaultChecked={made.newCustomersOnly}
        onChange={(event) => {
          const { newCustomersOnly: _, ...rest } = made;
          setMade(event.target.checked ? { ...rest, newCustomersOnly: true } : rest);
        }}
      />
      <FieldRow columns={3}>
        <NumberField
          name="minCount"
          label={t("minimum")}
          hint={t("minimumHint")}
          required={false}
          min={1}
          defaultValue={minimum?.count ?? ""}
          onChange={(event) => setLeast({ ...least, count: Number(event.target.value) })}
        />
        <SelectField
          name="minUnit"
          label={t("unit")}
          defaultValue={least.unit}
          options={(["pieces", "buyers"] as const).map((value) => ({ value, label: t(value) }))}
          onChange={(event) => setLeast({ ...least, unit: event.target.value as Minimum["unit"] })}
        />
        <SelectField
          name="minScope"
          label={t("scope")}
          defaultValue={least.scope}
          options={(["campaign", "point"] as const).map((value) => ({ value, label: t(value) }))}
          onChange={(event) => setLeast({ ...least, scope: event.target.value as Minimum["scope"] })}
        />
      </FieldRow>
    </>
  );
}
