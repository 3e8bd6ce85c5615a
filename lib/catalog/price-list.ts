import type { Cell, SheetRow } from "#lib/platform/sheet";
import { type Fen, fen } from "../kernel/money";
import { type Day, parseDay } from "../kernel/time";
import { guessCategory } from "./categories";
import { identityKey, normal } from "./rules";

/** Reads price lists: which column is which, what each cell says, and what is wrong with it. Knows files of the market and our own template. */

export const columns = [
  "name",
  "spec",
  "unit",
  "category",
  "price",
  "low",
  "high",
  "day",
  "casePack",
  "quota",
  "origin",
  "code",
] as const;
export type ColumnName = (typeof columns)[number];

const headings: Readonly<Record<ColumnName, readonly string[]>> = {
  name: ["品名", "商品名称", "商品名", "名称", "产品名称", "货品", "name", "product"],
  spec: ["规格", "规格型号", "等级", "spec", "specification"],
  unit: ["单位", "计量单位", "计价单位", "unit"],
  category: ["品类", "类别", "分类", "一级分类", "category"],
  price: ["供货价", "平均价", "均价", "单价", "报价", "价格", "进价", "supplyprice", "price", "averageprice"],
  low: ["最低价", "低价", "lowprice", "low"],
  high: ["最高价", "高价", "highprice", "high"],
  day: ["发布日期", "日期", "报价日期", "时间", "date", "day"],
  casePack: ["箱规", "装箱数", "每箱数量", "casepack"],
  quota: ["日供量", "可供数量", "库存", "数量", "quota", "dailyquota"],
  origin: ["产地", "origin"],
  code: ["编码", "货号", "sku", "code"],
};

/** The columns our own template has, in order. */
export const templateColumns: readonly ColumnName[] = [
  "name",
  "spec",
  "unit",
  "category",
  "price",
  "casePack",
  "quota",
  "origin",
  "day",
];
export const headingOf = (column: ColumnName): string => headings[column][0] ?? column;

export type Layout = Partial<Record<ColumnName, number>>;

/** Which cell of a heading row is which column; null when it names no product or no price. Units in brackets are ignored. */
export function layoutOf(cells: readonly Cell[]): Layout | null {
  const layout: Layout = {};
  cells.forEach((cell, index) => {
    const word = normal(String(cell ?? ""))
      .replace(/\(.*?\)/g, "")
      .replace(/[\s_*/:：-]/g, "");
    const column = columns.find((c) => headings[c].includes(word));
    if (column && layout[column] === undefined) layout[column] = index;
  });
  return layout.name !== undefined &&
    (layout.price !== undefined || (layout.low !== undefined && layout.high !== undefined))
    ? layout
    : null;
}

/** One fault: where, why, what stood there and what to do. An error keeps the row out, a notice lets it through as said. */
export type Fault = {
  row: number;
  column: number;
  level: "error" | "notice";
  code: FaultCode;
  value: string;
  /** What it was taken as, or what to write instead; empty when there is nothing to propose. */
  suggestion: string;
};
export const faultCodes = [
  "nameMissing",
  "nameTooLong",
  "invisible",
  "priceMissing",
  "priceText",
  "priceZero",
  "priceNegative",
  "priceTooHigh",
  "priceDecimals",
  "rangeSwapped",
  "averageOutside",
  "dayMissing",
  "dayFormat",
  "dayFuture",
  "casePack",
  "quota",
  "duplicateQuote",
  "repeatedRow",
  "unitMissing",
  "categoryUnknown",
] as const;
export type FaultCode = (typeof faultCodes)[number];

export type Quote = {
  row: number;
  key: string;
  name: string;
  spec: string;
  unit: string;
  categoryId: string;
  /** True when the file named the category. */
  isCategoryGiven: boolean;
  day: Day;
  priceFen: Fen;
  lowFen: Fen | null;
  highFen: Fen | null;
  casePack: number | null;
  quota: number | null;
  origin: string | null;
};

/** Above ¥100,000 a piece a price is a slip of the comma. */
const mostFen = 10_000_000;

export type Reading = {
  layout: Layout;
  today: Day;
  /** Names and ids of categories, lower case → id. */
  categories: ReadonlyMap<string, string>;
};

