import { useTranslations } from "next-intl";
import { DialogButton } from "#components/ui/dialog";
import { DateField, SelectField, TextField } from "#components/ui/fields";
import { ActionButton, FieldRow, Form } from "#components/ui/form";
import { metrics } from "#lib/analytics/rules/metrics";
import type { Annotation, DayNote, Explored } from "#lib/analytics/schema/explore";
import type { FormAction } from "#lib/kernel/answer";
import { type Day, dayText } from "#lib/kernel/time";
import { valueText } from "#lib/kernel/values";
import { stretches, useEventWords } from "./explore-parts";

type City = { id: string; name: string };

/** The city a note or target is for; nobody limited to cities speaks for all. */
function CityField({
  cities,
  mine,
  allWords,
  label,
  chosen,
}: {
  cities: readonly City[];
  mine: boolean;
  allWords: string;
  label: string;
  chosen?: string | undefined;
}) {
  return (
    <SelectField
      name="cityId"
      label={label}
      required={mine}
      {...(mine ? {} : { empty: allWords })}
      defaultValue={chosen ?? (mine ? cities[0]?.id : "")}
      options={cities.map((c) => ({ value: c.id, label: c.name }))}
    />
  );
}

/** What happened on these days, in words; people's notes can be added and taken away. */
export function Events({
  annotations,
  notes,
  cities,
  isLimited,
  today,
  mayWrite,
  write,
  remove,
}: {
  annotations: readonly Annotation[];
  notes: readonly DayNote[];
  cities: readonly City[];
  /** The reader sees some cities only. */
  isLimited: boolean;
  today: Day;
  mayWrite: boolean;
  write: FormAction;
  remove: FormAction;
}) {
  const t = useTranslations("explore");
  const words = useEventWords();
  const spans = stretches(annotations);
  return (
    <div className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-separator pt-2 text-xs">
      <h3 className="text-xs">{t("events.title")}</h3>
      {spans.length === 0 && <span className="text-muted">{t("events.none")}</span>}
      <ul className="contents">
        {spans.map((a) => {
          const note = notes.find((n) => n.id === a.id && n.kind === "note");
          return (
            <li key={a.id} className="inline-flex items-center gap-1">
              <span className="text-muted">
                {a.day === a.to
                  ? dayText(a.day, today)
                  : t("events.days", { from: dayText(a.day, today), to: dayText(a.to, today) })}
              </span>
              {note ? t("events.note", { text: note.text, name: note.byName }) : words(a)}
              {note?.mayChange && (
                <ActionButton action={remove} values={{ id: note.id }} tone="quiet" size="small">
                  <span aria-hidden="true">×</span>
                  <span className="sr-only">{t("events.remove", { text: note.text })}</span>
                </ActionButton>
              )}
            </li>
          );
        })}
      </ul>
      {mayWrite && (
        <span className="no-print ml-auto">
          <DialogButton label={t("events.add")} size="small" tone="quiet">
            <Form action={write} submit={t("events.add")}>
              <FieldRow>
                <DateField name="day" label={t("events.day")} defaultValue={today} />
                <CityField cities={cities} mine={isLimited} allWords={t("ask.allCities")} label={t("events.city")} />
              </FieldRow>
              <TextField name="text" label={t("events.text")} hint={t("events.textHint")} maxLength={60} />
            </Form>
          </DialogButton>
        </span>
      )}
    </div>
  );
}

/** How far the target is reached, and the form that sets it. */
export function TargetLine({
  found,
  cities,
  isLimited,
  maySet,
  set,
}: {
  found: Explored;
  cities: readonly City[];
  isLimited: boolean;
  maySet: boolean;
  set: FormAction;
}) {
  const t = useTranslations("explore");
  const { metric, to, cityId } = found.ask;
  const { unit } = metrics[metric];
  return (
    <>
      {found.target && (
        <span className="text-muted">
          {t("target.reached", {
            target: valueText(found.target.whole, unit),
            rate: found.target.reachedBp === null ? "—" : `${(found.target.reachedBp / 100).toFixed(1)}%`,
          })}
        </span>
      )}
      {maySet && (
        <DialogButton
          label={t("target.set")}
          title={t("target.title", { metric: t(`metric.${metric}`) })}
          size="small"
          tone="quiet"
        >
          <Form action={set} values={{ metric }} submit={t("target.set")}>
            <FieldRow>
              <TextField name="month" label={t("target.month")} type="month" defaultValue={to.slice(0, 7)} />
              <CityField
                cities={cities}
                mine={isLimited}
                allWords={t("ask.allCities")}
                label={t("target.city")}
                chosen={cityId}
              />
            </FieldRow>
            <TextField
              name="value"
              inputMode="decimal"
              label={t(unit === "money" ? "target.money" : unit === "rate" ? "target.rate" : "target.number")}
              hint={t("target.hint")}
              required={false}
            />
          </Form>
        </DialogButton>
      )}
    </>
  );
}
