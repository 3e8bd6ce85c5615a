import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { Day } from "#lib/kernel/time";
import { byMinute } from "./by-minute";
import { Moment } from "./moment";

export type TimelineEntry = {
  id: string;
  at: Date | string;
  /** The name; entries of one name within one minute stand together. */
  who: string;
  /** What happened, as a sentence without the name; null when the words below speak for themselves. */
  what: ReactNode | null;
  changes?: readonly { field: string; before: ReactNode; after: ReactNode }[];
  reason?: string | null;
  /** What a person said, with its own buttons. */
  said?: ReactNode;
};

/** The history of one record, newest first: when, who, what, before → after, why, and what was said about it. */
export function Timeline({
  entries,
  today,
  empty,
}: {
  entries: readonly TimelineEntry[];
  today?: Day;
  empty?: ReactNode;
}) {
  const t = useTranslations("ui.timeline");
  if (entries.length === 0) return <p className="text-muted">{empty ?? t("empty")}</p>;
  return (
    <ol className="flex flex-col gap-2.5">
      {byMinute(entries).map((group) => (
        <li key={group[0]?.id} className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-2.5 text-xs">
          <span className="text-foreground">
            <Moment at={group[0]?.at} today={today} />
          </span>
          <div className="flex min-w-0 flex-col gap-1 text-muted">
            {group.map((entry, i) => (
              <div key={entry.id} className="min-w-0">
                {i === 0 && <b className="text-foreground">{entry.who}</b>} {entry.what}
                {entry.changes && entry.changes.length > 0 && (
                  <ul className="mt-0.5 flex flex-col gap-0.5">
                    {entry.changes.map((change) => (
                      <li key={change.field} className="break-words">
                        {t("changed", { field: change.field })}
                        <s>{change.before ?? t("nothing")}</s> →{" "}
                        <span className="text-foreground">{change.after ?? t("nothing")}</span>
                      </li>
                    ))}
                  </ul>
                )}
                {entry.reason && <p className="mt-0.5 break-words">{t("reason", { reason: entry.reason })}</p>}
                {entry.said}
              </div>
            ))}
          </div>
        </li>
      ))}
    </ol>
  );
}
