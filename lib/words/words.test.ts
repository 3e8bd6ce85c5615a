import { describe, expect, it } from "vitest";
import * as enums from "#lib/generated/prisma/enums";
import { messages } from "./index";
import { chooseLocale } from "./locale";
import { refusalWords } from "./refusals";

type Tree = { [key: string]: string | Tree };

function leaves(tree: Tree, path = ""): Map<string, string> {
  const all = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === "string") all.set(`${path}${key}`, value);
    else for (const [deep, text] of leaves(value, `${path}${key}.`)) all.set(deep, text);
  }
  return all;
}

/** The names a sentence fills in: `{count, number}` and `{name}`, not the branches of a plural. */
function blanks(text: string): string[] {
  const names = new Set<string>();
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "{") {
      if (depth % 2 === 0) {
        const name = /^\{\s*(\w+)\s*[,}]/.exec(text.slice(i))?.[1];
        if (name) names.add(name);
      }
      depth += 1;
    } else if (text[i] === "}") depth -= 1;
  }
  return [...names].sort();
}

const zh = leaves(messages("zh-CN") as unknown as Tree);
const en = leaves(messages("en") as unknown as Tree);

describe("the words", () => {
  it("say everything in both languages", () => {
    expect(zh.size).toBeGreaterThan(100);
    expect([...en.keys()].sort()).toEqual([...zh.keys()].sort());
  });

  it("fill in the same facts in both languages", () => {
    const differing = [...zh]
      .filter(([key, text]) => blanks(text).join() !== blanks(en.get(key) ?? "").join())
      .map(([key]) => key);
    expect(differing).toEqual([]);
  });

  it("hold no Chinese in the English, but for the names of languages and of the columns a file may have", () => {
    const named = ["shell.languages.", "catalog.imports.lead", "catalog.imports.columns"];
    const chinese = [...en].filter(
      ([key, text]) => /\p{Script=Han}/u.test(text) && !named.some((name) => key.startsWith(name)),
    );
    expect(chinese).toEqual([]);
  });
});

describe("the language of a visitor", () => {
  it.each([
    ["what they chose", "en", "zh-CN,zh;q=0.9", "en"],
    ["their browser's on the first visit", undefined, "en-GB,en;q=0.9,zh;q=0.4", "en"],
    ["the first of theirs that is ours", undefined, "fr-FR,zh-TW;q=0.8,en;q=0.5", "zh-CN"],
    ["Chinese when nothing is known", "xx", null, "zh-CN"],
  ])("is %s", (_, cookie, header, locale) => {
    expect(chooseLocale(cookie, header)).toBe(locale);
  });
});

it("a refusal says the state something is in as a Chinese word, whichever state it is", () => {
  const states = Object.entries(enums).flatMap(([name, values]) =>
    name.endsWith("State") ? Object.values(values) : [],
  );
  const raw = states.filter((state) => /\w/.test(refusalWords("illegalTransition", { state }, "zh-CN").text));
  expect(states.length).toBeGreaterThan(50);
  expect(raw).toEqual([]);
});
