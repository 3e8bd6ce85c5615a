import "server-only";
import { z } from "zod";
import type { Actor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { type Fen, fen } from "#lib/kernel/money";
import { initials } from "#lib/kernel/pinyin";
import type { Day } from "#lib/kernel/time";
import { now } from "#lib/platform/clock";
import type { Tx } from "#lib/platform/db";
import type { PriceList, Quote } from "./price-list";
import { normal, type ProductState, priceChange } from "./rules";
import type { ImportedProduct, ImportTotals } from "./schema";

/** What a search looks through: names as written and as typed by initials. */
export const searchText = (e: { name: string; spec: string; origin: string; code: string }): string =>
  [normal(e.name), initials(e.name), normal(e.spec), normal(e.origin), e.code.toLowerCase()].filter(Boolean).join(" ");

export const skuCode = (skuId: string): string => skuId.slice(-8).toUpperCase();

type Known = {
  productId: string;
  skuId: string;
  state: ProductState;
  categoryId: string;
  origin: string;
  supplyFen: Fen;
  casePack: number;
  quota: number | null;
};

const chunk = 2000;
const shownProducts = 500;

async function knownProducts(tx: Tx, supplierId: string): Promise<Map<string, Known>> {
  const products = await tx.product.findMany({
    where: { supplierId },
    include: { skus: { orderBy: { id: "asc" }, take: 1 } },
  });
  return new Map(
    products.flatMap((p) => {
      const sku = p.skus[0];
      if (!sku) return [];
      const facts: Known = {
        productId: p.id,
        skuId: sku.id,
        state: p.state,
        categoryId: p.categoryId,
        origin: p.origin,
        supplyFen: fen(sku.supplyPriceFen),
        casePack: sku.casePack,
        quota: sku.dailyQuota,
      };
      return [[p.identityKey, facts] as const];
    }),
  );
}

/** The newest quote of each product in the file. */
function latestQuotes(quotes: readonly Quote[]): Map<string, Quote> {
  const latest = new Map<string, Quote>();
  for (const quote of quotes) {
    const known = latest.get(quote.key);
    if (!known || quote.day > known.day) latest.set(quote.key, quote);
  }
  return latest;
}

async function createProducts(tx: Tx, supplierId: string, quotes: Quote[]): Promise<Map<string, Known>> {
  const at = now();
  const categories = new Map((await tx.category.findMany()).map((c) => [c.id, c]));
  const made = new Map<string, Known>();
  const products = quotes.map((q) => {
    const productId = newId("prd", at);
    const skuId = newId("sku", at);
    const category = categories.get(q.categoryId);
    const origin = q.origin ?? "";
    made.set(q.key, {
      productId,
      skuId,
      state: "submitted",
      categoryId: q.categoryId,
      origin,
      supplyFen: q.priceFen,
      casePack: q.casePack ?? 1,
      quota: q.quota,
    });
    return {
      product: {
        id: productId,
        supplierId,
        categoryId: q.categoryId,
        name: q.name,
        spec: q.spec,
        unit: q.unit,
        origin,
        storage:
          category?.isFresh && /^cat_(meat|egg|pork|beef|poultry|seafood|tofu|bakery)/.test(q.categoryId)
            ? "chilled"
            : q.categoryId === "cat_frozen"
              ? "frozen"
              : "ambient",
        description: "",
        picture: category?.picture ?? "other",
        state: "submitted" as const,
        searchText: searchText({ name: q.name, spec: q.spec, origin, code: skuCode(skuId) }),
        identityKey: q.key,
        createdAt: at,
        changedAt: at,
      },
      sku: {
        id: skuId,
        productId,
        supplierId,
        code: skuCode(skuId),
        casePack: q.casePack ?? 1,
        taxClass: category?.taxClass ?? "exempt",
        supplyPriceFen: BigInt(q.priceFen),
        dailyQuota: q.quota,
      },
    };
  });
  for (let i = 0; i < products.length; i += chunk) {
    const part = products.slice(i, i + chunk);
    await tx.product.createMany({ data: part.map((p) => p.product) });
    await tx.sku.createMany({ data: part.map((p) => p.sku) });
  }
  return made;
}

/** Case pack, daily quantity, origin and category, where the file names them and they differ. Returns the keys changed. */
async function updateFacts(tx: Tx, quotes: { quote: Quote; known: Known }[]): Promise<Set<string>> {
  const changed = new Set<string>();
  for (const { quote, known } of quotes) {
    const sku = {
      ...(quote.casePack !== null && quote.casePack !== known.casePack ? { casePack: quote.casePack } : {}),
      ...(quote.quota !== null && quote.quota !== known.quota ? { dailyQuota: quote.quota } : {}),
    };
    const product = {
      ...(quote.origin !== null && quote.origin !== known.origin ? { origin: quote.origin } : {}),
      ...(quote.isCategoryGiven && quote.categoryId !== known.categoryId ? { categoryId: quote.categoryId } : {}),
    };
    if (Object.keys(sku).length + Object.keys(product).length === 0) continue;
    changed.add(quote.key);
    if (Object.keys(sku).length > 0) await tx.sku.update({ where: { id: known.skuId }, data: sku });
    if (Object.keys(product).length > 0)
      await tx.product.update({
        where: { id: known.productId },
        data: { ...product, changedAt: now(), version: { increment: 1 } },
      });
  }
  return changed;
}

const touchedRow = z.object({ sku_id: z.string(), created: z.bigint(), changed: z.bigint() });

/** History rows, set-based; a row that says the same is left alone. Returns what changed by SKU. */
async function writeQuotes(tx: Tx, quotes: readonly Quote[], skuOf: (key: string) => string, importId: string) {
  const touched = new Map<string, { created: number; changed: number }>();
  for (let i = 0; i < quotes.length; i += chunk) {
    const part = quotes
      .slice(i, i + chunk)
      .map((q) => ({ s: skuOf(q.key), d: q.day, p: q.priceFen, l: q.lowFen, h: q.highFen }));
    const rows = z.array(touchedRow).parse(
      await tx.$queryRaw`
        with given as (select * from jsonb_to_recordset(${JSON.stringify(part)}::jsonb) as g(s text, d date, p bigint, l bigint, h bigint)),
        written as (
          insert into price_quote as q (sku_id, day, price_fen, low_fen, high_fen, import_id)
          select s, d, p, l, h, ${importId} from given
          on conflict (sku_id, day) do update
            set price_fen = excluded.price_fen, low_fen = excluded.low_fen, high_fen = excluded.high_fen, import_id = excluded.import_id
            where (q.price_fen, q.low_fen, q.high_fen) is distinct from (excluded.price_fen, excluded.low_fen, excluded.high_fen)
          returning q.sku_id, (xmax = 0) as is_new)
        select sku_id, count(*) filter (where is_new) as created, count(*) filter (where not is_new) as changed from written group by sku_id`,
    );
    for (const row of rows) {
      const sum = touched.get(row.sku_id) ?? { created: 0, changed: 0 };
      touched.set(row.sku_id, {
        created: sum.created + Number(row.created),
        changed: sum.changed + Number(row.changed),
      });
    }
  }
  return touched;
}

export type OfferedPrice = { skuId: string; productState: ProductState; currentFen: Fen; offeredFen: Fen };

/**
 * Lets newly quoted prices take effect: a supplier's raise on an approved product waits as a proposal, everything else holds at once.
 * Returns the SKUs of each kind.
 */
export async function takePrices(
  tx: Tx,
  actor: Actor,
  offered: readonly OfferedPrice[],
): Promise<{ changed: Set<string>; proposed: Set<string> }> {
  const waits = (o: OfferedPrice) =>
    actor.kind === "supplier" && o.productState === "approved" && priceChange(o.currentFen, o.offeredFen) === "raise";
  const news = offered.filter((o) => o.offeredFen !== o.currentFen);
  const proposed = news.filter(waits);
  const changed = news.filter((o) => !waits(o));
  const asJson = (list: OfferedPrice[]) => JSON.stringify(list.map((o) => ({ s: o.skuId, p: o.offeredFen })));
  if (changed.length > 0) {
    await tx.$executeRaw`
      update sku set supply_price_fen = g.p, proposed_supply_fen = null, proposed_at = null
      from jsonb_to_recordset(${asJson(changed)}::jsonb) as g(s text, p bigint) where sku.id = g.s`;
  }
  if (proposed.length > 0) {
    await tx.$executeRaw`
      update sku set proposed_supply_fen = g.p, proposed_at = ${now()}
      from jsonb_to_recordset(${asJson(proposed)}::jsonb) as g(s text, p bigint) where sku.id = g.s and proposed_supply_fen is distinct from g.p`;
  }
  return { changed: new Set(changed.map((o) => o.skuId)), proposed: new Set(proposed.map((o) => o.skuId)) };
}

const latestRow = z.object({ sku_id: z.string(), price_fen: z.bigint() });

/**
 * Writes a price list: the one path of the check (rolled back) and of the commit. A new product waits for review; a product's supply
 * price follows its newest quote, and only when this run touched its quotes, so the same file again changes nothing.
 */
export async function writePriceList(
  tx: Tx,
  actor: Actor,
  e: { supplierId: string; importId: string; list: PriceList },
): Promise<ImportTotals> {
  const { quotes, faults, rows, columnsUnknown } = e.list;
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${e.supplierId}, 7))`;
  const latest = latestQuotes(quotes);
  const known = await knownProducts(tx, e.supplierId);
  const fresh = [...latest.values()].filter((q) => !known.has(q.key));
  const old = [...latest.values()].flatMap((quote) => {
    const facts = known.get(quote.key);
    return facts ? [{ quote, known: facts }] : [];
  });
  const created = await createProducts(tx, e.supplierId, fresh);
  const updatedKeys = await updateFacts(tx, old);
  const skuOf = (key: string): string => (known.get(key) ?? created.get(key))?.skuId ?? "";
  const touched = await writeQuotes(tx, quotes, skuOf, e.importId);
  const watched = old.filter(({ known: facts }) => touched.has(facts.skuId));
  const newest = new Map(
    z
      .array(latestRow)
      .parse(
        await tx.$queryRaw`select distinct on (sku_id) sku_id, price_fen from price_quote where sku_id = any(${watched.map((w) => w.known.skuId)}) order by sku_id, day desc`,
      )
      .map((r) => [r.sku_id, fen(r.price_fen)]),
  );
  const prices = await takePrices(
    tx,
    actor,
    watched.map(({ known: facts }) => ({
      skuId: facts.skuId,
      productState: facts.state,
      currentFen: facts.supplyFen,
      offeredFen: newest.get(facts.skuId) ?? facts.supplyFen,
    })),
  );
  const line = (q: Quote, beforeFen: Fen | null): ImportedProduct => ({
    name: q.name,
    spec: q.spec,
    unit: q.unit,
    categoryId: q.categoryId,
    day: q.day as Day,
    priceFen: q.priceFen,
    beforeFen,
  });
  const updated = old.filter(({ quote, known: facts }) => updatedKeys.has(quote.key) || touched.has(facts.skuId));
  const sums = [...touched.values()].reduce(
    (sum, t) => ({ created: sum.created + t.created, changed: sum.changed + t.changed }),
    { created: 0, changed: 0 },
  );
  const byCode: Record<string, number> = {};
  for (const fault of faults) byCode[fault.code] = (byCode[fault.code] ?? 0) + 1;
  const badRows = new Set(faults.filter((f) => f.level === "error").map((f) => f.row)).size;
  return {
    rows,
    goodRows: rows - badRows,
    badRows,
    errors: faults.filter((f) => f.level === "error").length,
    notices: faults.filter((f) => f.level === "notice").length,
    productsCreated: fresh.length,
    productsUpdated: updated.length,
    productsUnchanged: old.length - updated.length,
    quotesCreated: sums.created,
    quotesChanged: sums.changed,
    quotesUnchanged: quotes.length - sums.created - sums.changed,
    pricesChanged: prices.changed.size,
    pricesProposed: prices.proposed.size,
    faults: byCode,
    columnsUnknown,
    created: fresh.slice(0, shownProducts).map((q) => line(q, null)),
    updated: updated.slice(0, shownProducts).map(({ quote, known: facts }) => line(quote, facts.supplyFen)),
  };
}
