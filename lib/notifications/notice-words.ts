import "server-only";
import { messages } from "#lib/words/index";
import type { Locale } from "#lib/words/locale";
import type { NoticeKind } from "./schema";

const fill = (sentence: string, params: Record<string, string | number>): string =>
  sentence.replace(/\{(\w+)\}/g, (_, name: string) => (params[name] ?? "—").toLocaleString("en-US"));

/** A notice in the reader's language: what it is, what it is about, and both as one message. */
export function noticeWords(
  locale: Locale,
  kind: NoticeKind,
  params: Record<string, string | number>,
): { title: string; detail: string; message: string } {
  const words = messages(locale).notices;
  const [title, detail] = [fill(words.kinds[kind].title, params), fill(words.kinds[kind].detail, params)];
  return { title, detail, message: fill(words.message, { title, detail }) };
}
