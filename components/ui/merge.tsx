"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { flushSync } from "react-dom";
import type { ChangeMade } from "#lib/kernel/answer";
import type { FieldValues, Merged } from "#lib/kernel/merge";
import { yuan } from "#lib/kernel/money";
import { clockText, dayOf, momentText } from "#lib/kernel/time";
import { StateNote } from "./state-badge";
import { Timeline } from "./timeline";

/**
 * What a field sends and what a person types may differ (fen and yuan): the typed input then has no name of its own and says
 * `data-for` which field it writes and `data-as` how.
 */
type Typed = "fen" | "at" | "bp";
const typed: Record<Typed, { text: (value: string) => string; shown: (value: string) => string }> = {
  fen: { text: (v) => yuan(Number(v), { symbol: false }), shown: (v) => yuan(Number(v)) },
  at: {
    text: (v) => `${dayOf(new Date(v))}T${clockText(new Date(v))}`,
    shown: (v) => momentText(new Date(v)),
  },
  bp: { text: (v) => String(Number(v) / 100), shown: (v) => `${Number(v) / 100}%` },
};

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
const named = (form: HTMLFormElement, name: string): Control[] => [
  ...form.querySelectorAll<Control>(
    `[data-for="${CSS.escape(name)}"], [name="${CSS.escape(name)}"]:not([type=hidden])`,
  ),
];
const isTick = (control: Control): control is HTMLInputElement =>
  control instanceof HTMLInputElement && (control.type === "checkbox" || control.type === "radio");

/** The fields of a form as it would send them, without files and without what the page itself set (`except`). */
export function fieldsOf(form: HTMLFormElement, except: readonly string[]): FieldValues {
  const fields: Record<string, string[]> = {};
  for (const control of form.querySelectorAll<Control>("[name]"))
    if (control.type !== "file" && !except.includes(control.name)) fields[control.name] ??= [];
  for (const [name, value] of new FormData(form)) if (typeof value === "string") fields[name]?.push(value);
  return fields;
}

/** Types a value into a field as a person would, so that React's state follows. */
export function writeField(form: HTMLFormElement, name: string, values: readonly string[]): void {
  for (const control of named(form, name)) {
    if (isTick(control)) {
      if (control.checked !== values.includes(control.value)) flushSync(() => control.click());
      continue;
    }
    const [value = ""] = values;
    const as = control.dataset.as as Typed | undefined;
    const text = as && value !== "" ? typed[as].text(value) : value;
    if (control.value === text) continue;
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(control), "value")?.set?.call(control, text);
    flushSync(() => {
      control.dispatchEvent(new Event(control instanceof HTMLSelectElement ? "change" : "input", { bubbles: true }));
    });
  }
}

const textOf = (node: Element | null | undefined): string =>
  [...(node?.childNodes ?? [])].find((child) => child.textContent?.trim())?.textContent?.trim() ?? "";

function labelOf(form: HTMLFormElement, name: string): string {
  const [control] = named(form, name);
  const label =
    control && isTick(control) ? control.closest("fieldset")?.querySelector("legend") : control?.labels?.[0];
  return textOf(label) || textOf(control?.labels?.[0]) || name;
}

function shown(form: HTMLFormElement, name: string, values: readonly string[]): string[] {
  const controls = named(form, name);
  return values
    .filter((value) => value !== "")
    .map((value) => {
      const control = controls.find((one) => !isTick(one) || one.value === value) ?? controls[0];
      if (control instanceof HTMLSelectElement)
        return [...control.options].find((option) => option.value === value)?.text ?? value;
      if (control && isTick(control)) return control.labels?.[0]?.innerText.trim().split("\n")[0] ?? value;
      const as = control?.dataset.as as Typed | undefined;
      return as ? typed[as].shown(value) : value;
    });
}

export type Meeting = Merged & { mine: FieldValues; theirs: FieldValues };

/** What somebody else changed while this form was filled in, what of it was taken over, and what both changed, to choose. */
export function MergePanel({
  form,
  made,
  meeting,
}: {
  form: HTMLFormElement;
  made: readonly ChangeMade[];
  /** Null while the latest is still on its way. */
  meeting: Meeting | null;
}) {
  const t = useTranslations("ui.merge");
  const [kept, setKept] = useState<Record<string, "mine" | "theirs">>({});
  const choose = (name: string, side: "mine" | "theirs") => {
    setKept({ ...kept, [name]: side });
    if (meeting) writeField(form, name, meeting[side][name] ?? []);
  };
  const others = made.filter((one) => one.who !== "");
  return (
    <div className="flex flex-col gap-2">
      <StateNote kind="attention">
        <b>{t("title")}</b>
      </StateNote>
      {others.length > 0 && <Timeline entries={others} />}
      {!meeting && <p className="text-muted">{t("waiting")}</p>}
      {meeting && meeting.taken.length > 0 && (
        <p>{t("taken", { fields: meeting.taken.map((name) => labelOf(form, name)).join(t("and")) })}</p>
      )}
      {meeting && meeting.clashes.length > 0 && (
        <>
          <p>{t("clash")}</p>
          <ul className="flex flex-col gap-2">
            {meeting.clashes.map((name) => (
              <li key={name}>
                <fieldset className="grid gap-1 sm:grid-cols-2">
                  <legend className="pb-1 text-muted">{labelOf(form, name)}</legend>
                  {(["theirs", "mine"] as const).map((side) => (
                    <button
                      key={side}
                      type="button"
                      aria-pressed={(kept[name] ?? "mine") === side}
                      onClick={() => choose(name, side)}
                      className="rounded-chip border border-field-border px-2.5 py-1 text-left break-words aria-pressed:border-accent-soft-foreground aria-pressed:bg-accent-soft"
                    >
                      <span className="text-muted">{t(side)}</span>{" "}
                      {shown(form, name, meeting[side][name] ?? []).join(t("and")) || t("nothing")}
                    </button>
                  ))}
                </fieldset>
              </li>
            ))}
          </ul>
        </>
      )}
      {meeting && (
        <p className="text-muted">
          {meeting.clashes.length === 0 && t("untouched")} {t("again")}
        </p>
      )}
    </div>
  );
}
