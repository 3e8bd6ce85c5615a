import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { Day } from "#lib/kernel/time";
import { Moment } from "./moment";

export type TimelineEntry = {
  id: string;
  at: Date | string;
  who: ReactNode;
  /** What happened, as a sentence without the name. */
  what: ReactNode;
  changes?: readonly { field: string; before: ReactNode; after: ReactNode }[];
  reason?: string | null;
};

/** The audit log of one record, newest first: when, who, what, before → after, why. */
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
    <ol className="flex flex-col gap-2">
      {entries.map((entry) => (
        <li key={entry.id} className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-2.5 text-xs">
          <span className="text-foreground">
            <Moment at={entry.at} today={today} />
          </span>
          <div className="min-w-0 text-muted">
            <b className="text-foreground">{entry.who}</b> {entry.what}
            {entry.changes && entry.changes.length > 0 && (
              <ul className="mt-0.5 flex flex-col gap-0.5">
                {entry.changes.map((change) => (
                  <li key={change.field} className="break-words">
                    {change.field}：<s>{change.before ?? t("nothing")}</s> →{" "}
                    <span className="text-foreground">{change.after ?? t("nothing")}</span>
                  </li>
                ))}
              </ul>
            )}
            {entry.reason && <p className="mt-0.5 break-words">{t("reason", { reason: entry.reason })}</p>}
          </div>
        </li>
      ))}
    </ol>
  );
}
