"use client";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type KeyboardEvent, type PointerEvent, startTransition, useEffect, useMemo, useRef, useState } from "react";
import { useKeys } from "#components/shell/keys";
import { toast } from "#components/ui/toast";
import type { Load } from "#lib/analytics/schema/load";
import {
  barPhase,
  dragged,
  type Grip,
  grips,
  homeOf,
  meets,
  placed,
  type Row,
  rangeOf,
  rivals,
  rowsInView,
  rowsOf,
  snapOf,
  snapped,
} from "#lib/campaigns/rules/timeline";
import type { Grouping, Home, Rescheduling, ScheduleBar, Span, Zoom } from "#lib/campaigns/schema/schedule";
import type { ActionAnswer } from "#lib/kernel/answer";
import { clockText, type Day, dayOf, hour } from "#lib/kernel/time";
import { BarText, conflictStripes, useBarWords, windowText } from "./bar";
import { DayHeads, type HeadDay, HourTicks, LoadStrip } from "./heads";
import { edge, keyOf, type Line, laneGap, leastPx, linesOf, nameWidth, RowBars, rowPad, sizes } from "./rows";
import { type Pending, thoughtOf, useConflicts } from "./thought";
import { Verdict } from "./verdict";

const Peek = dynamic(() => import("./peek").then((m) => m.Peek), { ssr: false });
const MoveDialog = dynamic(() => import("./move-dialog").then((m) => m.MoveDialog), { ssr: false });
const Agenda = dynamic(() => import("./agenda").then((m) => m.Agenda), { ssr: false });

/** Rows are looked for anew once in so many pixels of scrolling. */
const scrollStep = 200;

export type TimelineActions = {
  reschedule: (change: Rescheduling) => Promise<ActionAnswer & { id?: string }>;
  uncopy: (slotId: string) => Promise<ActionAnswer>;
};

/**
 * The sales of some days on one line of time. Bars are moved by hand, by keys or by a dialog; while they move the server says what
 * stands in the way, and nothing is saved that cannot stand. Only the rows in view are drawn.
 */
