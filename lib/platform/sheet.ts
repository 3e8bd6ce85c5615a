import "server-only";
import { Readable } from "node:stream";
import { parse } from "csv-parse";
import { Refusal } from "#lib/kernel/refusal";
import { unzip, type ZipEntry, zipEntries } from "./zip";

/** Text, a number as the file has it, or nothing; a cell formatted as a date reads as `YYYY-MM-DD`. */
export type Cell = string | number | null;
/** `number` is the row's number in the file, the heading being 1. */
export type SheetRow = { number: number; cells: Cell[] };

const mostBytes = 400 * 1024 * 1024;
const mostRows = 500_000;
const batch = 1000;

/** `A`, `B`, … `AA`: the column's letters from its index. */
export function columnLetters(index: number): string {
  let letters = "";
  for (let n = index + 1; n > 0; n = Math.floor((n - 1) / 26))
    letters = String.fromCharCode(65 + ((n - 1) % 26)) + letters;
  return letters;
}

/**
 * Rows of the first sheet of an .xlsx, or of a .csv (UTF-8 with or without mark, UTF-16 with mark, GB18030; comma, semicolon or
 * tab), a thousand at a time. The kind is told from the bytes, not from the name. Between batches other work gets its turn.
 * Refuses: sheetOldFormat (.xls), sheetUnreadable, sheetTooLarge (500 000 rows, 400 MB unpacked), sheetEmpty.
 */
