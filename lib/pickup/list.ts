import "server-only";
import { readableFile } from "#lib/identity/queries/files";
import type { Actor } from "#lib/identity/schema";
import { readSheet } from "#lib/platform/sheet";
import { storage } from "#lib/platform/storage";

/** Every row of a .csv or .xlsx as text cells, the header first; at most 20 001. */
export async function rowsOf(bytes: Buffer): Promise<string[][]> {
  const rows: string[][] = [];
  for await (const batch of readSheet(bytes)) {
    for (const row of batch) rows.push(row.cells.map((cell) => (cell === null ? "" : String(cell))));
    if (rows.length > 20_000) break;
  }
  return rows.slice(0, 20_001);
}

/** A kept list's bytes. Refuses: notFound. */
export async function keptBytes(actor: Actor, fileId: string): Promise<Buffer> {
  const file = await readableFile(actor, fileId);
  const parts: Buffer[] = [];
  for await (const part of storage.open(file.path)) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
