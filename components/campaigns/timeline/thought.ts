"use client";
import { useEffect, useState } from "react";
import type { Conflict } from "#lib/campaigns/schema";
import type { ScheduleBar, Span, Thought } from "#lib/campaigns/schema/schedule";
import { addDays, dayOf, daysBetween } from "#lib/kernel/time";

/** A change that is not saved yet. `home`: the session the slot would belong to. */
export type Pending = {
  bar: ScheduleBar;
  rowKey: string;
  span: Span;
  isCopy: boolean;
  home: { id: string; name: string } | null;
  how: "pointer" | "keys" | "dialog";
};

/** The change as the server is asked about it. */
export function thoughtOf({ bar, span, isCopy, home }: Pick<Pending, "bar" | "span" | "isCopy" | "home">): Thought {
  const window = { id: bar.id, startsAt: new Date(span.from), endsAt: new Date(span.to) };
  if (bar.kind === "session" && bar.businessDay) {
    const days = daysBetween(dayOf(new Date(bar.to)), dayOf(new Date(span.to)));
    // a new cut-off alone leaves the business day; a session moved whole takes it along
    const isWhole = span.from - bar.from === span.to - bar.to;
    return { kind: "moveSession", ...window, businessDay: isWhole ? addDays(bar.businessDay, days) : bar.businessDay };
  }
  return { kind: isCopy ? "copySlot" : "moveSlot", ...window, ...(home ? { sessionId: home.id } : {}) };
}

const waitMs = 120;

/** What the server says to a change somebody thinks of: asked when the hand rests, an answer to an older thought is dropped. */
export function useConflicts(pending: Pending | null): { conflicts: readonly Conflict[]; isKnown: boolean } {
  const [known, setKnown] = useState<{ key: string; conflicts: readonly Conflict[] } | null>(null);
  const thought = pending && thoughtOf(pending);
  const key = thought
    ? new URLSearchParams(
        Object.entries(thought).flatMap(([k, v]) =>
          v === undefined ? [] : [[k, v instanceof Date ? v.toISOString() : String(v)]],
        ),
      ).toString()
    : "";
  useEffect(() => {
    if (!key) return;
    const abort = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const answer = await fetch(`/api/console/conflicts?${key}`, { signal: abort.signal });
        const body: { conflicts?: Conflict[] } = await answer.json();
        setKnown({ key, conflicts: body.conflicts ?? [] });
      } catch {
        // an abandoned thought, or no connection: saving will say so
      }
    }, waitMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [key]);
  return known && known.key === key ? { conflicts: known.conflicts, isKnown: true } : { conflicts: [], isKnown: false };
}
