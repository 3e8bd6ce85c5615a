"use client";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import {
  type FormEvent,
  type ReactNode,
  startTransition,
  useActionState,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import type { ActionAnswer, FormAction } from "#lib/kernel/answer";
import { Button, type ButtonSize, type ButtonTone } from "./button";
import { CloseOnSuccess, FormContext, useForm } from "./form-state";
import { StateNote } from "./state-badge";
import { toast } from "./toast";

/** Calls an action and turns a lost connection into an answer, so that nothing typed is lost. */
export function useAnswer(action: FormAction, onAnswer?: (answer: ActionAnswer) => void) {
  const t = useTranslations("ui.form");
  const [answer, send, pending] = useActionState<ActionAnswer | null, FormData>(async (previous, form) => {
    try {
      const next = await action(previous, form);
      startTransition(() => onAnswer?.(next));
      return next;
    } catch (error) {
      // A redirect or notFound thrown by the action is Next's own signal and must travel on.
      if (typeof error === "object" && error !== null && "digest" in error && String(error.digest).startsWith("NEXT_"))
        throw error;
      return { ok: false, message: t("network") };
    }
  }, null);
  return { answer, send, pending };
}

/**
 * The form frame: sends its fields to a server action, keeps what was typed, writes each problem under its field and focuses
 * the first, says the message as a toast, follows `redirect`, closes the dialog around it, warns before losing changes.
 */
export function Form({
  action,
  submit,
  submitTone = "primary",
  submitSize,
  values,
  secondary,
  children,
  sticky,
  wide = sticky,
  resetOnSuccess,
  onSuccess,
  guard = true,
  undo,
  className,
}: {
  action: FormAction;
  /** Verb + object (+ amount) on the button; null when the children hold their own SubmitButton. */
  submit: ReactNode | null;
  submitTone?: ButtonTone;
  submitSize?: ButtonSize;
  /** Hidden values: ids, versions. */
  values?: Record<string, string | number | readonly string[]>;
  /** Beside the submit button: a cancel link. */
  secondary?: ReactNode;
  children?: ReactNode;
  /** Sticks the buttons to the bottom (phones). */
  sticky?: boolean;
  /** The submit button as wide as the form. */
  wide?: boolean;
  resetOnSuccess?: boolean;
  onSuccess?: (answer: ActionAnswer & { ok: true }) => void;
  /** Warns before the page is left with unsent changes. */
  guard?: boolean;
  /** Takes the answer's `undo` values back within eight seconds. */
  undo?: FormAction;
  className?: string;
}) {
  const ta = useTranslations("ui.actions");
  const router = useRouter();
  const close = useContext(CloseOnSuccess);
  const ref = useRef<HTMLFormElement>(null);
  const [dirty, setDirty] = useState(false);
  const [round, setRound] = useState(0);
  const { answer, send, pending } = useAnswer(action, (next) => {
    if (!next.ok) {
      setRound((n) => n + 1);
      return;
    }
    setDirty(false);
    if (next.message)
      toast(next.message, { undo: undo && next.undo ? () => takeBack(undo, next.undo?.values ?? {}) : undefined });
    if (resetOnSuccess) ref.current?.reset();
    onSuccess?.(next);
    close?.();
    if (next.redirect) router.push(next.redirect);
  });

  async function takeBack(back: FormAction, given: Record<string, string>) {
    const form = new FormData();
    for (const [name, value] of Object.entries(given)) form.set(name, value);
    const answer = await back(null, form).catch(() => null);
    toast(answer?.message ?? ta("undone"), { kind: answer?.ok ? "done" : "failed" });
    router.refresh();
  }

  const problems = useMemo(() => (answer && !answer.ok ? (answer.fields ?? {}) : {}), [answer]);
  useEffect(() => {
    if (round === 0) return;
    const first = ref.current?.querySelector<HTMLElement>('[aria-invalid="true"]');
    first?.focus();
    first?.scrollIntoView({ block: "center" });
  }, [round]);
  useEffect(() => {
    if (!guard || !dirty) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [guard, dirty]);

  function onSubmit(event: FormEvent<HTMLFormElement>) {
    // Going around React's own form action keeps the inputs as typed when the answer is a refusal.
    event.preventDefault();
    const submitter = (event.nativeEvent as SubmitEvent).submitter;
    const form = new FormData(event.currentTarget, submitter);
    startTransition(() => send(form));
  }

  const state = useMemo(() => ({ problems, pending, round }), [problems, pending, round]);
  const stray = answer && !answer.ok ? answer : null;
  return (
    <FormContext.Provider value={state}>
      <form
        ref={ref}
        action={send}
        onSubmit={onSubmit}
        onChange={() => setDirty(true)}
        className={className ?? "flex flex-col gap-4"}
        noValidate
        aria-busy={pending}
      >
        {Object.entries(values ?? {}).flatMap(([name, value]) =>
          (Array.isArray(value) ? value : [value]).map((one) => (
            <input key={`${name} ${one}`} type="hidden" name={name} value={one} />
          )),
        )}
        {children}
        <div aria-live="assertive" className="empty:absolute">
          {stray && (
            <StateNote kind="failed">
              {stray.message}
              {stray.requestId && <span className="ml-2 text-xs">{stray.requestId}</span>}
            </StateNote>
          )}
        </div>
        {(submit !== null || secondary) && (
          <div
            className={
              sticky
                ? "sticky bottom-0 -mx-4 flex items-center gap-3 border-t border-border bg-surface px-4 py-3 pb-[max(12px,env(safe-area-inset-bottom))]"
                : "flex flex-wrap items-center gap-2"
            }
          >
            {submit !== null && (
              <SubmitButton tone={submitTone} size={submitSize} wide={wide}>
                {submit}
              </SubmitButton>
            )}
            {secondary}
          </div>
        )}
      </form>
    </FormContext.Provider>
  );
}

/** A submit button inside a Form; several may differ by `name`/`value`. Keeps its width while pending. */
export function SubmitButton({
  children,
  tone = "primary",
  size,
  wide,
  name,
  value,
  disabled,
}: {
  children: ReactNode;
  tone?: ButtonTone;
  size?: ButtonSize;
  wide?: boolean;
  name?: string;
  value?: string;
  disabled?: boolean;
}) {
  const t = useTranslations("ui.form");
  const { pending } = useForm();
  return (
    <Button type="submit" tone={tone} size={size} wide={wide} name={name} value={value} disabled={disabled || pending}>
      <span className="grid">
        <span className={`col-start-1 row-start-1 ${pending ? "invisible" : ""}`}>{children}</span>
        {pending && <span className="col-start-1 row-start-1">{t("pending")}…</span>}
      </span>
    </Button>
  );
}

/** One click, one action: a form with nothing but hidden values. For what is reversible; else use ConfirmButton. */
export function ActionButton({
  action,
  values,
  children,
  tone = "plain",
  size,
  wide,
  undo,
  onSuccess,
}: {
  action: FormAction;
  values?: Record<string, string | number | readonly string[]>;
  children: ReactNode;
  tone?: ButtonTone;
  size?: ButtonSize;
  wide?: boolean;
  undo?: FormAction;
  onSuccess?: (answer: ActionAnswer & { ok: true }) => void;
}) {
  return (
    <Form
      action={action}
      values={values}
      submit={null}
      guard={false}
      undo={undo}
      onSuccess={onSuccess}
      className={wide ? "w-full" : "inline-flex flex-col gap-1"}
    >
      <SubmitButton tone={tone} size={size} wide={wide}>
        {children}
      </SubmitButton>
    </Form>
  );
}

/** Fields side by side on wide screens. */
export function FieldRow({ children, columns = 2 }: { children: ReactNode; columns?: 2 | 3 | 4 }) {
  const grid = columns === 4 ? "sm:grid-cols-2 lg:grid-cols-4" : columns === 3 ? "sm:grid-cols-3" : "sm:grid-cols-2";
  return <div className={`grid items-start gap-4 ${grid}`}>{children}</div>;
}
