import { existsSync, readFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { beforeAll, describe, expect, test } from "vitest";
import writeXlsxFile from "write-excel-file/node";
import { fen } from "#lib/kernel/money";
import { day } from "#lib/kernel/time";
import { today, underClock } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { listCount, listPage, viewAsk } from "#lib/platform/list";
import { makeSupplier, operator, supplierActor } from "#lib/testing/builders";
import { guessable } from "./categories";
import { checkPriceList, commitPriceList } from "./commands/import";
import {
  copyYesterdaysQuotes,
  decideProposal,
  listProducts,
  priceByMarkup,
  priceSku,
  quoteSku,
  unlistProducts,
} from "./commands/pricing";
import {
  approveProducts,
  archiveProducts,
  draftProduct,
  editProduct,
  returnProduct,
  submitProducts,
} from "./commands/product";
import { productBulk, productList, supplierProductList } from "./lists";
import { importReport, listedSkus, productRecord, quoteSheet, skusForOffer } from "./queries";

const merchandiser = operator("merchandiser");
const refusal = (code: string) => expect.objectContaining({ code });
const csv = (rows: (string | number)[][]) => Buffer.from(rows.map((r) => r.join(",")).join("\n"));
const head = ["品名", "规格", "单位", "供货价", "发布日期"];

async function load(
  actor: Parameters<typeof checkPriceList>[0],
  supplierId: string,
  bytes: Buffer,
  fileName = "价目表.csv",
) {
  const checked = await checkPriceList(actor, { supplierId, fileName, bytes });
  const done = await commitPriceList(actor, { importId: checked.importId });
  return { checked, done };
}

test("every shelf a name can be guessed onto exists", async () => {
  const ids = (await prisma.category.findMany({ select: { id: true } })).map((c) => c.id);
  expect(guessable.filter((id) => !ids.includes(id))).toEqual([]);
});

describe("a price list", () => {
  let supplierId: string;
  beforeAll(async () => {
    supplierId = await makeSupplier();
  });
  const rows = [
    head,
    ["油麦菜", "500g", "份", "2.50", "2026-11-10"],
    ["油麦菜", "500g", "份", "2.60", "2026-11-11"],
    ["油麦菜", "散装", "斤", "3.00", "2026-11-11"],
    ["鸽子蛋", "普通", "个", "2.7（个）", "2026-11-11"],
    ["油麦菜", "500g", "份", "2.80", "2026-11-11"],
    ["\ufeff\ufeff", "", "", "", ""],
  ];

  test("the check says what the commit does, and changes nothing", async () => {
    const checked = await checkPriceList(merchandiser, { supplierId, fileName: "价目表.csv", bytes: csv(rows) });
    expect(await prisma.product.count({ where: { supplierId } })).toBe(0);
    expect(checked.totals).toMatchObject({ rows: 6, goodRows: 3, badRows: 3, productsCreated: 2, quotesCreated: 3 });
    expect(checked.problems.map((p) => [p.cell, p.code, p.value, p.suggestion])).toEqual([
      ["D5", "priceText", "2.7（个）", "2.7"],
      ["D6", "duplicateQuote", "2.80", "3: 2.60"],
      ["A7", "nameMissing", "\ufeff\ufeff", ""],
    ]);
    const done = await commitPriceList(merchandiser, { importId: checked.importId });
    expect(done.totals).toEqual(checked.totals);
    expect(await commitPriceList(merchandiser, { importId: checked.importId })).toEqual(done);
  });

  test("a product takes its newest quote, its history keeps them all, and it waits for review", async () => {
    const products = await prisma.product.findMany({
      where: { supplierId },
      include: { skus: true },
      orderBy: { spec: "asc" },
    });
    expect(
      products.map((p) => [p.name, p.spec, p.unit, p.state, p.categoryId, Number(p.skus[0]?.supplyPriceFen)]),
    ).toEqual([
      ["油麦菜", "500g", "份", "submitted", "cat_leafy", 260],
      ["油麦菜", "散装", "斤", "submitted", "cat_leafy", 300],
    ]);
    expect(
      await prisma.priceQuote.count({ where: { skuId: { in: products.flatMap((p) => p.skus.map((s) => s.id)) } } }),
    ).toBe(3);
  });

  test("the same file a second time changes nothing, even a price set by hand since", async () => {
    const sku = await prisma.sku.findFirstOrThrow({ where: { supplierId } });
    await prisma.sku.update({ where: { id: sku.id }, data: { supplyPriceFen: 999n } });
    const before = await prisma.$queryRaw`select xmin::text, sku_id from price_quote order by sku_id, day`;
    const { done } = await load(merchandiser, supplierId, csv(rows));
    expect(done.totals).toMatchObject({
      productsCreated: 0,
      productsUpdated: 0,
      productsUnchanged: 2,
      quotesCreated: 0,
      quotesChanged: 0,
      quotesUnchanged: 3,
      pricesChanged: 0,
    });
    expect(await prisma.$queryRaw`select xmin::text, sku_id from price_quote order by sku_id, day`).toEqual(before);
    expect((await prisma.sku.findUniqueOrThrow({ where: { id: sku.id } })).supplyPriceFen).toBe(999n);
  });

  test("an older day is history; a newer one is the price", async () => {
    const older = await load(merchandiser, supplierId, csv([head, ["油麦菜", "散装", "斤", "1.00", "2026-10-01"]]));
    expect(older.done.totals).toMatchObject({ quotesCreated: 1, productsUpdated: 1, pricesChanged: 0 });
    const newer = await load(merchandiser, supplierId, csv([head, ["油麦菜", "散装", "斤", "3.20", "2026-11-12"]]));
    expect(newer.done.totals).toMatchObject({ quotesCreated: 1, pricesChanged: 1 });
    expect(newer.done.totals.updated[0]).toMatchObject({ beforeFen: 300, priceFen: 320 });
  });

  test("a workbook reads like a csv", async () => {
    const other = await makeSupplier();
    const file = await writeXlsxFile(
      rows
        .slice(0, 4)
        .map((r, i) => r.map((v, c) => (i > 0 && c === 3 ? { type: Number, value: Number(v) } : { value: String(v) }))),
    ).toBuffer();
    const { done } = await load(merchandiser, other, file, "价目表.xlsx");
    expect(done.totals).toMatchObject({ rows: 3, goodRows: 3, productsCreated: 2, quotesCreated: 3 });
  });

  test("GB18030 is read as Chinese Excel saves it", async () => {
    const other = await makeSupplier();
    const gb = Buffer.from("c6b7c3fb2cb5a5cebb2cb9a9bbf5bcdb0ad3cdc2f3b2cb2cb7dd2c322e350a", "hex");
    const { done } = await load(merchandiser, other, gb);
    expect(done.totals.created.map((p) => [p.name, p.unit, p.priceFen])).toEqual([["油麦菜", "份", 250]]);
  });

  test("a file that is no price list is refused in words", async () => {
    await expect(
      checkPriceList(merchandiser, {
        supplierId,
        fileName: "a.csv",
        bytes: csv([
          ["姓名", "电话"],
          ["张", "1"],
        ]),
      }),
    ).rejects.toEqual(refusal("sheetHeading"));
    await expect(
      checkPriceList(merchandiser, {
        supplierId,
        fileName: "a.xls",
        bytes: Buffer.from("d0cf11e0a1b11ae10000", "hex"),
      }),
    ).rejects.toEqual(refusal("sheetOldFormat"));
    await expect(
      checkPriceList(merchandiser, { supplierId, fileName: "a.xlsx", bytes: Buffer.from("%PDF-1.4\n%%EOF") }),
    ).rejects.toEqual(refusal("fileKind"));
  });

  test("supplier A neither imports for B nor sees B's imports and products", async () => {
    const other = await makeSupplier();
    const a = supplierActor(other);
    await expect(checkPriceList(a, { supplierId, fileName: "a.csv", bytes: csv(rows) })).rejects.toEqual(
      refusal("notFound"),
    );
    const { checked } = await load(merchandiser, supplierId, csv([head, ["菠菜", "500g", "份", "2", "2026-11-12"]]));
    await expect(importReport(a, checked.importId)).rejects.toEqual(refusal("notFound"));
    await expect(commitPriceList(a, { importId: checked.importId })).rejects.toEqual(refusal("notFound"));
    const product = await prisma.product.findFirstOrThrow({ where: { supplierId } });
    await expect(productRecord(a, product.id)).rejects.toEqual(refusal("notFound"));
    await expect(quoteSheet(a, supplierId)).rejects.toEqual(refusal("notFound"));
    const all = viewAsk("all");
    expect((await listPage(supplierProductList, a, all)).rows).toEqual([]);
    expect((await listPage(productList, a, { ...all, filters: { supplierId } })).rows).toEqual([]);
  });
});

describe("from the list to the shelf", () => {
  let supplierId: string;
  let ids: string[];
  const skuOf = async (name: string) => prisma.sku.findFirstOrThrow({ where: { supplierId, product: { name } } });
  beforeAll(async () => {
    supplierId = await makeSupplier();
    await load(
      supplierActor(supplierId),
      supplierId,
      csv([
        head,
        ["菠菜", "500g", "份", "2.00", "2026-11-12"],
        ["番茄", "500g", "份", "3.00", "2026-11-12"],
        ["黄瓜", "500g", "份", "2.40", "2026-11-12"],
      ]),
    );
    ids = (await prisma.product.findMany({ where: { supplierId }, orderBy: { name: "asc" } })).map((p) => p.id);
  });

  test("a supplier may not approve, price or list its own products", async () => {
    const member = supplierActor(supplierId);
    await expect(approveProducts(member, { ids })).rejects.toEqual(refusal("forbidden"));
    await expect(priceByMarkup(member, { ids, markupBp: 3000 })).rejects.toEqual(refusal("forbidden"));
    await expect(listProducts(member, { ids })).rejects.toEqual(refusal("forbidden"));
  });

  test("nothing is priced before its review, nor listed before its price", async () => {
    const sku = await skuOf("菠菜");
    await expect(priceSku(merchandiser, { skuId: sku.id, supplyPriceFen: 200, salePriceFen: 299 })).rejects.toEqual(
      refusal("illegalTransition"),
    );
    await approveProducts(merchandiser, { ids });
    await expect(listProducts(merchandiser, { ids })).rejects.toEqual(refusal("notListable"));
    await expect(approveProducts(merchandiser, { ids })).rejects.toEqual(refusal("illegalTransition"));
  });

  test("a sale under cost needs a lawful reason, which stands in the log", async () => {
    const sku = await skuOf("菠菜");
    await expect(
      priceSku(merchandiser, { skuId: sku.id, supplyPriceFen: 200, salePriceFen: 199 }),
    ).rejects.toMatchObject({ code: "invalid", fields: [{ field: "belowCost", code: "belowCost" }] });
    expect(
      await priceSku(merchandiser, {
        skuId: sku.id,
        supplyPriceFen: 200,
        salePriceFen: 199,
        commissionBp: 500,
        belowCost: "freshClearance",
      }),
    ).toEqual({ marginFen: -10, unit: "份" });
    expect(
      await prisma.auditEntry.findFirst({ where: { deed: "catalog.price", subjectId: sku.productId } }),
    ).toMatchObject({ reason: "freshClearance" });
  });

  test("many are priced by markup and listed at once; what cannot be listed is left and counted", async () => {
    const cheap = (await skuOf("菠菜")).productId;
    const rest = ids.filter((id) => id !== cheap);
    expect(await priceByMarkup(merchandiser, { ids: rest, markupBp: 4000, commissionBp: 1000 })).toEqual({
      done: 2,
      skipped: 0,
    });
    const { productId } = await draftProduct(merchandiser, {
      supplierId,
      categoryId: "cat_leafy",
      name: "油菜",
      spec: "500g",
      unit: "份",
      storage: "ambient",
      supplyPriceFen: 150,
    });
    expect(await listProducts(merchandiser, { ids: [...ids, productId] })).toEqual({ done: 3, skipped: 1 });
    const count = async (view: string) =>
      (await listCount(productList, supplierActor(supplierId), viewAsk(view))).count;
    expect([await count("listed"), await count("draft"), await count("submitted")]).toEqual([3, 1, 0]);
  });

  test("a listed SKU is found by initials and carries what a session needs", async () => {
    const page = await listedSkus(merchandiser, { q: "FQ" });
    expect(page.rows.map((s) => s.name)).toContain("番茄");
    const [sku] = await skusForOffer([(await skuOf("番茄")).id, "sku_unknown"]);
    expect(sku).toMatchObject({
      name: "番茄",
      supplyPriceFen: 300,
      salePriceFen: 429,
      commissionBp: 1000,
      isFresh: true,
      supplierState: "active",
      categoryId: "cat_nightshade",
      completionDays: 0,
      afterSaleHours: 24,
    });
    await unlistProducts(merchandiser, { ids: [sku?.productId ?? ""] });
    expect((await listedSkus(merchandiser, { q: "FQ" })).rows.map((s) => s.skuId)).not.toContain(sku?.skuId);
  });

  test("many are taken off the shelf and put back: what cannot be is told before, and one changed since is left", async () => {
    const productIds = await Promise.all(["番茄", "黄瓜"].map(async (name) => (await skuOf(name)).productId));
    const [a = "", b = ""] = productIds;
    await listProducts(merchandiser, { ids: productIds });
    expect(await productBulk.unlist.skips(merchandiser, productIds, {})).toEqual(new Map());
    expect((await productBulk.list.skips(merchandiser, productIds, {})).get(a)).toEqual({ code: "alreadySo" });
    const before = await productBulk.unlist.apply(merchandiser, a, {});
    expect((await productBulk.unlist.skips(merchandiser, productIds, {})).get(a)).toEqual({ code: "alreadySo" });
    await productBulk.unlist.undo?.(merchandiser, a, before);
    expect((await skuOf("番茄")).isListed).toBe(true);
    await productBulk.list.undo?.(merchandiser, b, null);
    await expect(productBulk.list.undo?.(merchandiser, b, null)).rejects.toEqual(refusal("changedSince"));
    await expect(productBulk.list.apply(operator("finance"), b, {})).rejects.toEqual(refusal("forbidden"));
    await listProducts(merchandiser, { ids: productIds });
  });

  test("a supplier sees its prices, never its margin or the leaders' commission", async () => {
    const { rows } = await listPage(supplierProductList, supplierActor(supplierId), viewAsk("all"));
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.map((r) => [r.marginBp, r.sku.commissionBp])).toEqual(rows.map(() => [null, null]));
  });

  test("a supplier's lower price holds at once, a raise waits for the merchandiser", async () => {
    const member = supplierActor(supplierId);
    const sku = await skuOf("黄瓜");
    expect(await quoteSku(member, { skuId: sku.id, supplyPriceFen: 220 })).toEqual({ outcome: "holds" });
    expect(await quoteSku(member, { skuId: sku.id, supplyPriceFen: 260, dailyQuota: 500 })).toEqual({
      outcome: "waits",
    });
    expect(await prisma.sku.findUniqueOrThrow({ where: { id: sku.id } })).toMatchObject({
      supplyPriceFen: 220n,
      proposedSupplyFen: 260n,
      dailyQuota: 500,
    });
    await expect(decideProposal(member, { skuId: sku.id, accept: true })).rejects.toEqual(refusal("forbidden"));
    await decideProposal(merchandiser, { skuId: sku.id, accept: true });
    expect(await prisma.sku.findUniqueOrThrow({ where: { id: sku.id } })).toMatchObject({
      supplyPriceFen: 260n,
      proposedSupplyFen: null,
    });
    await expect(decideProposal(merchandiser, { skuId: sku.id, accept: true })).rejects.toEqual(
      refusal("nothingProposed"),
    );
  });

  test("a raise in an uploaded list waits too", async () => {
    const member = supplierActor(supplierId);
    const { done } = await load(
      member,
      supplierId,
      csv([head, ["番茄", "500g", "份", "3.50", today()], ["菠菜", "500g", "份", "1.80", today()]]),
    );
    expect(done.totals).toMatchObject({ pricesChanged: 1, pricesProposed: 1 });
    expect(await prisma.sku.findUniqueOrThrow({ where: { id: (await skuOf("番茄")).id } })).toMatchObject({
      supplyPriceFen: 300n,
      proposedSupplyFen: 350n,
    });
  });

  test("yesterday's quotes are copied in one tap, and only where today has none", async () => {
    const member = supplierActor(supplierId);
    const tomorrow = new Date(Date.now() + 86_400_000);
    await underClock(tomorrow, async () => {
      await quoteSku(member, { skuId: (await skuOf("菠菜")).id, supplyPriceFen: 170 });
      expect(await copyYesterdaysQuotes(member, { supplierId })).toEqual({ copied: 2 });
      expect(await copyYesterdaysQuotes(member, { supplierId })).toEqual({ copied: 0 });
      expect((await quoteSheet(member, supplierId)).rows.map((r) => [r.name, r.todayFen]).toSorted()).toEqual([
        ["番茄", 350],
        ["菠菜", 170],
        ["黄瓜", 260],
      ]);
    });
  });

  test("a returned product says why, is mended and comes back to review", async () => {
    const member = supplierActor(supplierId);
    const { productId } = await draftProduct(member, {
      supplierId,
      categoryId: "cat_leafy",
      name: "生菜",
      spec: "一颗",
      unit: "个",
      storage: "ambient",
      supplyPriceFen: 150,
      submit: true,
    });
    await returnProduct(merchandiser, { productId, reason: "规格请写重量" });
    const record = await productRecord(member, productId);
    expect(record).toMatchObject({ state: "returned", decision: "规格请写重量" });
    await editProduct(member, {
      productId,
      version: record.version,
      categoryId: "cat_leafy",
      name: "生菜",
      spec: "300g",
      unit: "个",
      storage: "ambient",
      supplyPriceFen: 160,
      submit: true,
    });
    expect(await productRecord(member, productId)).toMatchObject({
      state: "submitted",
      spec: "300g",
      sku: { supplyPriceFen: fen(160) },
    });
    await archiveProducts(merchandiser, { ids: [productId], reason: "重复" });
    await submitProducts(member, { ids: [productId] }).then(
      () => expect.unreachable(),
      (e: unknown) => expect(e).toEqual(refusal("illegalTransition")),
    );
  });

  test("the same name, specification and unit is the same product", async () => {
    await expect(
      draftProduct(merchandiser, {
        supplierId,
        categoryId: "cat_leafy",
        name: " 菠菜",
        spec: "500G",
        unit: "份",
        storage: "ambient",
        supplyPriceFen: 1,
      }),
    ).rejects.toEqual(refusal("productExists"));
  });
});