const shown = (cell: Cell | undefined): string => String(cell ?? "").slice(0, 80);
const invisible = /[\u200b-\u200f\u2060\ufeff\u00ad\p{Cc}]/gu;
const clean = (cell: Cell | undefined): string =>
  String(cell ?? "")
    .replace(invisible, "")
    .replace(/\s+/g, " ")
    .trim();

type Amount = { fen: Fen; rounded: boolean } | { code: FaultCode; suggestion: string } | null;

/** A price in yuan, as a number or as text with a sign or thousands; anything around it is a fault with what it probably meant. */
function amountOf(cell: Cell | undefined): Amount {
  const text = clean(cell).normalize("NFKC");
  if (text === "") return null;
  const plain = text
    .replace(/^[¥￥$]\s*/, "")
    .replace(/\s*元$/, "")
    .replace(/(?<=\d),(?=\d{3}(\D|$))/g, "");
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e-?\d+)?$/i.test(plain))
    return { code: "priceText", suggestion: /\d+(\.\d{1,2})?/.exec(plain)?.[0] ?? "" };
  const yuan = Number(plain);
  if (yuan < 0) return { code: "priceNegative", suggestion: "" };
  if (yuan * 100 > mostFen) return { code: "priceTooHigh", suggestion: "" };
  // the noise of binary fractions (2.55 read as 2.5499999999999998) is not a third decimal
  const exact = Number((yuan * 100).toFixed(6));
  const whole = Math.round(exact);
  return { fen: fen(whole), rounded: Math.abs(exact - whole) > 1e-4 };
}

function dayOfCell(cell: Cell | undefined): Day | null {
  const text = clean(cell).normalize("NFKC");
  const parts =
    /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T].*)?$/.exec(text) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  return parts
    ? parseDay(`${parts[1]}-${(parts[2] ?? "").padStart(2, "0")}-${(parts[3] ?? "").padStart(2, "0")}`)
    : null;
}

const yuanText = (amount: number): string => (amount / 100).toFixed(2);

/**
 * One row judged: the quote it makes, if any, and its faults. A row of nothing but blanks is passed over; a row that has text but no
 * product is reported. `2.7（个）` is not taken for 2.7: the price may be for another unit than the row's.
 */
