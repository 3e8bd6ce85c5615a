import { useLocale, useTranslations } from "next-intl";
import { TextLink } from "#components/ui/button";
import { Timeline } from "#components/ui/timeline";
import type { CommentView } from "#lib/audit/schema";
import type { Day } from "#lib/kernel/time";
import { valueWords } from "#lib/words/deeds";
import { entryWords, type TimelineFact } from "./changes";
import { type CommentActions, CommentForm, Said, type Subject } from "./comment";

export type Talk = Subject & { comments: readonly CommentView[]; actions: CommentActions; mayWrite: boolean };

/** A record's history (`timelineOf`) in words, and with `talk` what colleagues said about it, in one order of time. */
export function RecordTimeline({
  entries,
  today,
  limit = 50,
  talk,
  olderHref,
}: {
  entries: readonly TimelineFact[];
  today?: Day;
  limit?: number;
  talk?: Talk;
  /** Where the rest is, when the log holds more than `limit`. */
  olderHref?: string;
}) {
  const locale = useLocale();
  const t = useTranslations("ui.timeline");
  const shown = entries.slice(0, limit).map((entry) => ({
    ...entryWords(entry, locale),
    reason: entry.reason && valueWords(entry.reason, locale),
  }));
  const said = (talk?.comments ?? []).map((comment) => ({
    id: comment.id,
    at: comment.at.toISOString(),
    who: comment.authorName,
    what: null,
    said: talk && <Said comment={comment} subject={subjectOf(talk)} actions={talk.actions} />,
  }));
  const all = [...shown, ...said].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  return (
    <div className="flex flex-col gap-4">
      {talk?.mayWrite && <CommentForm subject={subjectOf(talk)} action={talk.actions.add} />}
      <Timeline today={today} entries={all} />
      {olderHref && entries.length >= limit && (
        <TextLink href={olderHref} className="text-xs">
          {t("older")}
        </TextLink>
      )}
    </div>
  );
}

const subjectOf = ({ subjectType, subjectId }: Talk): Subject => ({ subjectType, subjectId });