const real = process.env.LINTUAN_PRICE_FILE ?? "../shared/data/xinfadi-vegetable-prices-2013-2016.xlsx";

describe.skipIf(!existsSync(real))(
  `the market's own file (${existsSync(real) ? "present" : "not on this machine: skipped"})`,
  () => {
    test("110,610 rows in under a minute, dirt reported, the newest price a product, and a second run changes nothing", {
      timeout: 180_000,
    }, async () => {
      const supplierId = await makeSupplier();
      const bytes = readFileSync(real);
      const delay = monitorEventLoopDelay({ resolution: 5 });
      delay.enable();
      const from = performance.now();
      const { checked, done } = await load(merchandiser, supplierId, bytes, "xinfadi.xlsx");
      const seconds = (performance.now() - from) / 1000;
      delay.disable();
      expect(seconds).toBeLessThan(60);
      expect(delay.max / 1e6, "the longest wait of the event loop, ms").toBeLessThan(3000);
      expect(process.memoryUsage().rss / 1e6, "MB").toBeLessThan(600);
      expect(done.totals).toEqual(checked.totals);
      expect(done.totals.rows).toBe(110_609);
      expect(done.totals.productsCreated).toBe(493);
      expect(done.totals.goodRows + done.totals.badRows).toBe(done.totals.rows);
      expect(checked.problems).toContainEqual({
        row: 23476,
        cell: "C23476",
        level: "error",
        code: "priceText",
        value: "2.85（个）",
        suggestion: "2.85",
      });
      expect(checked.problems).toContainEqual(
        expect.objectContaining({ row: 110610, cell: "A110610", code: "nameMissing" }),
      );
      expect(done.totals.faults.duplicateQuote).toBeGreaterThan(2000);
      expect(checked.problems.filter((p) => p.code === "duplicateQuote")[0]).toMatchObject({
        suggestion: expect.stringMatching(/^\d+: \d+\.\d\d$/),
      });
      const potato = await prisma.sku.findFirstOrThrow({
        where: { supplierId, product: { name: "土豆", spec: "普通", unit: "斤" } },
      });
      const newest = await prisma.priceQuote.findFirstOrThrow({
        where: { skuId: potato.id },
        orderBy: { day: "desc" },
      });
      expect(potato.supplyPriceFen).toBe(newest.priceFen);
      expect(newest.day.toISOString().slice(0, 10)).toBe(day("2016-05-03"));
      const again = await load(merchandiser, supplierId, bytes, "xinfadi.xlsx");
      expect(again.done.totals).toMatchObject({
        productsCreated: 0,
        productsUpdated: 0,
        quotesCreated: 0,
        quotesChanged: 0,
        pricesChanged: 0,
      });
    });
  },
);
