"use client";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { Button, type ButtonTone } from "#components/ui/button";
import { Copy } from "#components/ui/copy";
import { Dialog } from "#components/ui/dialog";
import { Form } from "#components/ui/form";
import type { FormAction } from "#lib/kernel/answer";

/** A button whose form answers a one-time link, shown once with a copy button. */
export function LinkDialog({
  label,
  title,
  text,
  submit,
  action,
  values,
  tone,
  children,
}: {
  label: string;
  title: string;
  text: string;
  submit: string;
  action: FormAction;
  values?: Record<string, string>;
  tone?: ButtonTone;
  children?: ReactNode;
}) {
  const t = useTranslations("identity.people");
  const [open, setOpen] = useState(false);
  const [link, setLink] = useState<string | null>(null);
  const change = (to: boolean) => {
    setOpen(to);
    if (!to) setLink(null);
  };
  return (
    <>
      <Button tone={tone} aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {label}
      </Button>
      <Dialog open={open} onOpenChange={change} title={title}>
        {link === null ? (
          <Form
            action={action}
            values={values}
            submit={submit}
            onSuccess={(answer) => setLink(new URL(answer.value ?? "/", location.origin).href)}
          >
            <p className="text-muted">{text}</p>
            {children}
          </Form>
        ) : (
          <div className="flex flex-col items-start gap-4">
            <div className="flex flex-col gap-1">
              <b>{t("link")}</b>
              <Copy text={link} />
              <p className="text-xs text-muted">{t("linkHint")}</p>
            </div>
            <Button tone="primary" onClick={() => change(false)}>
              {t("done")}
            </Button>
          </div>
        )}
      </Dialog>
    </>
  );
}
