"use client";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import type { FormAction } from "#lib/kernel/answer";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { TextareaField } from "./fields";
import { Form, SubmitButton } from "./form";

const shownSeconds = 30;

/** A masked phone, identity or account number. Showing it asks why; the action logs that and answers the value in `value`. Hides itself after 30 s. */
export function Reveal({
  masked,
  action,
  values,
}: {
  masked: string;
  action?: FormAction;
  values?: Record<string, string>;
}) {
  const t = useTranslations("ui");
  const [open, setOpen] = useState(false);
  const [full, setFull] = useState<string | null>(null);
  const [left, setLeft] = useState(0);
  useEffect(() => {
    if (full === null) return;
    setLeft(shownSeconds);
    const timer = setInterval(() => setLeft((n) => n - 1), 1000);
    const end = setTimeout(() => setFull(null), shownSeconds * 1000);
    return () => {
      clearInterval(timer);
      clearTimeout(end);
    };
  }, [full]);
  return (
    <span className="inline-flex flex-wrap items-baseline gap-x-2">
      <span className="whitespace-nowrap tabular-nums">{full ?? masked}</span>
      {action &&
        (full === null ? (
          <button type="button" className="link" onClick={() => setOpen(true)}>
            {t("actions.reveal")}
          </button>
        ) : (
          <button
            type="button"
            className="link text-xs"
            onClick={() => setFull(null)}
            title={t("reveal.shown", { seconds: left })}
          >
            {t("actions.hide")} {left}
          </button>
        ))}
      {action && (
        <Dialog open={open} onOpenChange={setOpen} title={t("reveal.title")} size="small">
          <Form
            action={action}
            values={values}
            submit={null}
            guard={false}
            onSuccess={(answer) => {
              setFull(answer.value ?? null);
              setOpen(false);
            }}
          >
            <p className="text-muted">{t("reveal.text")}</p>
            <TextareaField name="reason" label={t("reveal.reason")} rows={2} />
            <div className="flex justify-end gap-2">
              <Button onClick={() => setOpen(false)}>{t("actions.cancel")}</Button>
              <SubmitButton>{t("actions.reveal")}</SubmitButton>
            </div>
          </Form>
        </Dialog>
      )}
    </span>
  );
}
