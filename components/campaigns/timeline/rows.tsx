"use client";
import { useTranslations } from "next-intl";
import { memo } from "react";
import { type StateKind, StateShape } from "#components/ui/state-badge";
import { barPhase, grips, lanesOf, placed, type Row } from "#lib/campaigns/rules/timeline";
import type { BarPhase, Span, Zoom } from "#lib/campaigns/schema/schedule";
import { clockText } from "#lib/kernel/time";
import { BarText, pausedStripes, phaseLook, phaseShape, useBarWords, windowText } from "./bar";

/** Pixels: a lane's height, the room a bar's words need, the least a bar is drawn with. */
export const sizes: Record<Zoom, { lane: number; room: number; lines: 1 | 2 }> = {
  hour: { lane: 42, room: 132, lines: 2 },
  day: { lane: 42, room: 116, lines: 2 },
  week: { lane: 22, room: 76, lines: 1 },
  month: { lane: 18, room: 10, lines: 1 },
};
export const [headHeight, laneGap, rowPad, nameWidth, edge, leastPx] = [30, 4, 7, 140, 7, 6];
/** From this width on a bar holds its own words. */
const insidePx = 60;

export type Line =
  | { kind: "head"; key: string; top: number; height: number; row: Row }
  | { kind: "row"; key: string; top: number; height: number; row: Row; lanes: number[] };

/** Heads of the layers and rows with their lanes, stacked from the top. */
export function linesOf(rows: readonly Row[], size: { lane: number; room: number }, pxPerMs: number): Line[] {
  let top = 0;
  const lines: Line[] = [];
  const push = (line: Line) => {
    lines.push(line);
    top += line.height;
  };
  rows.forEach((row, i) => {
    if (row.kind !== "session" && rows[i - 1]?.kind !== row.kind)
      push({ kind: "head", key: `head ${row.kind}`, top, height: headHeight, row });
    // a bar that holds its own words needs no more room than it has
    const roomy = row.bars.map(({ from, to }) => ({
      from,
      to: (to - from) * pxPerMs < insidePx ? Math.max(to, from + size.room / pxPerMs) : to,
    }));
    const { lanes, count } = lanesOf(roomy, 0);
    const height = Math.max(46, count * (size.lane + laneGap) - laneGap + rowPad * 2);
    push({ kind: "row", key: row.key, top, height, row, lanes });
  });
  return lines;
}

/** A bar is found again by its row and id: in some groupings it stands in several rows. */
export const keyOf = (rowKey: string, id: string) => `${rowKey}|${id}`;

const Shape = ({ kind }: { kind: StateKind }) => (
  <span className="mx-auto [&_svg]:text-current!">
    <StateShape kind={kind} size={10} />
  </span>
);

/** The bars of one row; drawn anew only when something of the row changes. */
export const RowBars = memo(function RowBars({
  line,
  range,
  zoom,
  width,
  now,
  mayEdit,
  ghostId,
  hits,
  stop,
  onReach,
}: {
  line: Extract<Line, { kind: "row" }>;
  range: Span;
  zoom: Zoom;
  width: number;
  now: number;
  mayEdit: boolean;
  /** The bar that is being moved away. */
  ghostId: string | null;
  /** Ids of bars in the way, comma separated. */
  hits: string;
  /** The bar that Tab reaches. */
  stop: string | null;
  onReach: (key: string) => void;
}) {
  const t = useTranslations("schedule");
  const words = useBarWords();
  const size = sizes[zoom];
  const hitIds = hits.split(",");
  return line.row.bars.map((bar, i) => {
    const lane = line.lanes[i] ?? 0;
    const place = placed(range, bar);
    if (!place) return null;
    const key = keyOf(line.key, bar.id);
    const phase: BarPhase = barPhase(bar, now);
    const px = (place.width * width) / 100;
    const fits = px >= size.room || px >= insidePx;
    const isGhost = ghostId === bar.id;
    const isHit = hitIds.includes(bar.id);
    const look = isGhost
      ? "border border-dashed border-field-border text-muted"
      : isHit
        ? "bg-danger-soft text-danger-soft-foreground ring-2 ring-danger ring-inset"
        : phaseLook[phase];
    const own = mayEdit && bar.kind !== "coupon" ? grips(bar, now) : [];
    const label = t("bar.label", {
      kind: t(`kinds.${bar.kind}`),
      name: words.name(bar, line.row.rowId),
      phase: t(`phases.${phase}`),
      window: windowText(bar),
      summary: words.summary(bar, phase),
    });
    const text = (
      <BarText
        shape={isHit ? "failed" : phaseShape[phase]}
        name={words.name(bar, line.row.rowId)}
        summary={
          isGhost
            ? t("move.was")
            : zoom === "hour"
              ? words.summary(bar, phase)
              : zoom === "day"
                ? `${clockText(new Date(bar.from))} · ${words.summary(bar, phase)}`
                : ""
        }
        lines={size.lines}
      />
    );
    return (
      <button
        key={key}
        type="button"
        data-bar={key}
        tabIndex={stop === bar.id ? 0 : -1}
        title={`${label}${isHit ? ` · ${t("conflict")}` : ""}`}
        onFocus={() => onReach(key)}
        className={`absolute flex touch-pan-y items-stretch rounded-chip text-xs leading-[18px] outline-offset-1 select-none ${own.includes("move") ? "cursor-grab" : "cursor-pointer"}`}
        style={{
          left: `${place.left}%`,
          width: fits ? `max(${leastPx}px, ${place.width}%)` : undefined,
          top: rowPad + lane * (size.lane + laneGap),
          height: size.lane,
        }}
      >
        <span className="sr-only">
          {label}
          {isHit && `, ${t("conflict")}`}
        </span>
        <span
          aria-hidden="true"
          className={`flex min-w-0 shrink-0 items-center overflow-hidden ${fits ? "w-full px-2" : ""} ${place.isCutLeft ? "rounded-r-chip" : place.isCutRight ? "rounded-l-chip" : "rounded-chip"} ${look}`}
          style={{
            ...(fits ? {} : { width: Math.max(leastPx, px) }),
            ...(phase === "paused" && !isGhost && !isHit ? pausedStripes : {}),
          }}
        >
          {fits && size.room > 10 ? text : px >= 16 && <Shape kind={isHit ? "failed" : phaseShape[phase]} />}
        </span>
        {!fits && size.room > 10 && (
          <span
            aria-hidden="true"
            className="flex max-w-[150px] items-center bg-surface/85 pl-1 text-foreground"
            style={{ width: size.room - px }}
          >
            {text}
          </span>
        )}
        {fits && own.includes("to") && !place.isCutRight && (
          <span className="absolute inset-y-1 right-0 w-1.5 cursor-ew-resize" />
        )}
        {fits && own.includes("from") && !place.isCutLeft && (
          <span className="absolute inset-y-1 left-0 w-1.5 cursor-ew-resize" />
        )}
      </button>
    );
  });
});
