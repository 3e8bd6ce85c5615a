"use client";
import { useTranslations } from "next-intl";
import { startTransition, useState } from "react";
import { useAnswer } from "#components/ui/form";
import { Panel } from "#components/ui/panel";
import { toast } from "#components/ui/toast";
import type { FormAction } from "#lib/kernel/answer";
import { type NoticePreference, noticeKinds } from "#lib/notifications/schema";

/** What one wants to be told, kind by kind: on the bell, by message, both or neither. A tick is saved at once. */
export function NoticePreferences({
  rows,
  channel,
  prefer,
}: {
  rows: readonly NoticePreference[];
  channel: "mail" | "sms" | null;
  prefer: FormAction;
}) {
  const t = useTranslations("notices");
  const needs = (kind: NoticePreference["kind"]) => kind === "setup" || noticeKinds[kind].needs;
  const groups = [
    { key: "needs", title: t("needsGroup"), rows: rows.filter((row) => needs(row.kind)) },
    { key: "fyi", title: t("fyiGroup"), rows: rows.filter((row) => !needs(row.kind)) },
  ];
  return groups.map(
    (group) =>
      group.rows.length > 0 && (
        <Panel key={group.key} title={group.title} flush>
          <ul className="divide-y divide-separator">
            {group.rows.map((row) => (
              <PreferenceRow key={row.kind} row={row} channel={row.kind === "setup" ? null : channel} prefer={prefer} />
            ))}
          </ul>
        </Panel>
      ),
  );
}

function PreferenceRow({
  row,
  channel,
  prefer,
}: {
  row: NoticePreference;
  channel: "mail" | "sms" | null;
  prefer: FormAction;
}) {
  const t = useTranslations("notices");
  const [choice, setChoice] = useState({ inApp: row.inApp, byMessage: row.byMessage });
  const { send, pending } = useAnswer(prefer, (answer) => {
    if (answer.ok) return toast(answer.message ?? t("saved"));
    setChoice({ inApp: row.inApp, byMessage: row.byMessage });
    toast(answer.message, { kind: "failed" });
  });
  const [name, note] =
    row.kind === "setup" ? [t("setup.name"), t("setup.note")] : [t(`kinds.${row.kind}.name`), undefined];
  const choose = (next: typeof choice) => {
    setChoice(next);
    const form = new FormData();
    form.set("kind", row.kind);
    if (next.inApp) form.set("inApp", "1");
    if (next.byMessage) form.set("byMessage", "1");
    startTransition(() => send(form));
  };
  const box = (key: "inApp" | "byMessage", label: string) => (
    <label className="flex min-h-8 items-center gap-2">
      <input
        type="checkbox"
        checked={choice[key]}
        disabled={pending}
        onChange={(event) => choose({ ...choice, [key]: event.target.checked })}
      />
      <span>
        <span className="sr-only">{name}: </span>
        {label}
      </span>
    </label>
  );
  return (
    <li className="flex flex-wrap items-center gap-x-6 gap-y-1 px-4 py-2">
      <span className="min-w-0 flex-1 basis-full sm:basis-56">
        <b className="block">{name}</b>
        {note && <span className="block text-xs text-muted">{note}</span>}
      </span>
      {box("inApp", t("inApp"))}
      {channel && box("byMessage", channel === "mail" ? t("byMail") : t("bySms"))}
    </li>
  );
}
