"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button";
import { FileField } from "#components/ui/file-field";
import { Form, SubmitButton } from "#components/ui/form";
import { ProductPicture } from "#components/ui/product-picture";
import { QuantityStepper } from "#components/ui/quantity-stepper";
import type { DeliveryLineView } from "#lib/fulfilment/schema";
import type { FormAction } from "#lib/kernel/answer";

type Difference = { short: number; damaged: number };

/** Signs a delivery line by line: everything is right unless she says otherwise; what is short or broken asks for a photo. */
export function SignForm({
  id,
  lines,
  action,
}: {
  id: string;
  lines: readonly DeliveryLineView[];
  action: FormAction;
}) {
  const t = useTranslations("fulfilment.signPage");
  const f = useTranslations("fulfilment");
  const [open, setOpen] = useState<Record<string, Difference>>({});
  const expected = lines.reduce((n, l) => n + l.expected, 0);
  const differ = Object.values(open).reduce((n, d) => n + d.short + d.damaged, 0);
  const change = (line: string, part: Partial<Difference> | null) =>
    setOpen((before) => {
      if (part === null) return Object.fromEntries(Object.entries(before).filter(([key]) => key !== line));
      return { ...before, [line]: { short: 0, damaged: 0, ...before[line], ...part } };
    });
  const said = Object.entries(open)
    .filter(([, d]) => d.short + d.damaged > 0)
    .map(([lineId, d]) => ({ lineId, ...d }));
  return (
    <Form
      action={action}
      values={{ id, "json:lines": JSON.stringify(said) }}
      submit={null}
      className="flex flex-col gap-3"
    >
      <p className="text-sm text-muted">{t("intro")}</p>
      <ul className="card">
        {lines.map((l) => {
          const d = open[l.id];
          return (
            <li key={l.id} className="border-b border-separator px-4 py-3 last:border-0">
              <div className="flex items-center gap-3">
                <ProductPicture kind={l.picture} size={44} />
                <div className="min-w-0 flex-1">
                  <p className="text-[17px] leading-6">
                    {l.name} <span className="text-muted">{l.spec}</span>
                  </p>
                  <p className="text-sm text-muted">{t("expected", { n: l.expected })}</p>
                </div>
                <b className="text-lg">× {l.expected - (d ? d.short + d.damaged : 0)}</b>
                <Button tone="quiet" aria-expanded={d !== undefined} onClick={() => change(l.id, d ? null : {})}>
                  {d ? t("fine") : t("problem")}
                </Button>
              </div>
              {d && (
                <div className="mt-3 flex flex-col gap-3 rounded-card bg-warning-soft p-3 text-warning-soft-foreground">
                  <div className="flex items-center justify-between gap-3">
                    <span>{f("short")}</span>
                    <QuantityStepper
                      name={`short-${l.id}`}
                      label={`${l.name} ${f("short")}`}
                      max={l.expected - d.damaged}
                      onChange={(short) => change(l.id, { short })}
                    />
                  </div>
                  <div className="flex items-center justify-between gap-3">
                    <span>{f("damaged")}</span>
                    <QuantityStepper
                      name={`damaged-${l.id}`}
                      label={`${l.name} ${f("damaged")}`}
                      max={l.expected - d.short}
                      onChange={(damaged) => change(l.id, { damaged })}
                    />
                  </div>
                  <FileField name={`photo-${l.id}`} label={t("photo")} accept="image/*" kinds="JPG、PNG" capture />
                </div>
              )}
            </li>
          );
        })}
      </ul>
      <p className="text-sm text-muted">{t("rule")}</p>
      <div className="sticky bottom-[68px] z-10 -mx-4 -mb-4 border-t border-border bg-surface px-4 py-2.5">
        <SubmitButton size="large" wide>
          {differ > 0 ? t("submitDiff", { n: expected - differ, diff: differ }) : t("submit", { n: expected })}
        </SubmitButton>
      </div>
    </Form>
  );
}
