import { randomBytes } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import writeXlsxFile from "write-excel-file/node";
import { columnLetters, readSheet, type SheetRow } from "./sheet";

async function rowsOf(bytes: Buffer): Promise<SheetRow[]> {
  const rows: SheetRow[] = [];
  for await (const part of readSheet(bytes)) rows.push(...part);
  return rows;
}
const cellsOf = async (bytes: Buffer) => (await rowsOf(bytes)).map((r) => r.cells);

/** A zip of some files, as small as the format allows. */
function zip(files: Record<string, string>, lie = 0): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, text] of Object.entries(files)) {
    const raw = Buffer.from(text);
    const packed = deflateRawSync(raw);
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(8, 8);
    head.writeUInt32LE(packed.length, 18);
    head.writeUInt32LE(raw.length - lie, 22);
    head.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(raw.length - lie, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(at, 42);
    parts.push(head, Buffer.from(name), packed);
    directory.push(entry, Buffer.from(name));
    at += 30 + name.length + packed.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, list, end]);
}
const workbook = (sheet: string, extra: Record<string, string> = {}) =>
  zip({
    "xl/workbook.xml": '<workbook><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/worksheets/sheet1.xml": sheet,
    ...extra,
  });

describe("csv", () => {
  const text = '品名,规格,供货价\n油麦菜,500g,2.50\n"脐橙, 赣南",5 斤,\n';
  const cells = [
    ["品名", "规格", "供货价"],
    ["油麦菜", "500g", "2.50"],
    ["脐橙, 赣南", "5 斤", null],
  ];
  test("UTF-8, with and without mark", async () => {
    expect(await cellsOf(Buffer.from(text))).toEqual(cells);
    expect(await cellsOf(Buffer.from(`\ufeff${text}`))).toEqual(cells);
  });
  test("GB18030, as Chinese Excel saves it", async () => {
    const gb = Buffer.from("c6b7c3fb2cb9e6b8f10ad3cdc2f3b2cb2c353030670a", "hex");
    expect(await cellsOf(gb)).toEqual([
      ["品名", "规格"],
      ["油麦菜", "500g"],
    ]);
  });
  test("UTF-16 with mark, tabs and semicolons", async () => {
    expect(await cellsOf(Buffer.from("\ufeff品名\t价格\n芋头\t1.5\n", "utf16le"))).toEqual([
      ["品名", "价格"],
      ["芋头", "1.5"],
    ]);
    expect(await cellsOf(Buffer.from("品名;价格\n芋头;1.5\n"))).toEqual([
      ["品名", "价格"],
      ["芋头", "1.5"],
    ]);
  });
  test("blank lines keep their number", async () => {
    expect((await rowsOf(Buffer.from("品名,价格\n\n芋头,1\n"))).map((r) => r.number)).toEqual([1, 3]);
  });
});

describe("xlsx", () => {
  test("numbers, text and days as another program writes them", async () => {
    const file = await writeXlsxFile([
      [{ value: "品名" }, { value: "价格" }, { value: "日期" }],
      [
        { value: "芋头 & <藕>" },
        { type: Number, value: 1.55 },
        { type: Date, value: new Date("2016-05-03T00:00:00Z"), format: "yyyy-mm-dd" },
      ],
    ]).toBuffer();
    expect(await cellsOf(file)).toEqual([
      ["品名", "价格", "日期"],
      ["芋头 & <藕>", 1.55, "2016-05-03"],
    ]);
  });
  test("inline text, gaps, errors, a row without numbers, and phonetic guides", async () => {
    const sheet = `<worksheet><sheetData><row r="2"><c r="B2" t="inlineStr"><is><r><t>芋</t></r><r><t xml:space="preserve">头 </t></r><rPh sb="0" eb="1"><t>ウ</t></rPh></is></c><c r="D2" t="e"><v>#REF!</v></c></row><row><c><v>1</v></c><c t="str"><v>二</v></c></row></sheetData></worksheet>`;
    expect(await rowsOf(workbook(sheet))).toEqual([
      { number: 2, cells: [null, "芋头 ", null, "#REF!"] },
      { number: 3, cells: [1, "二"] },
    ]);
  });
  test("a namespace prefix before every element", async () => {
    const sheet = `<x:worksheet xmlns:x="…"><x:sheetData><x:row r="1"><x:c r="A1" t="s"><x:v>0</x:v></x:c></x:row></x:sheetData></x:worksheet>`;
    expect(
      await cellsOf(workbook(sheet, { "xl/sharedStrings.xml": "<x:sst><x:si><x:t>品名</x:t></x:si></x:sst>" })),
    ).toEqual([["品名"]]);
  });
  test("days of both calendars of Excel, and the day that never was", async () => {
    const styles = '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>';
    const sheet =
      '<worksheet><sheetData><row r="1"><c s="1"><v>42493</v></c><c s="1"><v>1</v></c><c s="1"><v>61</v></c></row></sheetData></worksheet>';
    expect(await cellsOf(workbook(sheet, { "xl/styles.xml": styles }))).toEqual([
      ["2016-05-03", "1900-01-01", "1900-03-01"],
    ]);
  });
});

describe("what is no sheet is refused in words, never a crash", () => {
  const refusal = async (bytes: Buffer) =>
    rowsOf(bytes).then(
      () => "read",
      (e: { code?: string }) => e.code,
    );
  test("old .xls, an empty file, an encrypted or broken archive", async () => {
    expect(await refusal(Buffer.from("d0cf11e0a1b11ae1000000000000", "hex"))).toBe("sheetOldFormat");
    expect(await refusal(Buffer.alloc(0))).toBe("sheetEmpty");
    expect(await refusal(Buffer.concat([Buffer.from("504b0304", "hex"), randomBytes(400)]))).toBe("sheetUnreadable");
    expect(await refusal(zip({ "a.txt": "no workbook" }))).toBe("sheetUnreadable");
  });
  test("three hundred damaged workbooks", async () => {
    const good = workbook(
      '<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>品名</t></is></c></row></sheetData></worksheet>',
    );
    for (let i = 0; i < 300; i++) {
      const bad = Buffer.from(good);
      for (let n = 0; n <= i % 5; n++) bad[(i * 7919 + n * 104729) % bad.length] = (i * 31 + n * 17) % 256;
      expect(["read", "sheetUnreadable", "sheetEmpty", "sheetTooLarge"]).toContain(
        await refusal(i % 3 === 0 ? bad.subarray(0, bad.length - (i % bad.length)) : bad),
      );
    }
  });
});

test("columns have letters", () => {
  expect([0, 25, 26, 701, 702].map(columnLetters)).toEqual(["A", "Z", "AA", "ZZ", "AAA"]);
});