export function judgeRow(row: SheetRow, reading: Reading): { quote: Quote | null; faults: Fault[] } {
  const { layout } = reading;
  const faults: Fault[] = [];
  const at = (column: ColumnName): Cell | undefined =>
    layout[column] === undefined ? undefined : row.cells[layout[column]];
  const fault = (column: ColumnName, code: FaultCode, level: Fault["level"], suggestion = "") =>
    faults.push({ row: row.number, column: layout[column] ?? 0, level, code, value: shown(at(column)), suggestion });

  const name = clean(at("name"));
  if (name === "") {
    fault("name", "nameMissing", "error");
    return { quote: null, faults };
  }
  if (name.length > 60) {
    fault("name", "nameTooLong", "error", name.slice(0, 60));
    return { quote: null, faults };
  }
  if (invisible.test(String(at("name")))) fault("name", "invisible", "notice", name);
  invisible.lastIndex = 0;

  const low = amountOf(at("low"));
  const high = amountOf(at("high"));
  const given = layout.price === undefined ? null : amountOf(at("price"));
  for (const [column, amount] of [
    ["price", given],
    ["low", low],
    ["high", high],
  ] as const) {
    if (amount && "code" in amount) fault(column, amount.code, "error", amount.suggestion);
  }
  const lowFen = low && "fen" in low ? low.fen : null;
  const highFen = high && "fen" in high ? high.fen : null;
  const middle =
    lowFen !== null && highFen !== null && lowFen + highFen > 0 ? Math.round((lowFen + highFen) / 2) : null;
  let priceFen: Fen | null = null;
  if (layout.price === undefined) {
    if (middle === null) fault("low", low === null ? "priceMissing" : "priceZero", "error");
    else priceFen = fen(middle);
  } else if (given === null) fault("price", "priceMissing", "error", middle === null ? "" : yuanText(middle));
  else if ("fen" in given) {
    if (given.fen === 0) fault("price", "priceZero", "error", middle === null ? "" : yuanText(middle));
    else {
      priceFen = given.fen;
      if (given.rounded) fault("price", "priceDecimals", "notice", yuanText(given.fen));
    }
  }
  let isSwapped = false;
  if (priceFen !== null && lowFen !== null && highFen !== null && layout.price !== undefined) {
    const [from, to] = lowFen <= highFen ? [lowFen, highFen] : [highFen, lowFen];
    if (priceFen < from || priceFen > to)
      fault("price", "averageOutside", "error", middle === null ? "" : yuanText(middle));
    else if (lowFen > highFen) {
      isSwapped = true;
      fault("low", "rangeSwapped", "notice", `${yuanText(from)}–${yuanText(to)}`);
    }
  }

  let day: Day | null = reading.today;
  if (layout.day !== undefined) {
    day = dayOfCell(at("day"));
    if (clean(at("day")) === "") fault("day", "dayMissing", "error");
    else if (!day) fault("day", "dayFormat", "error", reading.today);
    else if (day > reading.today) {
      fault("day", "dayFuture", "error", reading.today);
      day = null;
    }
  }

  const count = (column: "casePack" | "quota"): number | null => {
    const text = clean(at(column)).normalize("NFKC");
    if (text === "") return null;
    const n = Number(text);
    if (Number.isSafeInteger(n) && n >= (column === "casePack" ? 1 : 0) && n <= 1_000_000) return n;
    fault(column, column, "error", /\d+/.exec(text)?.[0] ?? "");
    return null;
  };
  const casePack = count("casePack");
  const quota = count("quota");
  const unit = clean(at("unit"));
  if (unit === "") fault("unit", "unitMissing", "error", "斤");
  const categoryName = clean(at("category"));
  const known = reading.categories.get(normal(categoryName));
  const guessed = guessCategory(name);
  if (categoryName !== "" && !known) fault("category", "categoryUnknown", "notice", guessed);

  if (priceFen === null || !day || faults.some((f) => f.level === "error")) return { quote: null, faults };
  const spec = clean(at("spec")) || "普通";
  return {
    faults,
    quote: {
      row: row.number,
      key: identityKey(name, spec, unit),
      name,
      spec,
      unit,
      categoryId: known ?? guessed,
      isCategoryGiven: known !== undefined,
      day,
      priceFen,
      lowFen: isSwapped ? highFen : lowFen,
      highFen: isSwapped ? lowFen : highFen,
      casePack,
      quota,
      origin: clean(at("origin")) || null,
    },
  };
}

export type PriceList = {
  layout: Layout | null;
  rows: number;
  quotes: Quote[];
  faults: Fault[];
  columnsUnknown: string[];
};

/**
 * Gathers rows into a price list. The heading is looked for in the first twenty rows. Two quotes for one product on one day:
 * the first stands, the second is reported with the row it disagrees with; a plain repetition is a notice.
 */
export function priceListReader(today: Day, categories: ReadonlyMap<string, string>) {
  const list: PriceList = { layout: null, rows: 0, quotes: [], faults: [], columnsUnknown: [] };
  const seen = new Map<string, Quote>();
  let searched = 0;
  return {
    list,
    add(rows: readonly SheetRow[]): void {
      for (const row of rows) {
        if (!list.layout) {
          if (searched++ >= 20) return;
          list.layout = layoutOf(row.cells);
          if (list.layout) {
            const used = new Set(Object.values(list.layout));
            list.columnsUnknown = row.cells.flatMap((cell, i) =>
              used.has(i) || clean(cell) === "" ? [] : [clean(cell)],
            );
          }
          continue;
        }
        list.rows++;
        const { quote, faults } = judgeRow(row, { layout: list.layout, today, categories });
        list.faults.push(...faults);
        if (!quote) continue;
        const place = `${quote.key}|${quote.day}`;
        const first = seen.get(place);
        if (!first) {
          seen.set(place, quote);
          list.quotes.push(quote);
          continue;
        }
        const isSame = first.priceFen === quote.priceFen;
        list.faults.push({
          row: quote.row,
          column: list.layout.price ?? list.layout.low ?? 0,
          level: isSame ? "notice" : "error",
          code: isSame ? "repeatedRow" : "duplicateQuote",
          value: yuanText(quote.priceFen),
          suggestion: `${first.row}: ${yuanText(first.priceFen)}`,
        });
      }
    },
  };
}
