/** The first character of each initial in the collation of pinyin; i, u and v begin no syllable. */
const firsts = "阿八嚓哒妸发旮哈讥咔垃妈拏噢妑七呥仨它屲夕丫帀";
const letters = "abcdefghjklmnopqrstwxyz";
const collator = new Intl.Collator("zh-Hans-CN-u-co-pinyin");
/** Characters whose everyday reading in product names is not the collation's first one. */
const spoken: Readonly<Record<string, string>> = {
  重: "c",
  长: "c",
  茄: "q",
  蕃: "f",
  柏: "b",
  藏: "c",
  行: "x",
  蛤: "g",
  圳: "z",
  薄: "b",
};

/**
 * The pinyin initials of a text, lower case: 油麦菜 → "ymc", 鲜鸡蛋30枚 → "xjd30m". Letters and digits stay,
 * anything else is left out. Needs full ICU, which Node and every current browser have.
 */
export function initials(text: string): string {
  let out = "";
  for (const char of text.normalize("NFKC").toLowerCase()) {
    if (/[a-z0-9]/.test(char)) out += char;
    else if (/\p{Script=Han}/u.test(char)) out += spoken[char] ?? initialOf(char);
  }
  return out;
}

function initialOf(char: string): string {
  let found = "";
  for (let i = 0; i < firsts.length; i++) {
    if (collator.compare(firsts[i] ?? "", char) > 0) break;
    found = letters[i] ?? "";
  }
  return found;
}
