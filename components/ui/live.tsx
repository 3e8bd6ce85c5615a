"use client";
import { useRouter } from "next/navigation";
import { useEffect, useEffectEvent, useRef, useSyncExternalStore } from "react";

/** What this tab listens to, over one stream: open while the tab is seen, again after every loss, ever more patiently. */
const listeners = new Map<string, Set<() => void>>();
let stream: EventSource | null = null;
/** Still speaks until the new one is open. */
let before: EventSource | null = null;
let carried = "";
let missed = false;
let failures = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
let isWatching = false;
const watchers = new Set<() => void>();

const [firstWaitMs, longestWaitMs] = [1000, 60_000];
/** What a browser's timer can hold. */
const longestTimerMs = 2 ** 31 - 1;

function close() {
  before?.close();
  stream?.close();
  before = stream = null;
  carried = "";
}

function tune() {
  clearTimeout(timer);
  if (document.visibilityState !== "visible" || listeners.size === 0) {
    if (stream) missed = true;
    close();
    return;
  }
  const topics = [...listeners.keys()].sort().join();
  if (stream && topics === carried) return;
  before?.close();
  before = stream;
  const next = new EventSource(`/api/live?topics=${encodeURIComponent(topics)}`);
  stream = next;
  carried = topics;
  next.onopen = () => {
    if (stream !== next) return;
    before?.close();
    before = null;
    failures = 0;
    for (const seen of watchers) seen();
    if (!missed) return;
    missed = false;
    for (const told of new Set([...listeners.values()].flatMap((all) => [...all]))) told();
  };
  next.onmessage = (event) => {
    for (const told of [...(listeners.get(String(event.data)) ?? [])]) told();
  };
  next.onerror = () => {
    next.close();
    if (stream !== next) return;
    missed = true;
    close();
    const wait = Math.min(firstWaitMs * 2 ** failures++, longestWaitMs);
    for (const seen of watchers) seen();
    timer = setTimeout(tune, wait * (0.5 + Math.random()));
  };
}

/** Tunes a moment later, so that one page's leaving and the next one's coming are one change. */
function tuneSoon() {
  if (!isWatching) {
    isWatching = true;
    document.addEventListener("visibilitychange", tune);
    addEventListener("online", tune);
  }
  if (failures > 0 && !stream) return;
  clearTimeout(timer);
  timer = setTimeout(tune, 50);
}

/**
 * Calls `onChange` when the server says that something under a topic has changed, and once after the tab was hidden or the
 * connection lost. At most once a second per topic. Topics: lib/notifications/rules.ts.
 */
export function useTopic(topic: string | readonly string[], onChange: () => void): void {
  const told = useEffectEvent(onChange);
  const names = [topic].flat().join(",");
  useEffect(() => {
    if (names === "") return;
    const mine = () => told();
    for (const name of names.split(",")) listeners.set(name, (listeners.get(name) ?? new Set()).add(mine));
    tuneSoon();
    return () => {
      for (const name of names.split(",")) {
        listeners.get(name)?.delete(mine);
        if (listeners.get(name)?.size === 0) listeners.delete(name);
      }
      tuneSoon();
    };
  }, [names]);
}

function watchConnection(seen: () => void): () => void {
  watchers.add(seen);
  addEventListener("online", seen);
  addEventListener("offline", seen);
  return () => {
    watchers.delete(seen);
    removeEventListener("online", seen);
    removeEventListener("offline", seen);
  };
}

/** Whether the stream is lost and being opened again; when it is back, everybody who listens is told. */
export const useIsLost = (): boolean =>
  useSyncExternalStore(
    watchConnection,
    () => failures > 0 || !navigator.onLine,
    () => false,
  );

/**
 * Renders the page again on the server when something under its topics has changed, at most every `seconds`; the same when
 * `turnsInMs` are over, for what the clock alone makes late, and when a demo moves its clock. Quiet otherwise.
 */
export function LiveRefresh({
  topics,
  seconds = 2,
  turnsInMs = null,
}: {
  topics: readonly string[];
  seconds?: number;
  turnsInMs?: number | null;
}) {
  const router = useRouter();
  const pace = useRef<{ at: number; timer?: ReturnType<typeof setTimeout> }>({ at: Number.NEGATIVE_INFINITY });
  const refresh = () => {
    if (pace.current.timer) return;
    const go = () => {
      pace.current = { at: performance.now() };
      if (document.visibilityState === "visible") router.refresh();
    };
    const wait = pace.current.at + seconds * 1000 - performance.now();
    if (wait <= 0) go();
    else pace.current.timer = setTimeout(go, wait);
  };
  useTopic([...topics, "clock"], refresh);
  const turn = useEffectEvent(refresh);
  useEffect(() => {
    if (turnsInMs === null || turnsInMs > longestTimerMs) return;
    const timer = setTimeout(() => turn(), turnsInMs + 100);
    return () => clearTimeout(timer);
  }, [turnsInMs]);
  useEffect(() => () => clearTimeout(pace.current.timer), []);
  return null;
}
