import { z } from "zod";
import { rfc3339 } from "#lib/kernel/time";
import { Refusal } from "./wire";

/** An instant in the channel's words. */
export const moment = (at: number) => rfc3339(new Date(at));

/** Text measured in characters, as the channel's documents count them. */
export const words = (max: number, min = 1) =>
  z.string().refine((value) => [...value].length >= min && [...value].length <= max, `${min} 至 ${max} 个字符`);

export const tradeNo = z.string().regex(/^[0-9A-Za-z_\-|*]{6,32}$/);
export const refundNo = z.string().regex(/^[0-9A-Za-z_\-|*@]{1,64}$/);
export const billNo = z.string().regex(/^[0-9A-Za-z]{1,32}$/);
export const openid = z.string().regex(/^[0-9A-Za-z_-]{1,128}$/);
export const amount = z.int().min(1).max(100_000_000_00);
export const currency = z.literal("CNY");

/** Complete, https (plain http only towards this machine), no query. */
export const notifyUrl = z
  .string()
  .max(255)
  .refine((value) => {
    if (!URL.canParse(value)) return false;
    const url = new URL(value);
    const local = ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
    return (url.protocol === "https:" || (url.protocol === "http:" && local)) && url.search === "" && url.hash === "";
  }, "通知地址须为完整的 https 地址，且不带参数");

export const instant = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?(Z|[+-]\d\d:\d\d)$/)
  .refine((value) => !Number.isNaN(Date.parse(value)));

/** Parses a JSON body against its shape. Refuses: PARAM_ERROR; undefined extra fields are an error of their own. */
export function read<T>(shape: z.ZodType<T>, body: string): T {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new Refusal(400, "PARAM_ERROR", "请求体不是合法的JSON", 270924357);
  }
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  if (issue?.code === "unrecognized_keys") {
    throw new Refusal(400, "PARAM_ERROR", `参数中含有非法的额外参数：${issue.keys.join(",")}`, 270924358, {
      field: issue.keys[0],
    });
  }
  const field = issue?.path.join("/") ?? "";
  throw new Refusal(400, "PARAM_ERROR", `参数错误：${field} ${issue?.message ?? ""}`, 270924359, {
    location: "body",
    field,
    issue: issue?.message,
  });
}

/** One text for one meaning: keys in order, so that two calls can be compared. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(",")}}`;
}
