"use client";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { ListActions, ListLayout, SavedView } from "#lib/workbench/schema";
import { arranged, type Density, isSameLayout, type LayoutColumn } from "./layout";

/** Arrangements changed in this tab: newer than what a page kept by the router was rendered with. */
const changedHere = new Map<string, ListLayout>();
const settledMs = 500;

export type Arrange = (change: Partial<ListLayout> | null) => void;

/**
 * The arrangement of a list's columns: a saved view's own, else the person's, which is remembered when she stops changing it.
 * `arrange(null)` goes back to how the list was made.
 */
export function useLayout(
  list: string,
  columns: readonly LayoutColumn[],
  own: ListLayout | null | undefined,
  view: SavedView | undefined,
  density: Density,
  save: ListActions["saveLayout"] | undefined,
): { layout: ListLayout; arrange: Arrange; isEdited: boolean } {
  const [mine, setMine] = useState(() => changedHere.get(list) ?? own ?? null);
  const [edit, setEdit] = useState<{ view: string; layout: ListLayout } | null>(null);
  const edited = view?.layout && edit?.view === view.id ? edit.layout : null;
  const stored = edited ?? view?.layout ?? mine;
  const layout = useMemo(() => arranged(columns, stored, density), [columns, stored, density]);

  const unsaved = useRef<{ timer: ReturnType<typeof setTimeout>; save: () => void } | null>(null);
  const settle = useCallback(() => {
    if (!unsaved.current) return;
    clearTimeout(unsaved.current.timer);
    unsaved.current.save();
    unsaved.current = null;
  }, []);
  useEffect(() => settle, [settle]);

  function arrange(change: Partial<ListLayout> | null) {
    const next = arranged(columns, change && { ...layout, ...change }, density);
    if (view?.layout) {
      setEdit({ view: view.id, layout: next });
      return;
    }
    setMine(next);
    changedHere.set(list, next);
    if (!save) return;
    if (unsaved.current) clearTimeout(unsaved.current.timer);
    unsaved.current = { timer: setTimeout(settle, settledMs), save: () => void save(list, next).catch(() => {}) };
  }
  const isEdited = edited !== null && !isSameLayout(edited, arranged(columns, view?.layout ?? null, density));
  return { layout, arrange, isEdited };
}
