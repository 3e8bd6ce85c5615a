import { useTranslations } from "next-intl";
import { DialogButton } from "#components/ui/dialog";
import { DateField, RadioCards, SelectField, TextField } from "#components/ui/fields";
import { ActionButton, FieldRow, Form } from "#components/ui/form";
import { DayText } from "#components/ui/moment";
import { Panel } from "#components/ui/panel";
import { StateBadge } from "#components/ui/state-badge";
import type { FormAction } from "#lib/kernel/answer";
import type { Day } from "#lib/kernel/time";
import type { CalendarRow } from "#lib/pickup/schema";

export type CalendarScope = { scope: string; label: string };

/** Rest days of some calendars with who rests, and the form that adds or lifts them. */
export function CalendarPanel({
  rows,
  scopes,
  today,
  mayEdit,
  title,
  action,
}: {
  rows: readonly CalendarRow[];
  /** The calendars shown, the one to edit first. */
  scopes: readonly CalendarScope[];
  today: Day;
  mayEdit: boolean;
  /** Another name of the panel. */
  title?: string;
  action: FormAction;
}) {
  const t = useTranslations("pickup");
  const name = new Map(scopes.map((s) => [s.scope, s.label]));
  return (
    <Panel
      title={title ?? t("calendar")}
      flush
      actions={
        mayEdit && (
          <DialogButton label={t("addRest")} size="small">
            <Form action={action} submit={t("addRestSubmit")} guard={false}>
              <SelectField
                name="scope"
                label={t("scope")}
                defaultValue={scopes[0]?.scope}
                options={scopes.map((s) => ({ value: s.scope, label: s.label }))}
              />
              <FieldRow>
                <DateField name="from" label={t("from")} defaultValue={today} min={today} />
                <DateField name="to" label={t("to")} hint={t("toHint")} required={false} min={today} />
              </FieldRow>
              <RadioCards
                name="mode"
                label={t("mode")}
                defaultValue="rest"
                options={[
                  { value: "rest", label: t("modeRest") },
                  { value: "open", label: t("modeOpen") },
                ]}
              />
              <TextField
                name="note"
                label={t("note")}
                placeholder={t("notePlaceholder")}
                required={false}
                maxLength={80}
              />
            </Form>
          </DialogButton>
        )
      }
      foot={<span className="text-xs text-muted">{t("calendarNote")}</span>}
    >
      {rows.length === 0 ? (
        <p className="p-4 text-muted">{t("calendarEmpty")}</p>
      ) : (
        <ul>
          {rows.map((row) => (
            <li
              key={`${row.scope} ${row.day}`}
              className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-separator px-4 py-2 last:border-0"
            >
              <b>
                <DayText day={row.day} today={today} />
              </b>
              <StateBadge kind={row.open ? "done" : "frozen"}>{row.open ? t("works") : t("rest")}</StateBadge>
              <span className="text-muted">
                {name.get(row.scope) ?? row.scope}
                {row.note && ` · ${row.note}`}
              </span>
              {mayEdit && !row.open && (
                <span className="ml-auto">
                  <ActionButton
                    action={action}
                    values={{ scope: row.scope, from: row.day, mode: "open" }}
                    size="small"
                    tone="quiet"
                  >
                    {t("lift")}
                  </ActionButton>
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
