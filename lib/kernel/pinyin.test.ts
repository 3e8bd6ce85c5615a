import { describe, expect, test } from "vitest";
import { initials, pinyin } from "./pinyin";

const spoken: Record<string, string> = {
  a: "安",
  b: "菠白扁冰八",
  c: "菜葱橙草醋茶",
  d: "豆蛋冬大刀",
  e: "鹅",
  f: "番粉枫",
  g: "果瓜菇柑干",
  h: "黄花胡海红",
  j: "鸡姜韭椒酱",
  k: "苦空烤",
  l: "萝辣梨李莲栗",
  m: "木米面毛",
  n: "牛奶柠嫩",
  o: "藕",
  p: "苹葡平排",
  q: "芹茄青千",
  r: "肉",
  s: "蒜山丝生酸",
  t: "土桃甜提",
  w: "莴娃晚五",
  x: "西香虾小杏鲜雪",
  y: "油玉洋鱼羊鸭樱",
  z: "枣竹猪紫榨芝",
};

describe("pinyin initials", () => {
  for (const [letter, characters] of Object.entries(spoken)) {
    test(`${characters} begin with ${letter}`, () => {
      expect([...characters].map((c) => [c, initials(c)])).toEqual([...characters].map((c) => [c, letter]));
    });
  }
  test("a name is found by what one types on the phone", () => {
    expect(initials("油麦菜")).toBe("ymc");
    expect(initials("鲜鸡蛋 30 枚")).toBe("xjd30m");
    expect(initials("胡萝卜（洗）")).toBe("hlbx");
    expect(initials("长茄")).toBe("cq");
  });

  test.each([
    ["王秀英", "wangxiuying"],
    ["吕芳", "lvfang"],
    ["曾庆国", "zengqingguo"],
    ["长豆角 500g", "changdoujiao500g"],
    ["A 座", "azuo"],
  ])("%s is also found by %s", (name, typed) => expect(pinyin(name)).toBe(typed));
});
