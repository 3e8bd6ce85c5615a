"use client";
import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useRef, useSyncExternalStore } from "react";
import { IconButton } from "./button";
import { Icon } from "./icon";
import { type StateKind, StateShape } from "./state-badge";

type Toast = { id: number; kind: StateKind; text: string; undo?: () => void };
const shownMs = 8000;

let toasts: readonly Toast[] = [];
let last = 0;
const listeners = new Set<() => void>();
const none: readonly Toast[] = [];
function set(next: readonly Toast[]) {
  toasts = next;
  for (const tell of listeners) tell();
}
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Says a sentence in the corner for eight seconds; `undo` adds the inverse. Callable from any client code. */
export function toast(text: string, options: { kind?: StateKind; undo?: () => void } = {}): void {
  last += 1;
  set([...toasts.slice(-2), { id: last, kind: options.kind ?? "done", text, undo: options.undo }]);
}

const drop = (id: number) => set(toasts.filter((one) => one.id !== id));

function Line({ one }: { one: Toast }) {
  const t = useTranslations("ui.actions");
  const held = useRef(false);
  useEffect(() => {
    const timer = setInterval(() => {
      if (!held.current) drop(one.id);
    }, shownMs);
    return () => clearInterval(timer);
  }, [one.id]);
  return (
    <div
      className="pointer-events-auto flex min-h-12 items-center gap-2 rounded-bar bg-overlay py-1 pr-1.5 pl-4 shadow-overlay"
      onPointerEnter={() => {
        held.current = true;
      }}
      onPointerLeave={() => {
        held.current = false;
      }}
    >
      <StateShape kind={one.kind} size={14} />
      <span className="min-w-0 flex-1 break-words">{one.text}</span>
      {one.undo && (
        <button
          type="button"
          className="link min-h-8 px-2"
          onClick={() => {
            one.undo?.();
            drop(one.id);
          }}
        >
          {t("undo")}
        </button>
      )}
      <IconButton label={t("close")} onClick={() => drop(one.id)}>
        <Icon of={X} />
      </IconButton>
    </div>
  );
}

/** The corner where toasts appear; every shell holds exactly one. */
export function Toaster() {
  const shown = useSyncExternalStore(
    subscribe,
    () => toasts,
    () => none,
  );
  return (
    <div
      role="status"
      aria-live="polite"
      className="no-print pointer-events-none fixed right-4 bottom-20 left-4 z-[100001] flex flex-col gap-2 sm:bottom-4 sm:left-auto sm:w-[380px]"
    >
      {shown.map((one) => (
        <Line key={one.id} one={one} />
      ))}
    </div>
  );
}
