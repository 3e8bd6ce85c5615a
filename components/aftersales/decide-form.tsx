"use client";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { useKeys } from "#components/shell/keys";
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

  const reach = (value: string) => box.current?.querySelector<HTMLButtonElement>(`button[value="${value}"]`)?.focus();
  const visit = (href: string | null) => (href ? router.push(href, { scroll: false }) : false);
  useKeys("review", [
    { keys: "j", label: t("keys.next"), run: () => visit(next) },
    { keys: "k", label: t("keys.previous"), run: () => visit(previous) },
    { keys: "a", label: t("keys.approve"), run: () => reach("approve") },
    { keys: "p", label: t("partial"), run: () => setPartial(true) },
    { keys: "r", label: t("keys.why"), run: () => box.current?.querySelector("textarea")?.focus() },
  ]);

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
        <p className="text-xs text-muted max-lg:hidden">{t("keys.hint")}</p>
      </Form>
    </div>
  );
}
