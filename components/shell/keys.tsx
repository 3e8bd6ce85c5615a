"use client";
import { useEffect, useRef } from "react";
import { type Held, isCharacters, pressOf, readPress } from "#lib/kernel/keys";
import { remembered } from "./preference";

/** Whether this machine writes ⌘ where others write Ctrl. In the browser only. */
export const isApple = (): boolean => /Mac|iPhone|iPad/.test(navigator.userAgent);

/** Where a binding holds; each has its words in `shell.keys.scopes`. The order is that of the help sheet; a page's own go before everywhere. */
export const keyScopes = ["list", "review", "record", "everywhere"] as const;
export type KeyScope = (typeof keyScopes)[number];

/**
 * One binding. `keys`: presses by name, a sequence with blanks ("g o", "mod+k", "Space", "?"), several ways as an array, none for a
 * command without keys. `run` answers false when the key is not meant for it now. `always`: also while typing and in dialogs (for keys
 * with mod only). `command`: the palette offers it by its label.
 */
export type Binding = {
  keys?: string | readonly string[];
  label: string;
  run: (event?: KeyboardEvent) => unknown;
  always?: boolean;
  command?: boolean;
};

type Registration = { scope: KeyScope; bindings: readonly Binding[] };
const registered = new Set<Registration>();
let held: Held = null;

const ways = (binding: Binding): readonly string[] =>
  typeof binding.keys === "string" ? [binding.keys] : (binding.keys ?? []);

/** Every binding that holds on this page now, by scope, for the help sheet; what is said by one label is one line. */
export const boundKeys = (): { scope: KeyScope; bindings: { keys: string[]; label: string }[] }[] =>
  keyScopes.flatMap((scope) => {
    const byLabel = new Map<string, string[]>();
    for (const binding of [...registered].filter((r) => r.scope === scope).flatMap((r) => r.bindings))
      if (binding.keys) byLabel.set(binding.label, [...(byLabel.get(binding.label) ?? []), ...ways(binding)]);
    return byLabel.size > 0 ? [{ scope, bindings: [...byLabel].map(([label, keys]) => ({ label, keys })) }] : [];
  });

/** What the palette offers to do here; what belongs to the page before what holds everywhere. */
export const commands = (): { label: string; keys: readonly string[]; run: () => unknown }[] =>
  keyScopes
    .flatMap((scope) => [...registered].filter((r) => r.scope === scope))
    .flatMap((r) => r.bindings)
    .filter((binding) => binding.command)
    .map((binding) => ({ label: binding.label, keys: ways(binding), run: () => binding.run() }));

/** Whether shortcuts of bare characters are on for this person. */
export const charactersOn = (): boolean => typeof document === "undefined" || remembered("keys") !== "off";

const isTyping = (target: Element): boolean =>
  target.matches("input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable]");

/** A focused control keeps its own Enter and Space. */
const keepsForItself = (target: Element, press: string): boolean =>
  (press === "Space" && target.matches("button, input, summary, [role=button], [role=option]")) ||
  (press === "Enter" && target.matches("a, button, input, summary, [role=button], [role=option]"));

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || /^(Shift|Meta|Control|Alt)$/.test(event.key)) return;
  const press = pressOf(event);
  const target = event.target instanceof Element ? event.target : document.body;
  const isBusy = isTyping(target) || document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]');
  const on = charactersOn();
  if (keepsForItself(target, press)) return;
  const holding = [...registered]
    .reverse()
    .sort((a, b) => keyScopes.indexOf(a.scope) - keyScopes.indexOf(b.scope))
    .flatMap((r) => r.bindings)
    .filter((binding) => !isBusy || binding.always)
    .flatMap((binding) => ways(binding).map((keys) => ({ keys, run: binding.run })))
    .filter(({ keys }) => on || !isCharacters(keys));
  const read = readPress(
    held,
    press,
    event.timeStamp,
    holding.map(({ keys }) => keys),
  );
  held = read.held;
  const taken = read.held !== null || holding.some(({ keys, run }) => keys === read.hit && run(event) !== false);
  if (taken) event.preventDefault();
}

/**
 * Binds keys while the component is shown; the help sheet (`?`) lists them. Never fires while typing, in a dialog or under an open
 * menu (but `always`), nor Enter and Space on a control that has its own use for them. The newest component's binding is asked first.
 */
export function useKeys(scope: KeyScope, bindings: readonly Binding[]): void {
  const mine = useRef<Registration>({ scope, bindings });
  useEffect(() => {
    mine.current.bindings = bindings;
  });
  useEffect(() => {
    const registration = mine.current;
    if (registered.size === 0) addEventListener("keydown", onKeyDown);
    registered.add(registration);
    return () => {
      registered.delete(registration);
      if (registered.size === 0) removeEventListener("keydown", onKeyDown);
    };
  }, []);
}
