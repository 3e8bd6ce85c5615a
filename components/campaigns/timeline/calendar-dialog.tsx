"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button";
import { DialogButton } from "#components/ui/dialog";
import { DateField, SelectField, TextField } from "#components/ui/fields";
import { ActionButton, FieldRow, Form } from "#components/ui/form";
import { Section } from "#components/ui/panel";
import { Tag } from "#components/ui/state-badge";
import { type DayNote, dayKinds } from "#lib/analytics/schema/explore";
import type { FormAction } from "#lib/kernel/answer";
import { type Day, dayText } from "#lib/kernel/time";
import { useLineName } from "./heads";

export type CalendarActions = { add: FormAction; rename: FormAction; remove: FormAction; fill: FormAction };

function Line({ line, actions }: { line: DayNote; actions: CalendarActions }) {
  const t = useTranslations("schedule");
  const name = useLineName()(line);
  const [isRenaming, setRenaming] = useState(false);
  return (
    <li className="flex flex-col gap-2 border-b border-separator py-2 last:border-0">
      <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <b>{dayText(line.day)}</b>
        <Tag>{t(`calendar.kinds.${line.kind}`)}</Tag>
        <span className="min-w-0 flex-1">
          {name} <span className="text-xs text-muted">{line.byName || t("calendar.source")}</span>
        </span>
        {line.mayChange && (
          <>
            <Button size="small" tone="quiet" aria-expanded={isRenaming} onClick={() => setRenaming(!isRenaming)}>
              {t("calendar.rename")}
            </Button>
            <ActionButton action={actions.remove} values={{ id: line.id }} size="small" tone="quiet">
              <span aria-hidden="true">×</span>
              <span className="sr-only">{t("calendar.remove", { name })}</span>
            </ActionButton>
          </>
        )}
      </span>
      {isRenaming && (
        <Form
          action={actions.rename}
          submit={t("calendar.rename")}
          submitSize="small"
          submitTone="plain"
          values={{ id: line.id }}
          guard={false}
          onSuccess={() => setRenaming(false)}
        >
          <FieldRow>
            <TextField name="text" label={t("calendar.text")} defaultValue={line.text} maxLength={60} />
            <TextField
              name="textEn"
              label={t("calendar.textEn")}
              defaultValue={line.textEn ?? ""}
              required={false}
              maxLength={60}
            />
          </FieldRow>
        </Form>
      )}
    </li>
  );
}

/** The calendar of the days shown: what stands in it, with names to change, and a form for one more. */
export function CalendarDialog({
  lines,
  day,
  actions,
}: {
  lines: readonly DayNote[];
  day: Day;
  actions: CalendarActions;
}) {
  const t = useTranslations("schedule.calendar");
  const year = day.slice(0, 4);
  return (
    <DialogButton label={t("open")} title={t("title")}>
      <div className="flex flex-col gap-4">
        <p className="text-muted">{t("hint")}</p>
        {lines.length === 0 ? (
          <p className="text-muted">{t("none")}</p>
        ) : (
          <ul className="max-h-[40dvh] overflow-y-auto border-y border-separator">
            {lines.map((line) => (
              <Line key={line.id} line={line} actions={actions} />
            ))}
          </ul>
        )}
        <Section title={t("add")}>
          <Form action={actions.add} submit={t("add")} guard={false} resetOnSuccess>
            <FieldRow>
              <DateField name="day" label={t("day")} defaultValue={day} />
              <SelectField
                name="kind"
                label={t("kind")}
                defaultValue="rest"
                options={dayKinds.map((kind) => ({ value: kind, label: t(`kinds.${kind}`) }))}
              />
            </FieldRow>
            <FieldRow>
              <TextField name="text" label={t("text")} maxLength={60} />
              <TextField name="textEn" label={t("textEn")} required={false} maxLength={60} />
            </FieldRow>
          </Form>
        </Section>
        <div>
          <ActionButton action={actions.fill} values={{ year }} size="small">
            {t("fill", { year })}
          </ActionButton>
        </div>
      </div>
    </DialogButton>
  );
}
