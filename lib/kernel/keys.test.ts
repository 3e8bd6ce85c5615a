import { describe, expect, it } from "vitest";
import { type Held, isCharacters, pressOf, readPress, sequenceMs } from "./keys";

const known = ["g o", "g t", "j", "x", "mod+k", "?"];
const press = (key: string, more: Partial<Parameters<typeof pressOf>[0]> = {}) =>
  pressOf({ key, metaKey: false, ctrlKey: false, altKey: false, shiftKey: false, ...more });

/** What happens when these keys come one after another, `gapMs` apart. */
function type(keys: readonly string[], gapMs = 200): string[] {
  let held: Held = null;
  return keys.flatMap((key, i) => {
    const read = readPress(held, key, i * gapMs, known);
    held = read.held;
    return read.hit ?? [];
  });
}

describe("sequences of keys", () => {
  it.each([
    [["g", "o"], ["g o"]],
    [
      ["j", "j"],
      ["j", "j"],
    ],
    [
      ["g", "t", "j"],
      ["g t", "j"],
    ],
    [["g", "g", "o"], ["g o"]],
    [["o"], []],
  ])("%j does %j", (keys, done) => expect(type(keys)).toEqual(done));

  it("a slip after the first key of a sequence does nothing", () => expect(type(["g", "x"])).toEqual([]));
  it("a slip ends the sequence", () => expect(type(["g", "q", "o"])).toEqual([]));
  it("a sequence waits a moment, not for ever", () => {
    expect(type(["g", "o"], sequenceMs)).toEqual(["g o"]);
    expect(type(["g", "o"], sequenceMs + 1)).toEqual([]);
    expect(type(["g", "j"], sequenceMs + 1)).toEqual(["j"]);
  });
});

describe("names of presses", () => {
  it("⌘K and Ctrl K are one, whatever the caps lock says", () => {
    expect(press("k", { metaKey: true })).toBe("mod+k");
    expect(press("K", { ctrlKey: true })).toBe("mod+k");
  });
  it("a character that needs shift is named by itself, another key with shift by both", () => {
    expect(press("?", { shiftKey: true })).toBe("?");
    expect(press("ArrowDown", { shiftKey: true })).toBe("shift+ArrowDown");
    expect(press(" ")).toBe("Space");
  });
  it("only bare characters can be turned off", () => {
    expect(["j", "g o", "?", "/", "mod+k", "Space", "Escape"].filter(isCharacters)).toEqual(["j", "g o", "?", "/"]);
  });
});
