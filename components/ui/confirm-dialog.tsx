"use client";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import type { ActionAnswer, FormAction } from "#lib/kernel/answer";
import { Button, type ButtonLook, type ButtonTone } from "./button";
import { Dialog } from "./dialog";
import { TextareaField } from "./fields";
import { Form, SubmitButton } from "./form";
import { CloseOnSuccess } from "./form-state";

export type Confirmation = {
  title: string;
  /** What will happen, to whom, and what it costs. */
  text?: ReactNode;
  /** Verb + object + amount on the confirming button. */
  verb: string;
  tone?: ButtonTone;
  /** Asks why; sent as `reason`. */
  reason?: "required" | "optional";
  /** For money and the irreversible only: the whole yuan amount must be typed. Fen. */
  typeAmountFen?: number;
  /** Or a word that must be typed. */
  typeText?: string;
};

type Values = Record<string, string | number | readonly string[]>;

/** The confirming dialog, opened by state; `children` are further fields. */
export function ConfirmDialog({
  open,
  onOpenChange,
  confirmation,
  action,
  values,
  children,
  onSuccess,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  confirmation: Confirmation;
  action: FormAction;
  values?: Values;
  children?: ReactNode;
  onSuccess?: (answer: ActionAnswer & { ok: true }) => void;
}) {
  const t = useTranslations("ui");
  const [typed, setTyped] = useState("");
  const { title, text, verb, tone = "primary", reason, typeAmountFen, typeText } = confirmation;
  const wanted = typeAmountFen === undefined ? typeText : String(Math.trunc(typeAmountFen / 100));
  const matches = wanted === undefined || typed.trim().replaceAll(",", "") === wanted;
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={title} size="small">
      <CloseOnSuccess.Provider value={() => onOpenChange(false)}>
        <Form action={action} values={values} submit={null} guard={false} onSuccess={onSuccess}>
          {text && <div>{text}</div>}
          {children}
          {reason && (
            <TextareaField
              name="reason"
              label={t("confirm.reason")}
              hint={t("confirm.reasonHint")}
              required={reason === "required"}
              rows={2}
            />
          )}
          {wanted !== undefined && (
            <label className="flex flex-col gap-1.5">
              <span>
                {typeAmountFen === undefined
                  ? t("confirm.typeText", { text: wanted })
                  : t("confirm.typeAmount", { amount: wanted })}
              </span>
              <input
                className="control text-lg"
                inputMode={typeAmountFen === undefined ? undefined : "numeric"}
                autoComplete="off"
                value={typed}
                onChange={(event) => setTyped(event.target.value)}
              />
            </label>
          )}
          <div className="flex justify-end gap-2">
            <Button onClick={() => onOpenChange(false)}>{t("actions.cancel")}</Button>
            <SubmitButton tone={tone} disabled={!matches}>
              {verb}
            </SubmitButton>
          </div>
        </Form>
      </CloseOnSuccess.Provider>
    </Dialog>
  );
}

/** A button that asks before it acts. */
export function ConfirmButton({
  label,
  confirmation,
  action,
  values,
  children,
  onSuccess,
  disabled,
  ...look
}: ButtonLook & {
  label: ReactNode;
  confirmation: Confirmation;
  action: FormAction;
  values?: Values;
  children?: ReactNode;
  onSuccess?: (answer: ActionAnswer & { ok: true }) => void;
  disabled?: boolean;
}) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button {...look} disabled={disabled} aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {label}
      </Button>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        confirmation={confirmation}
        action={action}
        values={values}
        onSuccess={onSuccess}
      >
        {children}
      </ConfirmDialog>
    </>
  );
}