export async function* readSheet(bytes: Buffer): AsyncGenerator<SheetRow[]> {
  if (bytes.length === 0) throw new Refusal("sheetEmpty");
  if (bytes.length > 8 && bytes.readUInt32BE(0) === 0xd0cf11e0) throw new Refusal("sheetOldFormat");
  const rows = bytes.length > 4 && bytes.readUInt32LE(0) === 0x04034b50 ? xlsxRows(bytes) : csvRows(bytes);
  let waiting: SheetRow[] = [];
  let count = 0;
  for await (const row of rows) {
    waiting.push(row);
    if (++count > mostRows) throw new Refusal("sheetTooLarge");
    if (waiting.length === batch) {
      yield waiting;
      waiting = [];
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  if (count === 0) throw new Refusal("sheetEmpty");
  if (waiting.length > 0) yield waiting;
}

function decode(bytes: Buffer): string {
  const mark = bytes.length >= 2 ? bytes.readUInt16BE(0) : 0;
  if (mark === 0xfffe) return new TextDecoder("utf-16le").decode(bytes);
  if (mark === 0xfeff) return new TextDecoder("utf-16be").decode(bytes);
  for (const encoding of ["utf-8", "gb18030"]) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch {
      // the next encoding
    }
  }
  throw new Refusal("sheetUnreadable");
}

async function* csvRows(bytes: Buffer): AsyncGenerator<SheetRow> {
  const text = decode(bytes);
  if (text.includes("\0")) throw new Refusal("sheetUnreadable");
  const head = text.slice(0, text.search(/[\r\n]|$/));
  const delimiter = [",", "\t", ";"].sort((a, b) => head.split(b).length - head.split(a).length)[0];
  const parser = Readable.from([text]).pipe(
    parse({
      delimiter,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: false,
      skip_records_with_error: false,
    }),
  );
  let number = 0;
  try {
    for await (const record of parser as AsyncIterable<string[]>) {
      number++;
      if (record.some((cell) => cell !== ""))
        yield { number, cells: record.map((cell) => (cell === "" ? null : cell)) };
    }
  } catch (error) {
    if (error instanceof Error && "code" in error && String(error.code).startsWith("CSV_"))
      throw new Refusal("sheetUnreadable");
    throw error;
  }
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const unescapeXml = (text: string): string =>
  text.includes("&")
    ? text.replace(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (whole, name: string) => {
        if (!name.startsWith("#")) return entities[name] ?? whole;
        const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
        return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
      })
    : text;

/** The text runs of an `<si>` or `<is>`, without their phonetic guides. */
const runsOf = (xml: string): string =>
  unescapeXml(
    [...xml.replace(/<rPh\b[\s\S]*?<\/rPh>/g, "").matchAll(/<t(?:\s[^>]*)?>([\s\S]*?)<\/t>/g)]
      .map((m) => m[1] ?? "")
      .join(""),
  ).replace(/_x([0-9A-F]{4})_/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

async function textOf(bytes: Buffer, entry: ZipEntry | undefined): Promise<string | null> {
  if (!entry) return null;
  const pieces: Buffer[] = [];
  for await (const piece of unzip(bytes, entry, 128 * 1024 * 1024)) pieces.push(piece);
  return plainNames(Buffer.concat(pieces).toString("utf8"));
}

/** Some writers put a namespace prefix before every element; without it the rest reads one form only. */
const plainNames = (xml: string): string => xml.replace(/<(\/?)[A-Za-z]\w*:(?=[A-Za-z])/g, "<$1");

/** One pattern a name, made once: a large sheet asks two million times. */
const patterns = new Map<string, RegExp>();
function attribute(tag: string, name: string): string | null {
  let pattern = patterns.get(name);
  if (!pattern) {
    pattern = new RegExp(`(?:^|\\s)(?:\\w+:)?${name}="([^"]*)"`);
    patterns.set(name, pattern);
  }
  return pattern.exec(tag)?.[1] ?? null;
}

/** Which cell formats are dates: the built-in ones and custom codes with a year, a month or a day in them. */
function dateStyles(styles: string | null): Set<number> {
  const dates = new Set<number>();
  if (!styles) return dates;
  const custom = new Map<number, string>();
  for (const m of styles.matchAll(/<numFmt\s([^>]*)\/?>/g)) {
    custom.set(Number(attribute(m[1] ?? "", "numFmtId")), unescapeXml(attribute(m[1] ?? "", "formatCode") ?? ""));
  }
  const cells = /<cellXfs[\s\S]*?<\/cellXfs>/.exec(styles)?.[0] ?? "";
  let index = 0;
  for (const m of cells.matchAll(/<xf\s([^>]*)>/g)) {
    const format = Number(attribute(m[1] ?? "", "numFmtId"));
    const code = custom.get(format)?.replace(/"[^"]*"|\\.|\[[^\]]*\]/g, "");
    const isBuiltIn =
      (format >= 14 && format <= 17) ||
      format === 22 ||
      (format >= 27 && format <= 36) ||
      (format >= 50 && format <= 58);
    if (code === undefined ? isBuiltIn : /[ymd年月日]/i.test(code)) dates.add(index);
    index++;
  }
  return dates;
}

/** The day of a serial number of Excel; in the 1900 system day 60 is a 29 February that never was. */
function serialDay(serial: number, is1904: boolean): string | null {
  const days = Math.floor(serial) + (is1904 ? 1462 : 0);
  if (days < 1 || days > 2_958_465) return null;
  const at = new Date(Date.UTC(1899, 11, days < 60 ? 31 : 30) + days * 86_400_000);
  return at.toISOString().slice(0, 10);
}

async function* xlsxRows(bytes: Buffer): AsyncGenerator<SheetRow> {
  const entries = zipEntries(bytes);
  const workbook = await textOf(bytes, entries.get("xl/workbook.xml"));
  if (workbook === null) throw new Refusal("sheetUnreadable");
  const links = (await textOf(bytes, entries.get("xl/_rels/workbook.xml.rels"))) ?? "";
  const sheets = [...workbook.matchAll(/<sheet\s([^>]*)>/g)].map((m) => m[1] ?? "");
  const first = sheets.find((tag) => (attribute(tag, "state") ?? "visible") === "visible") ?? sheets[0];
  const link =
    first &&
    [...links.matchAll(/<Relationship\s([^>]*)>/g)]
      .map((m) => m[1] ?? "")
      .find(
        (tag) => attribute(tag, "Id") === attribute(first, "r:id") || attribute(tag, "Id") === attribute(first, "id"),
      );
  const target = (link && attribute(link, "Target")) || "worksheets/sheet1.xml";
  const sheet = entries.get((target.startsWith("/") ? target.slice(1) : `xl/${target}`).toLowerCase());
  if (!sheet) throw new Refusal("sheetUnreadable");
  const is1904 = /<workbookPr\s[^>]*date1904="(1|true)"/.test(workbook);
  const dates = dateStyles(await textOf(bytes, entries.get("xl/styles.xml")));
  const strings = [
    ...((await textOf(bytes, entries.get("xl/sharedstrings.xml"))) ?? "").matchAll(
      /<si(?:\s[^>]*)?(?:\/>|>([\s\S]*?)<\/si>)/g,
    ),
  ].map((m) => runsOf(m[1] ?? ""));

  const read = (tag: string, body: string): Cell => {
    const kind = attribute(tag, "t");
    if (kind === "inlineStr") return runsOf(body) || null;
    const value = /<v(?:\s[^>]*)?>([\s\S]*?)<\/v>/.exec(body)?.[1];
    if (value === undefined) return null;
    if (kind === "s") return strings[Number(value)] || null;
    if (kind === "str" || kind === "e" || kind === "b") return unescapeXml(value) || null;
    if (kind === "d") return value.slice(0, 10);
    const n = Number(value);
    if (!Number.isFinite(n)) return unescapeXml(value);
    return dates.has(Number(attribute(tag, "s") ?? 0)) ? (serialDay(n, is1904) ?? n) : n;
  };

  const decoder = new TextDecoder("utf-8");
  let rest = "";
  let number = 0;
  let hasPrefix: boolean | null = null;
  for await (const piece of unzip(bytes, sheet, mostBytes)) {
    rest += decoder.decode(piece, { stream: true });
    hasPrefix ??= /<\w+:worksheet\b/.test(rest);
    const end = rest.lastIndexOf(hasPrefix ? ":row>" : "</row>");
    if (end < 0) {
      if (rest.length > 16 * 1024 * 1024) throw new Refusal("sheetUnreadable");
      continue;
    }
    const cut = rest.indexOf(">", end) + 1;
    const whole = hasPrefix ? plainNames(rest.slice(0, cut)) : rest.slice(0, cut);
    rest = rest.slice(cut);
    for (const m of whole.matchAll(/<row(\s[^>]*?)?(?:\/>|>([\s\S]*?)<\/row>)/g)) {
      number = Number(attribute(m[1] ?? "", "r") ?? number + 1);
      if (m[2] === undefined) continue;
      const cells: Cell[] = [];
      for (const c of m[2].matchAll(/<c(\s[^>]*?)?(?:\/>|>([\s\S]*?)<\/c>)/g)) {
        const tag = c[1] ?? "";
        const at = columnIndex(attribute(tag, "r")) ?? cells.length;
        if (at > 1000) continue;
        while (cells.length < at) cells.push(null);
        cells[at] = c[2] === undefined ? null : read(tag, c[2]);
      }
      if (cells.some((cell) => cell !== null)) yield { number, cells };
    }
  }
}

function columnIndex(reference: string | null): number | null {
  const letters = /^[A-Z]+/.exec(reference ?? "")?.[0];
  return letters ? [...letters].reduce((n, letter) => n * 26 + letter.charCodeAt(0) - 64, 0) - 1 : null;
}
