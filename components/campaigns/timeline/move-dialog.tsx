"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button";
import { Dialog } from "#components/ui/dialog";
import { DatetimeField, SelectField } from "#components/ui/fields";
import { useLive } from "#components/ui/live-query";
import { homeOf } from "#lib/campaigns/rules/timeline";
import type { Home, ScheduleBar, Span } from "#lib/campaigns/schema/schedule";
import { dayOf } from "#lib/kernel/time";
import { useBarWords } from "./bar";

/** A bar is given another place by writing it down: for keyboards, for other days, for exact minutes. `ends`: only its end may change. */
export function MoveDialog({
  bar,
  ends,
  onClose,
  onPut,
}: {
  bar: ScheduleBar;
  ends: boolean;
  onClose: () => void;
  onPut: (span: Span, home: { id: string; name: string } | null, isCopy: boolean) => void;
}) {
  const t = useTranslations("schedule.move");
  const words = useBarWords();
  const [day, setDay] = useState(() => dayOf(new Date(bar.from)));
  const isSlot = bar.sessionId !== null;
  const { data } = useLive<{ homes: Home[] }>("homesAround", { day }, { enabled: isSlot });
  const homes = data?.homes ?? [];
  const read = (form: HTMLFormElement): { span: Span; home: Home | null } | null => {
    const given = new FormData(form);
    const at = (name: string) => Date.parse(String(given.get(name) ?? ""));
    const span = { from: ends ? bar.from : at("startsAt"), to: at("endsAt") };
    if (!(span.from < span.to)) return null;
    const chosen = homes.find((h) => h.id === given.get("sessionId"));
    return { span, home: isSlot ? (chosen ?? homeOf(span, bar.sessionId ?? "", homes) ?? null) : null };
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t("title", { name: words.name(bar) })}>
      <form
        className="flex flex-col gap-4"
        onChange={(event) => {
          const found = read(event.currentTarget);
          if (found) setDay(dayOf(new Date(found.span.from)));
        }}
        onSubmit={(event) => {
          event.preventDefault();
          const found = read(event.currentTarget);
          const by = (event.nativeEvent as SubmitEvent).submitter;
          if (found) onPut(found.span, found.home, by?.getAttribute("value") === "copy");
        }}
      >
        <div className="grid gap-3 sm:grid-cols-2">
          <DatetimeField name="startsAt" label={t("startsAt")} defaultAt={new Date(bar.from)} disabled={ends} />
          <DatetimeField name="endsAt" label={t("endsAt")} defaultAt={new Date(bar.to)} />
        </div>
        {isSlot && !ends && (
          <SelectField
            name="sessionId"
            label={t("session")}
            required={false}
            empty={t("ownSession")}
            options={homes.map((h) => ({ value: h.id, label: h.name }))}
          />
        )}
        <p className="flex flex-wrap gap-2">
          <Button type="submit" tone="primary" value="move">
            {t("submit")}
          </Button>
          {isSlot && (
            <Button type="submit" value="copy">
              {t("copy")}
            </Button>
          )}
        </p>
      </form>
    </Dialog>
  );
}
