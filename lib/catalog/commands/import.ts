import "server-only";
import { record } from "#lib/audit/steps";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { Refusal } from "#lib/kernel/refusal";
import { now, today } from "#lib/platform/clock";
import { prisma, type Tx, transact } from "#lib/platform/db";
import { keepFile } from "#lib/platform/files";
import { announce } from "#lib/platform/news";
import { columnLetters, readSheet } from "#lib/platform/sheet";
import { storage } from "#lib/platform/storage";
import { catalogNews } from "../events";
import { writePriceList } from "../import";
import { type PriceList, priceListReader } from "../price-list";
import { normal } from "../rules";
import type { ImportProblem, ImportTotals } from "../schema";

/** How many faults are kept with a run; all are counted. */
const keptProblems = 10_000;
const timeoutMs = 120_000;

class RolledBack extends Error {
  constructor(readonly totals: ImportTotals) {
    super("rolled back");
  }
}

async function read(bytes: Buffer): Promise<PriceList> {
  const categories = new Map(
    (await prisma.category.findMany({ select: { id: true, name: true, nameEn: true } })).flatMap((c) => [
      [normal(c.name), c.id] as const,
      [normal(c.nameEn), c.id] as const,
      [normal(c.id), c.id] as const,
    ]),
  );
  const reader = priceListReader(today(), categories);
  for await (const rows of readSheet(bytes)) reader.add(rows);
  if (!reader.list.layout) throw new Refusal("sheetHeading");
  return reader.list;
}

/** Runs the import and takes it back: what the check says is what the commit does. */
async function rehearse(
  actor: Actor,
  e: { supplierId: string; importId: string; list: PriceList },
): Promise<ImportTotals> {
  try {
    await transact(
      async (tx) => {
        throw new RolledBack(await writePriceList(tx, actor, e));
      },
      { timeoutMs },
    );
  } catch (error) {
    if (error instanceof RolledBack) return error.totals;
    throw error;
  }
  throw new Error("a rehearsal always rolls back");
}

const problemsOf = (list: PriceList): ImportProblem[] =>
  list.faults.slice(0, keptProblems).map((f) => ({
    row: f.row,
    cell: `${columnLetters(f.column)}${f.row}`,
    level: f.level,
    code: f.code,
    value: f.value,
    suggestion: f.suggestion,
  }));

/**
 * Reads a price list (.xlsx, .csv) of a supplier, keeps the file, and says what a commit would do; nothing of the catalogue changes.
 * `bytes` or the id of a file kept before. Refuses: forbidden, notFound, supplierSuspended, sheetHeading (no name and price column in the
 * first twenty rows), and what the file store and the reader refuse (fileKind, fileTooBig, sheetUnreadable, sheetOldFormat, sheetTooLarge, sheetEmpty).
 */
export async function checkPriceList(
  actor: Actor,
  input: { supplierId: string; fileName: string; bytes?: Buffer; fileId?: string },
): Promise<{ importId: string; totals: ImportTotals; problems: ImportProblem[]; problemCount: number }> {
  const at = now();
  const supplier = await prisma.supplier.findUnique({ where: { id: input.supplierId } });
  if (!supplier) throw new Refusal("notFound");
  authorise(actor, "catalog.submit", { supplierId: supplier.id, cityIds: supplier.cityIds });
  if (supplier.state !== "active") throw new Refusal("supplierSuspended", { name: supplier.name });
  if (input.bytes && input.bytes.length > 8 && input.bytes.readUInt32BE(0) === 0xd0cf11e0)
    throw new Refusal("sheetOldFormat");
  const fileId =
    input.fileId ??
    (
      await keepFile(prisma, {
        purpose: "import",
        ownerKind: "supplier",
        ownerId: supplier.id,
        name: input.fileName,
        bytes: input.bytes ?? Buffer.alloc(0),
        at,
        by: actor.id,
      })
    ).id;
  const list = await read(input.bytes ?? (await bytesOf(fileId, supplier.id)));
  const importId = newId("imp", at);
  const totals = await rehearse(actor, { supplierId: supplier.id, importId, list });
  const problems = problemsOf(list);
  await transact(async (tx) => {
    await tx.importRun.create({
      data: {
        id: importId,
        kind: "priceList",
        fileId,
        fileName: input.fileName.slice(0, 120),
        supplierId: supplier.id,
        state: "ready",
        totals: totals as object,
        problems: problems as object[],
        problemCount: list.faults.length,
        createdAt: at,
        createdBy: actor.id,
      },
    });
    await record(tx, actor, {
      deed: "catalog.check",
      subjectType: "import",
      subjectId: importId,
      after: { fileName: input.fileName, supplierId: supplier.id, ...plain(totals) },
    });
  });
  return { importId, totals, problems, problemCount: list.faults.length };
}

/** The counts alone, for the log. */
const plain = (totals: ImportTotals): Record<string, number> =>
  Object.fromEntries(Object.entries(totals).filter((e): e is [string, number] => typeof e[1] === "number"));

async function bytesOf(fileId: string, supplierId: string): Promise<Buffer> {
  const file = await prisma.storedFile.findUnique({ where: { id: fileId } });
  if (!file || file.ownerId !== supplierId || file.purpose !== "import") throw new Refusal("notFound");
  const pieces: Buffer[] = [];
  for await (const piece of storage.open(file.path)) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

/**
 * Commits a checked price list by reading its file again through the same path. Committing twice answers the same.
 * Refuses: notFound, forbidden, supplierSuspended, illegalTransition.
 */
export async function commitPriceList(
  actor: Actor,
  input: { importId: string },
): Promise<{ importId: string; totals: ImportTotals }> {
  const run = await prisma.importRun.findUnique({ where: { id: input.importId } });
  const supplier = run?.supplierId ? await prisma.supplier.findUnique({ where: { id: run.supplierId } }) : null;
  if (!run || !supplier || run.kind !== "priceList") throw new Refusal("notFound");
  authorise(actor, "catalog.submit", { supplierId: supplier.id, cityIds: supplier.cityIds });
  if (run.state === "committed") return { importId: run.id, totals: run.totals as unknown as ImportTotals };
  if (supplier.state !== "active") throw new Refusal("supplierSuspended", { name: supplier.name });
  const list = await read(await bytesOf(run.fileId, supplier.id));
  return transact(
    async (tx) => write(tx, actor, { importId: run.id, supplierId: supplier.id, fileName: run.fileName, list }),
    { timeoutMs },
  );
}

async function write(
  tx: Tx,
  actor: Actor,
  e: { importId: string; supplierId: string; fileName: string; list: PriceList },
) {
  const at = now();
  const taken = await tx.importRun.updateMany({
    where: { id: e.importId, state: "ready" },
    data: { state: "committed", committedAt: at },
  });
  if (taken.count !== 1) throw new Refusal("illegalTransition", { state: "committed", event: "commit" });
  const totals = await writePriceList(tx, actor, e);
  await tx.importRun.update({ where: { id: e.importId }, data: { totals: totals as object } });
  await record(tx, actor, {
    deed: "catalog.import",
    subjectType: "import",
    subjectId: e.importId,
    after: { fileName: e.fileName, supplierId: e.supplierId, ...plain(totals) },
  });
  await announce(tx, { type: catalogNews.imported, subjectId: e.importId, payload: { supplierId: e.supplierId } });
  return { importId: e.importId, totals };
}
