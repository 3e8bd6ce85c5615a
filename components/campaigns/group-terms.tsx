"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { NumberField, RadioCards, SelectField } from "#components/ui/fields";
import { FieldRow } from "#components/ui/form";
import type { Minimum, SlotView } from "#lib/campaigns/schema";

type Kind = SlotView["kind"];
const kinds = ["flash", "group"] as const;
const scopes = ["city", "leader"] as const;

/** What a slot is: a flash sale, or a group campaign with its terms. */
export function SlotKindFields({ kind, onKind }: { kind: Kind; onKind: (kind: Kind) => void }) {
  const t = useTranslations("groups");
  const c = useTranslations("campaigns");
  const [terms, setTerms] = useState({ size: "3", minutes: "720", scope: "city" });
  const set = (change: Partial<typeof terms>) => setTerms({ ...terms, ...change });
  return (
    <>
      <RadioCards
        name="kind"
        label={c("slotKind")}
        options={kinds.map((value) => ({ value, label: c(`slotKinds.${value}`), note: t(`kindNotes.${value}`) }))}
        defaultValue={kind}
        onChoose={(value) => onKind(value === "group" ? "group" : "flash")}
      />
      {kind === "group" && (
        <FieldRow columns={3}>
          <input type="hidden" name="json:group" value={JSON.stringify(terms)} />
          <NumberField
            name="group.size"
            label={t("size")}
            hint={t("sizeHint")}
            min={2}
            max={100}
            value={terms.size}
            onChange={(event) => set({ size: event.target.value })}
          />
          <NumberField
            name="group.minutes"
            label={t("minutes")}
            hint={t("minutesHint")}
            min={1}
            max={4320}
            value={terms.minutes}
            onChange={(event) => set({ minutes: event.target.value })}
          />
          <SelectField
            name="group.scope"
            label={t("scope")}
            value={terms.scope}
            onChange={(event) => set({ scope: event.target.value })}
            options={scopes.map((value) => ({ value, label: t(`scopes.${value}`) }))}
          />
        </FieldRow>
      )}
    </>
  );
}

const terms = (["pieces", "buyers"] as const).flatMap((unit) =>
  (["campaign", "point"] as const).map((scope) => ({ unit, scope })),
);
type MinimumChoice = { count: string; unit: Minimum["unit"]; scope: Minimum["scope"] };

/** How many must come for an item to stand: a number (none when blank), of what, and where. */
export function MinimumCell({
  label,
  value,
  onChange,
}: {
  label: string;
  value: MinimumChoice;
  onChange: (value: MinimumChoice) => void;
}) {
  const t = useTranslations("groups.minimum");
  const words = (term: (typeof terms)[number]) =>
    t("each", { unit: t(`units.${term.unit}`), scope: t(`scopes.${term.scope}`) });
  return (
    <span className="inline-flex items-center gap-1">
      <input
        className="control h-7! min-h-0! w-14! text-right"
        inputMode="numeric"
        placeholder={t("none")}
        aria-label={`${label} ${t("label")}`}
        value={value.count}
        onChange={(event) => onChange({ ...value, count: event.target.value })}
      />
      <select
        className="control h-7! min-h-0! w-28! py-0!"
        aria-label={`${label} ${t("unit")}`}
        disabled={value.count.trim() === ""}
        value={`${value.unit} ${value.scope}`}
        onChange={(event) => {
          const term = terms.find((one) => `${one.unit} ${one.scope}` === event.target.value);
          if (term) onChange({ ...value, ...term });
        }}
      >
        {terms.map((term) => (
          <option key={`${term.unit} ${term.scope}`} value={`${term.unit} ${term.scope}`}>
            {words(term)}
          </option>
        ))}
      </select>
    </span>
  );
}

export const noMinimum: MinimumChoice = { count: "", unit: "pieces", scope: "campaign" };
