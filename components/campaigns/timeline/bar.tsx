import { useTranslations } from "next-intl";
import type { CSSProperties, ReactNode } from "react";
import { type StateKind, StateShape } from "#components/ui/state-badge";
import type { BarPhase, ScheduleBar, Span } from "#lib/campaigns/schema/schedule";
import { yuan } from "#lib/kernel/money";
import { clockText, dayOf, dayText } from "#lib/kernel/time";

export const phaseShape: Record<BarPhase, StateKind> = {
  draft: "draft",
  inReview: "attention",
  scheduled: "waiting",
  live: "progress",
  paused: "frozen",
  over: "done",
};

/** Colour and frame of a bar; the shape and the word say the same. */
export const phaseLook: Record<BarPhase, string> = {
  draft: "border border-dashed border-field-border bg-surface text-muted",
  inReview: "border border-dashed border-warning-soft-foreground bg-warning-soft text-warning-soft-foreground",
  scheduled: "border border-accent-soft-foreground/35 bg-accent-soft text-accent-soft-foreground",
  live: "bg-accent text-accent-foreground",
  paused: "border border-field-border bg-surface-secondary text-foreground",
  over: "border border-border bg-surface-tertiary text-muted",
};

const stripes = (colour: string): CSSProperties => ({
  backgroundImage: `repeating-linear-gradient(135deg, ${colour} 0 2px, transparent 2px 8px)`,
});
export const pausedStripes = stripes("var(--border)");
export const conflictStripes: CSSProperties = {
  backgroundImage: "repeating-linear-gradient(135deg, var(--danger) 0 3px, transparent 3px 7px)",
};

/** `08:00–10:00`, with the days where they are not one day. */
export function windowText({ from, to }: Span): string {
  const [a, b] = [new Date(from), new Date(to)];
  const last = new Date(to - 1);
  const end = dayOf(last) === dayOf(b) ? clockText(b) : "24:00";
  return dayOf(a) === dayOf(last)
    ? `${dayText(dayOf(a))} ${clockText(a)}–${end}`
    : `${dayText(dayOf(a))} ${clockText(a)}–${dayText(dayOf(b))} ${clockText(b)}`;
}

/** The two lines of a bar: what it is and for how much, and how it goes. */
export function useBarWords() {
  const t = useTranslations("schedule.bar");
  const name = (bar: ScheduleBar, categoryId?: string): string => {
    const goods = bar.goods.find((g) => g.categoryId === categoryId) ?? bar.goods[0];
    const items = goods?.categoryId === categoryId ? goods?.items : bar.items;
    if (!goods || !items) return bar.name;
    return items > 1 ? t("itemsOf", { name: goods.name, items }) : `${goods.name} ${yuan(goods.priceFen)}`;
  };
  const summary = (bar: ScheduleBar, phase: BarPhase): string => {
    if (bar.kind === "coupon") return t("claimed", { sold: bar.sold.toLocaleString("en-US") });
    if (bar.kind === "session") {
      const items = t("items", { items: bar.items });
      return phase === "draft" || phase === "inReview" || phase === "scheduled"
        ? items
        : `${items} · ${t("sold", { sold: bar.sold.toLocaleString("en-US") })}`;
    }
    if (phase === "live" || phase === "paused")
      return t("left", { left: Math.max(0, (bar.quota ?? 0) - bar.sold).toLocaleString("en-US") });
    if (phase === "over") return t("sold", { sold: bar.sold.toLocaleString("en-US") });
    return t("quota", { quota: (bar.quota ?? 0).toLocaleString("en-US") });
  };
  return { name, summary };
}

/** What a bar says, within its colour or beside it when there is no room. */
export function BarText({
  shape,
  name,
  summary,
  lines,
}: {
  shape: StateKind;
  name: ReactNode;
  summary: ReactNode;
  lines: 1 | 2;
}) {
  return (
    <span className="flex min-w-0 flex-col overflow-hidden text-left">
      <span className="flex min-w-0 items-center gap-1 [&_svg]:text-current!">
        <StateShape kind={shape} size={11} />
        <b className="truncate">{name}</b>
      </span>
      {lines === 2 && <span className="truncate">{summary}</span>}
    </span>
  );
}
