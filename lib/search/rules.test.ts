import { fc, test as prop } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { askedGrams, folded, gramsOf, tokenOf, wholeId, wordsOf } from "./rules";

const han = fc.string({ unit: fc.constantFrom(..."王秀英李白菜鸡蛋大小"), minLength: 2, maxLength: 6 });
const letters = fc.string({ unit: fc.constantFrom(..."abcxyz019"), minLength: 3, maxLength: 12 });

describe("grams", () => {
  prop.prop([han, han, han])("any two Chinese characters of a text find it", (before, asked, after) => {
    const grams = new Set(gramsOf(folded(`${before}${asked}${after}`)));
    expect(askedGrams(asked).every((gram) => grams.has(gram))).toBe(true);
  });
  prop.prop([letters, letters, letters])("any three letters or digits of a text find it", (before, asked, after) => {
    const grams = new Set(gramsOf(folded(`${before}${asked}${after}`)));
    expect(askedGrams(asked).every((gram) => grams.has(gram))).toBe(true);
  });
  it("two letters find short initials, one character what begins with it", () => {
    expect(gramsOf("wxy")).toContain(askedGrams("wx")[0]);
    expect(gramsOf("王秀英")).toContain(askedGrams("王")[0]);
    expect(gramsOf("王秀英")).not.toContain(askedGrams("英")[0]);
  });
  it("a question is at most four words, folded as the text is", () => {
    expect(wordsOf(" ＷＸ　王  a b c ")).toEqual(["wx", "王", "a", "b"]);
  });
  it("a whole number is known with its underscore, without it, and in capitals", () => {
    const id = "ord_1m84ap01947921fxk7q2";
    expect([id, id.replace("_", ""), id.toUpperCase(), "1m84ap01947921fxk7q2"].map(wholeId)).toEqual([
      id,
      id,
      id,
      null,
    ]);
  });
  it("a gram is another one on another day", () => {
    expect(tokenOf("王秀", 20_000)).not.toBe(tokenOf("王秀", 20_001));
    expect(Math.abs(tokenOf("王秀", 20_000))).toBeLessThanOrEqual(2 ** 31);
  });
});
