/** The fields of a browser's key event that say which key was pressed. */
export type KeyPress = { key: string; metaKey: boolean; ctrlKey: boolean; altKey: boolean; shiftKey: boolean };

/** One press by name: "g", "?", "Space", "Escape", "mod+k" (⌘ or Ctrl), "shift+ArrowDown". */
export function pressOf(event: KeyPress): string {
  const isMod = event.metaKey || event.ctrlKey;
  const isCharacter = event.key.length === 1 && event.key !== " ";
  const key = event.key === " " ? "Space" : isMod ? (isCharacter ? event.key.toLowerCase() : event.key) : event.key;
  const shift = event.shiftKey && (!isCharacter || isMod) ? "shift+" : "";
  return `${isMod ? "mod+" : ""}${event.altKey ? "alt+" : ""}${shift}${key}`;
}

/** True when every press is a bare character: what WCAG 2.1.4 lets a person turn off. */
export const isCharacters = (keys: string): boolean => keys.split(" ").every((press) => [...press].length === 1);

/** How long the first key of a sequence waits for the next. */
export const sequenceMs = 1_200;

/** The keys of a sequence pressed so far, and when the last one was. */
export type Held = { keys: string; at: number } | null;

/**
 * What a press means after what is held: the binding it completes, or what is held from now on. A key that does not continue a
 * sequence is not taken for itself, unless it begins one: a slip after "g" must do nothing.
 */
export function readPress(
  held: Held,
  press: string,
  at: number,
  known: Iterable<string>,
): { hit: string | null; held: Held } {
  const keys = held && at - held.at <= sequenceMs ? `${held.keys} ${press}` : press;
  const bound = [...known];
  if (bound.includes(keys)) return { hit: keys, held: null };
  const begun = [keys, press].find((some) => bound.some((other) => other.startsWith(`${some} `)));
  return { hit: null, held: begun ? { keys: begun, at } : null };
}
