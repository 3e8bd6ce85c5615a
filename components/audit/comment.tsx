"use client";
import { useTranslations } from "next-intl";
import { type KeyboardEvent, useId, useRef, useState } from "react";
import { useKeys } from "#components/shell/keys";
import { DialogButton } from "#components/ui/dialog";
import { Field } from "#components/ui/fields";
import { ActionButton, Form } from "#components/ui/form";
import type { Colleague, CommentView } from "#lib/audit/schema";
import type { FormAction } from "#lib/kernel/answer";
import { clockText } from "#lib/kernel/time";

export type Subject = { subjectType: string; subjectId: string };
export type CommentActions = Record<"add" | "edit" | "remove", FormAction>;

/** The unfinished `@name` before the caret. */
const asking = (text: string, caret: number): string | null =>
  /(?:^|[\s，。、：；！？])@([^\s@]{0,20})$/.exec(text.slice(0, caret))?.[1] ?? null;

/** Text that may name colleagues: `@` lists those who may see the record; the chosen ones are sent as `mentions`. */
function MentionField({
  subject,
  defaultValue = "",
  label,
}: {
  subject: Subject;
  defaultValue?: string;
  label: string;
}) {
  const t = useTranslations("ui.timeline");
  const area = useRef<HTMLTextAreaElement>(null);
  const listId = useId();
  const [text, setText] = useState(defaultValue);
  const [asked, setAsked] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  const [known, setKnown] = useState<Colleague[] | null>(null);
  const [chosen, setChosen] = useState<Colleague[]>([]);
  const found = asked === null ? [] : (known ?? []).filter((one) => one.name.includes(asked)).slice(0, 6);
  const isOpen = found.length > 0;

  function look() {
    const input = area.current;
    const next = input ? asking(input.value, input.selectionStart) : null;
    setAsked(next);
    if (next !== asked) setAt(0);
    if (next === null || known) return;
    setKnown([]);
    fetch(`/api/console/colleagues?${new URLSearchParams(subject)}`)
      .then(async (answer) => setKnown(answer.ok ? (await answer.json()).colleagues : null))
      .catch(() => setKnown(null));
  }

  function choose(one: Colleague | undefined) {
    const input = area.current;
    if (!one || !input || asked === null) return;
    const from = input.selectionStart - asked.length;
    setText(`${text.slice(0, from)}${one.name} ${text.slice(input.selectionStart)}`);
    setChosen((all) => [...all.filter((other) => other.id !== one.id), one]);
    setAsked(null);
    requestAnimationFrame(() => {
      input.focus();
      input.setSelectionRange(from + one.name.length + 1, from + one.name.length + 1);
    });
  }

  function onKeyDown(event: KeyboardEvent) {
    if (!isOpen || event.ctrlKey || event.metaKey || event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setAt((now) => (now + step + found.length) % found.length);
    else if (event.key === "Enter" || event.key === "Tab") choose(found[at]);
    else if (event.key === "Escape") {
      event.stopPropagation();
      setAsked(null);
    } else return;
    event.preventDefault();
  }

  return (
    <div>
      <Field name="body" label={label} hint={t("commentHint")}>
        {(wiring) => (
          <textarea
            {...wiring}
            ref={area}
            name="body"
            rows={2}
            maxLength={2000}
            className="control"
            value={text}
            aria-autocomplete="list"
            aria-haspopup="listbox"
            aria-controls={isOpen ? listId : undefined}
            aria-activedescendant={isOpen ? `${listId}-${at}` : undefined}
            onChange={(event) => {
              setText(event.target.value);
              look();
            }}
            onClick={look}
            onKeyDown={onKeyDown}
            onBlur={() => setAsked(null)}
          />
        )}
      </Field>
      <div
        id={listId}
        role="listbox"
        aria-label={t("colleagues")}
        hidden={!isOpen}
        className="mt-1 rounded-card border border-border bg-overlay p-1"
      >
        {found.map((one, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the textarea holds the focus and moves through the list
          <div
            key={one.id}
            id={`${listId}-${i}`}
            role="option"
            aria-selected={i === at}
            tabIndex={-1}
            className={`rounded-chip px-2 py-1 ${i === at ? "bg-default" : ""}`}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => choose(one)}
          >
            {one.name}
          </div>
        ))}
      </div>
      {chosen
        .filter((one) => text.includes(`@${one.name}`))
        .map((one) => (
          <input key={one.id} type="hidden" name="mentions" value={one.id} />
        ))}
    </div>
  );
}

/** Says something about the record. */
export function CommentForm({ subject, action }: { subject: Subject; action: FormAction }) {
  const t = useTranslations("ui.timeline");
  const [sent, setSent] = useState(0);
  const id = useId();
  useKeys("record", [
    {
      keys: "m",
      label: t("comment"),
      command: true,
      run: () => document.getElementById(id)?.querySelector("textarea")?.focus(),
    },
  ]);
  return (
    <div id={id}>
      <Form
        action={action}
        values={subject}
        submit={t("send")}
        submitTone="plain"
        submitSize="small"
        className="flex flex-col gap-2"
        onSuccess={() => setSent((n) => n + 1)}
      >
        <MentionField key={sent} subject={subject} label={t("comment")} />
      </Form>
    </div>
  );
}

/** The text with the names it speaks to set apart. */
function words(body: string, names: readonly string[]) {
  const marks = names.map((name) => `@${name}`).sort((a, b) => b.length - a.length);
  const parts: { text: string; isName: boolean; at: number }[] = [];
  for (let i = 0; i < body.length; ) {
    const mark = marks.find((one) => body.startsWith(one, i));
    const last = parts.at(-1);
    if (mark) parts.push({ text: mark, isName: true, at: i });
    else if (last && !last.isName) last.text += body[i];
    else parts.push({ text: body[i] ?? "", isName: false, at: i });
    i += mark?.length ?? 1;
  }
  return parts.map((part) =>
    part.isName ? (
      <b key={part.at} className="text-accent-soft-foreground">
        {part.text}
      </b>
    ) : (
      part.text
    ),
  );
}

/** One comment in the timeline; its author may still mend or remove it for a while. */
export function Said({
  comment,
  subject,
  actions,
}: {
  comment: CommentView;
  subject: Subject;
  actions: CommentActions;
}) {
  const t = useTranslations("ui.timeline");
  if (comment.body === null) return <p className="text-muted">{t("removed")}</p>;
  return (
    <>
      <p className="mt-0.5 rounded-chip bg-surface-secondary px-2.5 py-1.5 text-[13px]/5 break-words whitespace-pre-wrap text-foreground">
        {words(comment.body, comment.names)}
        {comment.isEdited && <span className="ml-2 text-xs text-muted">{t("edited")}</span>}
      </p>
      {comment.openUntil && (
        <span
          className="mt-1 flex items-center gap-1"
          title={t("openUntil", { time: clockText(new Date(comment.openUntil)) })}
        >
          <DialogButton label={t("edit")} title={t("edit")} tone="quiet" size="small">
            <Form action={actions.edit} values={{ commentId: comment.id }} submit={t("save")}>
              <MentionField subject={subject} defaultValue={comment.body} label={t("comment")} />
            </Form>
          </DialogButton>
          <ActionButton action={actions.remove} values={{ commentId: comment.id }} tone="quiet" size="small">
            {t("remove")}
          </ActionButton>
        </span>
      )}
    </>
  );
}
