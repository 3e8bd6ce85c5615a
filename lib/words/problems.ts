import { refusals } from "./refusals";

/** What is wrong with one field: code → Chinese, English. A schema names one as its message; the rest follow from the kind of issue. */
const problems = {
  required: ["请填写这一项。", "Please fill this in."],
  choose: ["请选择一项。", "Please choose one."],
  chooseSome: ["请至少选一项。", "Choose at least one."],
  short: ["至少 {n} 个字。", "At least {n} characters."],
  long: ["最多 {n} 个字。", "At most {n} characters."],
  few: ["至少 {n} 项。", "At least {n}."],
  many: ["最多 {n} 项。", "At most {n}."],
  low: ["不能小于 {n}。", "Must be at least {n}."],
  high: ["不能大于 {n}。", "Must be at most {n}."],
  number: ["请填写数字。", "Please enter a number."],
  whole: ["请填写整数。", "Please enter a whole number."],
  step: ["请按 {n} 的倍数填写。", "Must be a multiple of {n}."],
  date: ["请填写正确的日期。", "Please enter a valid date."],
  format: ["格式不对，请检查。", "The format is not right."],
  phone: ["请填写 11 位手机号。", "Enter an 11-digit mobile number."],
  email: ["请填写正确的邮箱。", "Enter a valid e-mail address."],
  url: ["请填写正确的网址。", "Enter a valid address."],
  creditCode: [
    "统一社会信用代码不对，请对照执照检查 18 位。",
    "The credit code is not right: check its 18 characters against the licence.",
  ],
  identityNumber: ["身份证号不对，请检查 18 位。", "The identity number is not right: check its 18 characters."],
  bankAccount: ["银行账号不对，请检查数字。", "The bank account is not right: check its digits."],
  passwordShort: ["密码至少 10 位。", "The password needs at least 10 characters."],
  passwordsDiffer: ["两次输入不一致。", "The two entries differ."],
  later: ["要晚于开始时间。", "Must be later than the start."],
  tooLong: ["内容太长，请精简。", "Too long; please shorten it."],
  underage: ["申请人须年满 18 岁。", "The applicant must be at least 18."],
  agreeFirst: ["请先阅读并勾选同意。", "Please read and accept it first."],
  paperMissing: ["还没有上传这份证照。", "This document is still missing."],
  expiryMissing: ["请填写有效期。", "Please give the date it is valid until."],
  paperExpired: ["已过期，请上传有效的证照。", "It has expired. Upload a valid one."],
  unknownField: ["没有这个字段。", "There is no such field."],
  belowCost: [
    "低于供货价。只有临期、换季、积压可以亏本卖，请选择理由。",
    "Below the supply price. Only short-dated, seasonal or overstocked goods may be sold at a loss: choose why.",
  ],
  commissionTooHigh: ["佣金不能超过 30%。", "Commission may be at most 30 %."],
  msrpLow: ["建议零售价不能低于售价。", "The recommended price cannot be below the sale price."],
  taken: ["已被使用，请换一个。", "Already in use. Choose another."],
} as const satisfies Record<string, readonly [zh: string, en: string]>;

export type ProblemCode = keyof typeof problems;

/** The parts of a zod issue that matter here. */
export type Issue = {
  code?: string;
  message?: string;
  origin?: string;
  expected?: string;
  format?: string;
  minimum?: number | bigint;
  maximum?: number | bigint;
  divisor?: number | bigint;
  input?: unknown;
};

const sized = (origin: string | undefined, text: ProblemCode, list: ProblemCode, number: ProblemCode): ProblemCode =>
  origin === "string" ? text : origin === "array" || origin === "set" ? list : number;

function codeOf(issue: Issue): [code: ProblemCode, n: unknown] {
  switch (issue.code) {
    case "too_small":
      if (Number(issue.minimum) === 1 && issue.origin === "string") return ["required", 1];
      if (Number(issue.minimum) === 1 && issue.origin === "array") return ["chooseSome", 1];
      return [sized(issue.origin, "short", "few", "low"), issue.minimum];
    case "too_big":
      return [sized(issue.origin, "long", "many", "high"), issue.maximum];
    case "invalid_type":
      if (issue.expected === "int") return ["whole", null];
      return issue.expected === "date" ? ["date", null] : ["required", null];
    case "invalid_value":
      return ["choose", null];
    case "not_multiple_of":
      return ["step", issue.divisor];
    case "invalid_format":
      if (issue.format === "email" || issue.format === "url") return [issue.format, null];
      return ["format", null];
    default:
      return ["format", null];
  }
}

/** The sentence under a field. A message that is a code of this table or of the refusals wins over the kind of issue. */
export function problemWords(issue: Issue, locale: "zh-CN" | "en", facts: Record<string, unknown> = {}): string {
  const side = locale === "en" ? 1 : 0;
  const named = issue.message ?? "";
  const fill = (text: string, values: Record<string, unknown>) =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? "—"));
  if (named in problems) return fill(problems[named as ProblemCode][side], facts);
  if (named in refusals) return fill(refusals[named as keyof typeof refusals][side + 1] as string, facts);
  const [code, n] = codeOf(issue);
  return fill(problems[code][side], { n, ...facts });
}
