"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { DialogButton } from "#components/ui/dialog";
import { NumberField } from "#components/ui/fields";
import { FieldRow, Form } from "#components/ui/form";
import type { FormAction } from "#lib/kernel/answer";

/** Prices everything under the list's conditions by a markup on the supply price. */
export function MarkupButton({ action, ids }: { action: FormAction; ids: string[] }) {
  const t = useTranslations("catalog");
  const [markup, setMarkup] = useState("40");
  const [commission, setCommission] = useState("10");
  const bp = (text: string) => (text.trim() === "" ? "" : String(Math.round(Number(text) * 100)));
  return (
    <DialogButton label={t("actions.markup")} title={t("actions.markupTitle")} dialogSize="small">
      <Form
        action={action}
        submit={`${t("actions.markup")} · ${ids.length}`}
        values={{ id: ids, markupBp: bp(markup), commissionBp: bp(commission) }}
        guard={false}
      >
        <p className="text-muted">{t("actions.markupText")}</p>
        <FieldRow>
          <NumberField
            name="markup.percent"
            label={t("actions.markupRate")}
            unit="%"
            step={0.1}
            min={0}
            max={200}
            value={markup}
            onChange={(event) => setMarkup(event.target.value)}
          />
          <NumberField
            name="commission.percent"
            label={t("fields.commission")}
            unit="%"
            step={0.1}
            min={0}
            max={30}
            required={false}
            value={commission}
            onChange={(event) => setCommission(event.target.value)}
            hint={t("hints.commission")}
          />
        </FieldRow>
      </Form>
    </DialogButton>
  );
}
