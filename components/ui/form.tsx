"use client";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import {
  type FormEvent,
  Fragment,
  type KeyboardEvent,
  type ReactNode,
  startTransition,
  useActionState,
  useContext,
  useEffect,
  useEffectEvent,
  useMemo,
  useRef,
  useState,
} from "react";
import type { ActionAnswer, ChangeMade, FormAction } from "#lib/kernel/answer";
import { type FieldValues, mergeFields } from "#lib/kernel/merge";
import { Button, type ButtonSize, type ButtonTone } from "./button";
import { CloseOnSuccess, FormContext, useForm } from "./form-state";
import { fieldsOf, type Meeting, MergePanel, writeField } from "./merge";
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

type Values = Record<string, string | number | readonly string[]>;

/**
 * Two people on one record. The form keeps the version it was filled from, whatever the page learns meanwhile; refused as stale,
 * it reads the latest from a hidden copy of its own fields (the refusal brought the page along), takes over what only the other
 * changed and asks about the rest. Untouched, it simply follows the page.
 */
function useMeeting(isOn: boolean, values: Values | undefined, isTouched: boolean) {
  const form = useRef<HTMLFormElement>(null);
  const copy = useRef<HTMLFormElement>(null);
  const base = useRef<FieldValues>({});
  const sent = useRef<FieldValues>({});
  const [held, setHeld] = useState(values);
  const [mount, setMount] = useState(0);
  const [stale, setStale] = useState<{ made: ChangeMade[]; meeting: Meeting | null } | null>(null);
  const isNewer = isOn && JSON.stringify(values) !== JSON.stringify(held);
  const own = Object.keys(values ?? {});
  if (isNewer && !isTouched && !stale) {
    setHeld(values);
    setMount(mount + 1);
  }
  const begin = useEffectEvent(() => {
    if (isOn && form.current) base.current = fieldsOf(form.current, own);
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: each mount of the fields begins anew
  useEffect(() => begin(), [mount]);
  const meet = useEffectEvent(() => {
    if (!stale || !form.current || !copy.current) return;
    const theirs = fieldsOf(copy.current, own);
    const now = fieldsOf(form.current, own);
    const differs = (a: FieldValues, b: FieldValues, name: string) =>
      JSON.stringify(a[name]) !== JSON.stringify(b[name]);
    // what was typed since it was sent is mine too; what React followed by itself is theirs
    const typed = Object.keys(now).filter((n) => differs(now, sent.current, n) && differs(now, theirs, n));
    const mine = { ...sent.current, ...Object.fromEntries(typed.map((n) => [n, now[n] ?? []])) };
    const merged = mergeFields(base.current, mine, theirs);
    for (const name of merged.taken) writeField(form.current, name, theirs[name] ?? []);
    base.current = theirs;
    setHeld(values);
    setStale({ ...stale, meeting: { ...merged, mine, theirs } });
  });
  const isMeeting = stale !== null && stale.meeting === null && isNewer;
  useEffect(() => {
    if (!isMeeting) return;
    const timer = setTimeout(() => meet());
    return () => clearTimeout(timer);
  }, [isMeeting]);
  return {
    form,
    copy: isMeeting ? copy : null,
    values: isOn ? held : values,
    mount,
    stale,
    onSend: (sending: HTMLFormElement) => {
      if (isOn) sent.current = fieldsOf(sending, own);
    },
    /** Whether something was typed since it was sent. */
    onAnswer: (answer: ActionAnswer): boolean => {
      const isStale = isOn && !answer.ok && answer.code === "staleVersion";
      setStale(isStale ? { made: answer.meanwhile ?? [], meeting: null } : null);
      if (!isOn || !form.current) return false;
      return JSON.stringify(fieldsOf(form.current, own)) !== JSON.stringify(sent.current);
    },
  };
}

/**
 * The form frame: sends its fields to a server action, keeps what was typed, writes each problem under its field and focuses
 * the first, says the message as a toast, follows `redirect`, closes the dialog around it, warns before losing changes. Ctrl or ⌘
 * with Enter sends it. With `merge` two people may edit one record: `values` then holds its version, the command refuses
 * staleVersion, and the fields keep their state in components of their own (a fresh copy must show the record as it is now).
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
  merge = false,
  undo,
  className,
}: {
  action: FormAction;
  /** Verb + object (+ amount) on the button; null when the children hold their own SubmitButton. */
  submit: ReactNode | null;
  submitTone?: ButtonTone;
  submitSize?: ButtonSize;
  /** Hidden values: ids, versions. */
  values?: Values;
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
  /** Merges with what somebody else saved meanwhile. */
  merge?: boolean;
  /** Takes the answer's `undo` values back within eight seconds. */
  undo?: FormAction;
  className?: string;
}) {
  const ta = useTranslations("ui.actions");
  const router = useRouter();
  const close = useContext(CloseOnSuccess);
  const [dirty, setDirty] = useState(false);
  const [round, setRound] = useState(0);
  const meeting = useMeeting(merge, values, dirty);
  const ref = meeting.form;
  const { answer, send, pending } = useAnswer(action, (next) => {
    const isTyping = meeting.onAnswer(next);
    if (!next.ok) {
      setRound((n) => n + 1);
      return;
    }
    setDirty(isTyping);
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
  }, [round, ref]);
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
    meeting.onSend(event.currentTarget);
    startTransition(() => send(form));
  }

  function onKeyDown(event: KeyboardEvent<HTMLFormElement>) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    // a dialog opened from within this form is another form
    if ((event.target as Element).closest("form") !== event.currentTarget) return;
    event.preventDefault();
    const first = event.currentTarget.querySelector<HTMLButtonElement>("button[type=submit]");
    if (first && !first.disabled) event.currentTarget.requestSubmit(first);
  }

  const state = useMemo(() => ({ problems, pending, round }), [problems, pending, round]);
  const stray = answer && !answer.ok ? answer : null;
  return (
    <FormContext.Provider value={state}>
      <form
        ref={ref}
        action={send}
        onSubmit={onSubmit}
        onKeyDown={onKeyDown}
        onChange={() => setDirty(true)}
        className={className ?? "flex flex-col gap-4"}
        noValidate
        aria-busy={pending}
      >
        {Object.entries(meeting.values ?? {}).flatMap(([name, value]) =>
          (Array.isArray(value) ? value : [value]).map((one) => (
            <input key={`${name} ${one}`} type="hidden" name={name} value={one} />
          )),
        )}
        <Fragment key={meeting.mount}>{children}</Fragment>
        <div aria-live="assertive" className="empty:absolute">
          {meeting.stale && ref.current && (
            <MergePanel form={ref.current} made={meeting.stale.made} meeting={meeting.stale.meeting} />
          )}
          {stray && !meeting.stale && (
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
      {meeting.copy && (
        <form ref={meeting.copy} hidden inert>
          {children}
        </form>
      )}
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
  values?: Values;
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