export function Timeline({
  bars,
  homes,
  heads,
  load,
  zoom,
  from,
  to,
  by,
  now,
  names,
  order,
  mayEdit,
  actions,
}: {
  bars: readonly ScheduleBar[];
  /** Every session of these days that a slot may be put into, filtered or not. */
  homes: readonly Home[];
  heads: readonly HeadDay[];
  load: Load;
  zoom: Zoom;
  from: Day;
  to: Day;
  by: Grouping;
  /** Epoch milliseconds. */
  now: number;
  /** Cities and categories by id. */
  names: Readonly<Record<string, string>>;
  order: readonly string[];
  mayEdit: boolean;
  actions: TimelineActions;
}) {
  const t = useTranslations("schedule");
  const router = useRouter();
  const words = useBarWords();
  const range = useMemo(() => rangeOf({ from, to }), [from, to]);
  const size = sizes[zoom];
  const step = snapOf[zoom];
  const scroller = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ width: 1060, top: 0, height: 720, isPhone: false });
  const [active, setActive] = useState<string | null>(null);
  const [pending, setPending] = useState<Pending | null>(null);
  const [peeked, setPeeked] = useState<ScheduleBar | null>(null);
  const [moving, setMoving] = useState<ScheduleBar | null>(null);
  const [isSaving, setSaving] = useState(false);
  const [said, say] = useState("");
  const pointed = useRef<number | null>(null);
  const press = useRef<{
    bar: ScheduleBar;
    rowKey: string;
    grip: Grip;
    x: number;
    isCopy: boolean;
    on: boolean;
  } | null>(null);
  const latest = useRef(bars);
  latest.current = bars;

  const pxPerMs = view.width / (range.to - range.from);
  const lines = useMemo(() => linesOf(rowsOf(bars, by, order), size, pxPerMs), [bars, by, order, size, pxPerMs]);
  const total = lines.reduce((n, l) => n + l.height, 0);
  const inView = rowsInView(
    lines.map((l) => l.top + l.height),
    view.top,
    view.height + scrollStep,
  );
  const sequence = useMemo(
    () =>
      lines.flatMap((line) =>
        line.kind === "row"
          ? [...line.row.bars]
              .sort((a, b) => a.from - b.from)
              .map((bar) => ({ key: keyOf(line.key, bar.id), bar, line }))
          : [],
      ),
    [lines],
  );
  const current = sequence.find((s) => s.key === active) ?? sequence[0];

  useEffect(() => {
    const box = scroller.current;
    if (!box) return;
    const read = () => {
      const next = {
        width: Math.max(320, box.clientWidth - nameWidth),
        top: Math.floor(box.scrollTop / scrollStep) * scrollStep,
        height: box.clientHeight,
        isPhone: matchMedia("(max-width: 639px)").matches,
      };
      setView((was) => (JSON.stringify(was) === JSON.stringify(next) ? was : next));
    };
    const observer = new ResizeObserver(read);
    observer.observe(box);
    box.addEventListener("scroll", read, { passive: true });
    read();
    return () => {
      observer.disconnect();
      box.removeEventListener("scroll", read);
    };
  }, []);

  const { conflicts, isKnown } = useConflicts(pending);
  const hits = useMemo(
    () => (pending ? rivals({ ...pending.bar, ...(pending.isCopy ? { id: "" } : {}) }, pending.span, bars) : []),
    [pending, bars],
  );
  const hitIds = new Set([...hits.map((h) => h.id), ...conflicts.flatMap((c) => (c.other ? [c.other.id] : []))]);
  const isBlocked = conflicts.some((c) => c.severity === "block") || (!isKnown && hits.length > 0);

  const homeAt = (bar: ScheduleBar, span: Span) => {
    if (bar.sessionId === null) return null;
    const home = homeOf(span, bar.sessionId, homes);
    return home ? { id: home.id, name: home.name } : { id: bar.sessionId, name: "" };
  };
  const put = (next: Omit<Pending, "home"> & { home?: Pending["home"] }) => {
    const home = next.home === undefined ? homeAt(next.bar, next.span) : next.home;
    setPending({ ...next, home });
    say(t("move.said.at", { window: windowText(next.span) }));
  };
  const restore = () => {
    if (!pending) return;
    say(t("move.said.restored", { window: windowText(pending.bar) }));
    setPending(null);
  };

  const save = async (change: Pending) => {
    setSaving(true);
    const { bar } = change;
    const answer = await actions
      .reschedule({ ...thoughtOf(change), version: bar.version })
      .catch((): ActionAnswer & { id?: string } => ({ ok: false, message: t("move.lost") }));
    setSaving(false);
    if (!answer.ok) {
      // it stays where it was put, to be tried again by hand
      setPending((kept) => kept && { ...kept, how: "keys" });
      toast(answer.message, { kind: "failed" });
      say(answer.message);
      return;
    }
    setPending(null);
    const text = t(change.isCopy ? "move.copied" : "move.saved", {
      name: words.name(bar),
      window: windowText(change.span),
    });
    const undo = async () => {
      const back = change.isCopy
        ? await actions.uncopy(answer.id ?? "")
        : await actions.reschedule({
            ...thoughtOf({
              bar: { ...bar, ...change.span },
              span: bar,
              isCopy: false,
              home: bar.sessionId ? { id: bar.sessionId, name: "" } : null,
            }),
            ...(bar.businessDay ? { businessDay: bar.businessDay } : {}),
            version: latest.current.find((b) => b.id === bar.id)?.version ?? bar.version + 1,
          });
      toast(back.ok ? t("move.undone", { name: words.name(bar) }) : back.message, back.ok ? {} : { kind: "failed" });
    };
    toast(text, { undo: () => startTransition(undo) });
    say(text);
  };

  /** The bar as it may be changed, or null after saying why not. */
  const changeable = (bar: ScheduleBar, grip: Grip, isCopy: boolean): boolean => {
    if (!mayEdit) return false;
    if (isCopy && (bar.kind === "session" || bar.kind === "coupon")) {
      say(t("move.said.copyOnly"));
      return false;
    }
    if (isCopy || grips(bar, now).includes(grip)) return true;
    const phase = t(`phases.${barPhase(bar, now)}`);
    say(bar.kind === "coupon" ? t("move.said.coupon") : t("move.said.fixed", { name: words.name(bar), phase }));
    return false;
  };

  const found = (target: EventTarget): { bar: ScheduleBar; rowKey: string; element: HTMLElement } | null => {
    const element = target instanceof Element ? target.closest<HTMLElement>("[data-bar]") : null;
    const at = sequence.find((s) => s.key === element?.dataset.bar);
    return element && at ? { bar: at.bar, rowKey: at.line.key, element } : null;
  };
  /** The instant under a pointer. */
  const instantAt = (x: number): number => {
    const box = scroller.current?.getBoundingClientRect();
    return range.from + (x - (box?.left ?? 0) - nameWidth) / pxPerMs;
  };

  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    const hit = event.button === 0 ? found(event.target) : null;
    if (!hit) return;
    setActive(keyOf(hit.rowKey, hit.bar.id));
    const box = hit.element.getBoundingClientRect();
    const width = Math.max(leastPx, (Math.min(hit.bar.to, range.to) - Math.max(hit.bar.from, range.from)) * pxPerMs);
    const [left, right] = [event.clientX - box.left, box.left + width - event.clientX];
    const isWide = width > edge * 3;
    const grip: Grip =
      isWide && right >= 0 && right < edge && hit.bar.to <= range.to
        ? "to"
        : isWide && left < edge && hit.bar.from >= range.from
          ? "from"
          : "move";
    // a running sale can only be given another end
    const own = grips(hit.bar, now);
    const chosen = grip === "move" && own.length === 1 && own[0] ? own[0] : grip;
    press.current = {
      bar: hit.bar,
      rowKey: hit.rowKey,
      grip: chosen,
      x: event.clientX,
      isCopy: event.altKey,
      on: false,
    };
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    pointed.current = instantAt(event.clientX);
    const held = press.current;
    if (!held) return;
    if (!held.on) {
      if (Math.abs(event.clientX - held.x) < 4) return;
      if (!changeable(held.bar, held.grip, held.isCopy)) {
        press.current = null;
        return;
      }
      held.on = true;
    }
    const base = pending && pending.bar.id === held.bar.id && pending.how === "keys" ? pending.span : held.bar;
    const span = dragged(base, held.isCopy ? "move" : held.grip, (event.clientX - held.x) / pxPerMs, step);
    if (pending && pending.span.from === span.from && pending.span.to === span.to) return;
    put({ bar: held.bar, rowKey: held.rowKey, span, isCopy: held.isCopy, how: "pointer" });
  };
  const onPointerUp = (event: PointerEvent<HTMLDivElement>) => {
    const held = press.current;
    press.current = null;
    if (event.currentTarget.hasPointerCapture(event.pointerId))
      event.currentTarget.releasePointerCapture(event.pointerId);
    if (!held) return;
    if (!held.on) {
      setPeeked(held.bar);
      return;
    }
    if (pending) setPending({ ...pending, how: "dialog" });
  };

  // what was let go is saved when the server finds nothing against it; else it waits, with its reasons
  const isLetGo = pending?.how === "dialog" && isKnown && !isSaving;
  const isClear = isLetGo && !isBlocked && conflicts.length === 0;
  const settle = useRef(save);
  settle.current = save;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each change let go
  useEffect(() => {
    if (isClear && pending) {
      if (pending.span.from === pending.bar.from && pending.span.to === pending.bar.to && !pending.isCopy)
        setPending(null);
      else void settle.current(pending);
    }
  }, [isClear]);
  const firstReason = useRef("");
  useEffect(() => {
    if (pending && isKnown)
      say(
        t(isBlocked ? "move.said.blocked" : "move.said.free", {
          window: windowText(pending.span),
          reason: firstReason.current,
        }),
      );
  }, [pending, isKnown, isBlocked, t]);

  const focusOn = (key: string) => {
    setActive(key);
    const line = sequence.find((s) => s.key === key)?.line;
    const box = scroller.current;
    if (line && box && (line.top < box.scrollTop || line.top + line.height > box.scrollTop + box.clientHeight - 120))
      box.scrollTo({ top: Math.max(0, line.top - 40) });
    requestAnimationFrame(() =>
      requestAnimationFrame(() => box?.querySelector<HTMLElement>(`[data-bar="${CSS.escape(key)}"]`)?.focus()),
    );
  };
  const nudge = (bar: ScheduleBar, rowKey: string, grip: Grip, sign: 1 | -1) => {
    const mine = pending?.bar.id === bar.id ? pending : null;
    if (!changeable(bar, grip, mine?.isCopy ?? false)) return;
    const span = mine?.span ?? { from: bar.from, to: bar.to };
    const pulled = dragged(span, grip, sign * step, step);
    put({ bar, rowKey, span: pulled, isCopy: mine?.isCopy ?? false, how: "keys" });
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const at = found(event.target);
    if (!at || event.nativeEvent.isComposing || event.ctrlKey || event.metaKey) return;
    const { bar, rowKey } = at;
    const place = sequence.findIndex((s) => s.key === keyOf(rowKey, bar.id));
    const go = (by: number) => {
      const next = sequence[place + by];
      if (next) focusOn(next.key);
    };
    const deeds: Record<string, () => void> = {
      ArrowRight: () => nudge(bar, rowKey, event.altKey ? "from" : event.shiftKey ? "to" : "move", 1),
      ArrowLeft: () => nudge(bar, rowKey, event.altKey ? "from" : event.shiftKey ? "to" : "move", -1),
      ArrowDown: () => go(1),
      ArrowUp: () => go(-1),
      Escape: restore,
      Enter: () => {
        if (!pending) router.push(bar.href);
        else if (!isKnown) setPending({ ...pending, how: "dialog" });
        else if (!isBlocked && !isSaving) void save(pending);
      },
      " ": () => setPeeked(bar),
      c: () => {
        if (changeable(bar, "move", true))
          put({ bar, rowKey, span: dragged(bar, "move", bar.to - bar.from, step), isCopy: true, how: "keys" });
      },
      m: () => openMove(bar),
    };
    const deed = deeds[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!deed || (event.key === "Escape" && !pending)) return;
    event.preventDefault();
    event.stopPropagation();
    deed();
  };
  const openMove = (bar: ScheduleBar | undefined) => {
    if (!mayEdit) return;
    if (!bar) toast(t("move.pick"), { kind: "attention" });
    else if (changeable(bar, grips(bar, now)[0] ?? "move", false)) setMoving(bar);
    else
      toast(t("move.said.fixed", { name: words.name(bar), phase: t(`phases.${barPhase(bar, now)}`) }), {
        kind: "attention",
      });
  };
  const createAt = (at: number, kind: Row["kind"] = "flash", city?: string) => {
    if (!mayEdit || kind === "coupon") return;
    const starts = new Date(snapped(at, hour) > at ? snapped(at, hour) - hour : snapped(at, hour));
    const day = dayOf(starts);
    const ask =
      kind === "session"
        ? `/sessions/new?day=${day}`
        : `/flash/new?${new URLSearchParams({
            day,
            from: clockText(starts),
            to: clockText(new Date(starts.getTime() + 2 * hour)),
            ...(kind === "group" ? { kind } : {}),
            ...(city ? { city } : {}),
          })}`;
    router.push(ask);
  };
  useKeys("list", [
    {
      keys: "n",
      label: t("keys.create"),
      command: true,
      run: () => createAt(pointed.current ?? current?.bar.from ?? Math.max(range.from, now)),
    },
    { keys: "m", label: t("keys.move"), run: () => openMove(active ? current?.bar : undefined) },
    // these are heard by the bar that has the focus; here they stand for the help sheet
    ...(
      [
        [["ArrowDown", "ArrowUp"], "next"],
        ["Space", "peek"],
        ["Enter", "open"],
        [["ArrowLeft", "ArrowRight"], "nudge"],
        [["shift+ArrowLeft", "shift+ArrowRight"], "end"],
        [["alt+ArrowLeft", "alt+ArrowRight"], "start"],
        ["c", "copy"],
      ] as const
    ).map(([keys, label]) => ({ keys, label: t(`keys.${label}`), run: () => false })),
    ...(pending ? [{ keys: "Escape", label: t("move.restore"), run: restore }] : []),
  ]);

  const nowPlace = placed(range, { from: now, to: now + 1 });
  const cutoffs = [
    ...new Set(homes.map((h) => h.to).concat(bars.flatMap((b) => (b.kind === "session" ? [b.to] : [])))),
  ];
  const tick = zoom === "hour" ? hour : 24 * hour;
  const marks = Array.from(
    { length: Math.round((range.to - range.from) / tick) - 1 },
    (_, i) => ((i + 1) * tick * 100) / (range.to - range.from),
  );
  const rowName = (row: Row): string =>
    names[row.rowId] ??
    (row.rowId === ""
      ? row.kind === "session" || row.kind === "coupon"
        ? t(`kinds.${row.kind}`)
        : t("rows.other")
      : row.rowId);

  const drawPending = (line: Extract<Line, { kind: "row" }>) => {
    if (!pending || pending.rowKey !== line.key) return null;
    const place = placed(range, pending.span);
    if (!place) return null;
    const lane = line.lanes[line.row.bars.findIndex((b) => b.id === pending.bar.id)] ?? 0;
    const clash = line.row.bars.filter((b) => hitIds.has(b.id) && meets(b, pending.span));
    return (
      <>
        {clash.map((b) => {
          const over = placed(range, {
            from: Math.max(b.from, pending.span.from),
            to: Math.min(b.to, pending.span.to),
          });
          return (
            over && (
              <span
                key={b.id}
                aria-hidden="true"
                className="pointer-events-none absolute inset-y-0 border-x border-danger opacity-55"
                style={{ left: `${over.left}%`, width: `${over.width}%`, ...conflictStripes }}
              />
            )
          );
        })}
        <span
          aria-hidden="true"
          className={`pointer-events-none absolute z-10 flex min-w-28 items-center overflow-hidden rounded-chip bg-overlay px-2 text-xs leading-[18px] shadow-overlay ring-2 ${isBlocked ? "ring-danger" : "ring-focus"}`}
          style={{
            left: `${place.left}%`,
            width: `${place.width}%`,
            top: rowPad + lane * (size.lane + laneGap),
            height: Math.max(size.lane, 22),
          }}
        >
          <i
            className={`absolute bottom-0 left-0 h-[3px] ${isBlocked ? "bg-danger" : "bg-focus"}`}
            style={{ width: Math.max(leastPx, (place.width * view.width) / 100) }}
          />
          <BarText
            shape={isBlocked ? "failed" : "progress"}
            name={words.name(pending.bar, line.row.rowId)}
            summary={windowText(pending.span)}
            lines={size.lines}
          />
        </span>
      </>
    );
  };

  return (
    <>
      <section aria-label={t("label")} className="card relative flex min-h-0 flex-col overflow-hidden max-sm:hidden">
        <div
          ref={scroller}
          className="max-h-[max(420px,calc(100dvh-250px))] overflow-x-hidden overflow-y-scroll"
          style={{ scrollPaddingTop: 120 }}
        >
          <div className="sticky top-0 z-30 border-b border-border bg-surface">
            <DayHeads heads={heads} zoom={zoom} now={now} />
            {zoom === "hour" && <HourTicks day={from} />}
            <LoadStrip heads={heads} load={load} zoom={zoom} />
          </div>
          {/* biome-ignore lint/a11y/noStaticElementInteractions: pointer and keys of the bars inside, which are buttons */}
          <div
            className="relative"
            style={{ height: total }}
            onPointerDown={onPointerDown}
            onPointerMove={onPointerMove}
            onPointerUp={onPointerUp}
            onPointerCancel={() => {
              press.current = null;
              restore();
            }}
            onKeyDown={onKeyDown}
            onDoubleClick={(event) => {
              if (found(event.target)) return;
              const box = event.currentTarget.getBoundingClientRect();
              const line = lines.findLast((l) => l.top <= event.clientY - box.top);
              createAt(instantAt(event.clientX), line?.row.kind, by === "city" ? line?.row.rowId : undefined);
            }}
          >
            <div aria-hidden="true" className="pointer-events-none absolute inset-0" style={{ left: nameWidth }}>
              {marks.map((left) => (
                <i key={left} className="absolute inset-y-0 border-l border-separator" style={{ left: `${left}%` }} />
              ))}
              {zoom !== "month" &&
                cutoffs.map((at) => {
                  const place = placed(range, { from: at - 1, to: at });
                  return (
                    place && (
                      <i
                        key={at}
                        className="absolute inset-y-0 border-l border-dashed border-field-border"
                        style={{ left: `${place.left + place.width}%` }}
                      />
                    )
                  );
                })}
            </div>
            <ul>
              {lines.slice(inView.first, inView.last + 1).map((line) =>
                line.kind === "head" ? (
                  <li
                    key={line.key}
                    className="absolute inset-x-0 z-[2] flex items-center gap-2 border-b border-separator bg-surface-secondary pl-4 text-xs"
                    style={{ top: line.top, height: line.height }}
                  >
                    <b>{t(`layers.${line.row.kind}`)}</b>
                    <span className="text-muted">{t(`rules.${line.row.kind}`)}</span>
                  </li>
                ) : (
                  <li
                    key={line.key}
                    aria-label={t("barsLabel", { row: rowName(line.row), count: line.row.bars.length })}
                    className="absolute inset-x-0 grid border-b border-separator"
                    style={{ top: line.top, height: line.height, gridTemplateColumns: `${nameWidth}px 1fr` }}
                  >
                    <span className="flex min-w-0 flex-col border-r border-border bg-surface px-3 pt-1.5 pl-4">
                      <b className="truncate" title={rowName(line.row)}>
                        {rowName(line.row)}
                      </b>
                      <span className="truncate text-xs text-muted">
                        {line.row.kind === "coupon"
                          ? t("rows.coupon")
                          : t("rows.count", { count: line.row.bars.length })}
                      </span>
                    </span>
                    <span data-track="" className="relative min-w-0 overflow-hidden">
                      <RowBars
                        line={line}
                        range={range}
                        zoom={zoom}
                        width={view.width}
                        now={now}
                        mayEdit={mayEdit}
                        ghostId={
                          pending && !pending.isCopy && line.row.bars.some((b) => b.id === pending.bar.id)
                            ? pending.bar.id
                            : null
                        }
                        hits={line.row.bars.flatMap((b) => (hitIds.has(b.id) ? [b.id] : [])).join()}
                        stop={current?.line === line ? current.bar.id : null}
                        onReach={setActive}
                      />
                      {drawPending(line)}
                    </span>
                  </li>
                ),
              )}
            </ul>
            {nowPlace && (
              <div
                aria-hidden="true"
                className="pointer-events-none absolute inset-0 z-[3]"
                style={{ left: nameWidth }}
              >
                <i className="absolute inset-y-0 border-l-2 border-focus" style={{ left: `${nowPlace.left}%` }} />
              </div>
            )}
          </div>
        </div>
        {nowPlace && (
          <span
            aria-hidden="true"
            className="pointer-events-none absolute bottom-0 z-[4] -translate-x-full rounded-tl-[4px] bg-accent px-1.5 text-xs leading-4 text-accent-foreground"
            style={{ left: nameWidth + (view.width * nowPlace.left) / 100 + 2 }}
          >
            {clockText(new Date(now))}
          </span>
        )}
        {pending && (
          <Verdict
            pending={pending}
            conflicts={conflicts}
            rivals={hits}
            isKnown={isKnown}
            isBlocked={isBlocked}
            isSaving={isSaving}
            home={homes.find((h) => h.id === pending.home?.id) ?? null}
            onReason={(reason) => {
              firstReason.current = reason;
            }}
            onSpan={(span) => put({ ...pending, span, how: "keys" })}
            onSave={() => void save(pending)}
            onRestore={restore}
          />
        )}
      </section>
      {view.isPhone && <Agenda bars={bars} heads={heads} now={now} onOpen={setPeeked} />}
      <p role="status" aria-live="polite" className="sr-only">
        {said}
      </p>
      {mayEdit && <p className="text-xs text-muted max-sm:hidden">{t("add.here")}</p>}
      {peeked && (
        <Peek
          bar={peeked}
          phase={barPhase(peeked, now)}
          names={names}
          onClose={() => setPeeked(null)}
          onMove={
            mayEdit && grips(peeked, now).length > 0
              ? () => {
                  setMoving(peeked);
                  setPeeked(null);
                }
              : null
          }
        />
      )}
      {moving && (
        <MoveDialog
          bar={moving}
          ends={grips(moving, now).length === 1}
          onClose={() => setMoving(null)}
          onPut={(span, home, isCopy) => {
            const row = sequence.find((s) => s.bar.id === moving.id);
            setMoving(null);
            put({ bar: moving, rowKey: row?.line.key ?? "", span, isCopy, how: "dialog", ...(home ? { home } : {}) });
          }}
        />
      )}
    </>
  );
}
