"use client";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import { Button } from "#components/ui/button";
import { MoneyField, RadioCards, TextareaField } from "#components/ui/fields";
import { Form, SubmitButton } from "#components/ui/form";
import type { FormAction } from "#lib/kernel/answer";
import { yuan } from "#lib/kernel/money";

const parties = ["supplier", "warehouse", "driver", "leader", "platform"] as const;
const templates = ["photo", "half", "signed", "window"] as const;

/**
 * Decides a case: the responsible party first, then grant, part or refuse. Keys: a grant, p part, r refuse (they bring the
 * buttons into reach; Enter sends), j and k the next and previous case.
 */
export function DecideForm({
  id,
  requestedFen,
  costFen,
  suggested,
  action,
  next,
  previous,
}: {
  id: string;
  requestedFen: number;
  costFen: number;
  suggested: (typeof parties)[number];
  action: FormAction;
  next: string | null;
  previous: string | null;
}) {
  const t = useTranslations("aftersales");
  const router = useRouter();
  const box = useRef<HTMLDivElement>(null);
  const [isPartial, setPartial] = useState(false);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (
        event.metaKey ||
        event.ctrlKey ||
        event.altKey ||
        target.closest("input:not([type=radio]),textarea,select,[role=dialog]")
      )
        return;
      const press = (value: string) =>
        box.current?.querySelector<HTMLButtonElement>(`button[value="${value}"]`)?.focus();
      if (event.key === "j" && next) router.push(next, { scroll: false });
      else if (event.key === "k" && previous) router.push(previous, { scroll: false });
      else if (event.key === "a") press("approve");
      else if (event.key === "r") box.current?.querySelector("textarea")?.focus();
      else if (event.key === "p") setPartial(true);
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [next, previous, router]);

  const write = (text: string) => {
    const area = box.current?.querySelector("textarea");
    if (area) area.value = text;
  };

  return (
    <div ref={box}>
      <Form
        action={action}
        submit={null}
        values={{ id }}
        guard={false}
        onSuccess={() => next && router.push(next, { scroll: false })}
      >
        <RadioCards
          name="responsible"
          label={t("responsible")}
          columns={1}
          defaultValue={suggested}
          options={parties.map((p) => ({
            value: p,
            label: p === suggested ? `${t(`parties.${p}`)} · ${t("suggested")}` : t(`parties.${p}`),
            note: t(`partyNotes.${p}`),
          }))}
        />
        <p className="text-xs text-muted">
          {t("costLine", { amount: yuan(costFen) })} · {t("commissionLine")}
        </p>
        <TextareaField name="reason" label={t("why")} hint={t("whyHint")} required={false} rows={2} />
        <div className="flex flex-wrap gap-1.5">
          {templates.map((key) => (
            <Button key={key} size="small" onClick={() => write(t(`templates.${key}`))}>
              {t(`templates.${key}`)}
            </Button>
          ))}
        </div>
        <SubmitButton name="decision" value="approve" wide>
          {t("approve", { amount: yuan(requestedFen) })}
        </SubmitButton>
        {isPartial ? (
          <div className="flex items-end gap-2">
            <MoneyField
              name="amountFen"
              label={t("partialAmount")}
              className="flex-1"
              defaultFen={Math.floor(requestedFen / 2)}
            />
            <SubmitButton name="decision" value="partial" tone="plain">
              {t("partial")}
            </SubmitButton>
          </div>
        ) : (
          <Button wide onClick={() => setPartial(true)}>
            {t("partial")}
          </Button>
        )}
        <SubmitButton name="decision" value="reject" tone="danger" wide>
          {t("reject")}
        </SubmitButton>
        <p className="text-xs text-muted max-lg:hidden">{t("keys")}</p>
      </Form>
    </div>
  );
}
