import { useLocale } from "next-intl";
import { Timeline } from "#components/ui/timeline";
import type { Day } from "#lib/kernel/time";
import { actorWords, deedWords } from "#lib/words/deeds";
import { changesOf } from "./changes";

export type TimelineFact = {
  id: string;
  at: Date | string;
  actorKind?: string;
  actorName: string;
  deed: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  reason: string | null;
};

/** The part of the record that was meant (an item of a session), when the entry names it and the name is not what changed. */
function partOf({ before, after }: TimelineFact, locale: string): string {
  const name = after?.name ?? before?.name;
  const isSame = before?.name === name && (after === null || after.name === name);
  return typeof name === "string" && isSame ? (locale === "en" ? ` “${name}”` : `「${name}」`) : "";
}

/** A record's history from the audit log (`timelineOf`), in words; facts of a first entry are not repeated as changes. */
export function RecordTimeline({
  entries,
  today,
  limit = 50,
}: {
  entries: readonly TimelineFact[];
  today?: Day;
  limit?: number;
}) {
  const locale = useLocale();
  return (
    <Timeline
      today={today}
      entries={entries.slice(0, limit).map((entry) => ({
        id: entry.id,
        at: entry.at,
        who: actorWords(entry, locale),
        what: deedWords(entry.deed, locale) + partOf(entry, locale),
        changes: entry.before ? changesOf(entry.before, entry.after, locale) : [],
        reason: entry.reason,
      }))}
    />
  );
}
