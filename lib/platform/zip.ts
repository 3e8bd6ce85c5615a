import "server-only";
import { Readable } from "node:stream";
import { createInflateRaw } from "node:zlib";
import { Refusal } from "#lib/kernel/refusal";

export type ZipEntry = { name: string; method: number; packed: number; unpacked: number; at: number };

const endMark = 0x06054b50;
const directoryMark = 0x02014b50;
const fileMark = 0x04034b50;

/** The files of a zip archive by name, from its central directory. Refuses: sheetUnreadable (no zip, encrypted, or zip64). */
export function zipEntries(bytes: Buffer): Map<string, ZipEntry> {
  const broken = () => new Refusal("sheetUnreadable");
  let end = bytes.length - 22;
  while (end >= 0 && end > bytes.length - 66_000 && bytes.readUInt32LE(end) !== endMark) end--;
  if (end < 0 || bytes.readUInt32LE(end) !== endMark) throw broken();
  const count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  const entries = new Map<string, ZipEntry>();
  for (let i = 0; i < count; i++) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== directoryMark || bytes.readUInt16LE(at + 8) & 1)
      throw broken();
    const nameLength = bytes.readUInt16LE(at + 28);
    const name = bytes.toString("utf8", at + 46, at + 46 + nameLength).replaceAll("\\", "/");
    entries.set(name.toLowerCase(), {
      name,
      method: bytes.readUInt16LE(at + 10),
      packed: bytes.readUInt32LE(at + 20),
      unpacked: bytes.readUInt32LE(at + 24),
      at: bytes.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}

/**
 * One file's bytes as they unpack, in pieces of at most 64 KB.
 * Refuses: sheetUnreadable (unknown packing), sheetTooLarge (more than `most` bytes come out, whatever the header says).
 */
export async function* unzip(bytes: Buffer, entry: ZipEntry, most: number): AsyncGenerator<Buffer> {
  if (entry.at + 30 > bytes.length || bytes.readUInt32LE(entry.at) !== fileMark) throw new Refusal("sheetUnreadable");
  const from = entry.at + 30 + bytes.readUInt16LE(entry.at + 26) + bytes.readUInt16LE(entry.at + 28);
  const packed = bytes.subarray(from, from + entry.packed);
  if (entry.method !== 0 && entry.method !== 8) throw new Refusal("sheetUnreadable");
  if (entry.method === 0) {
    if (packed.length > most) throw new Refusal("sheetTooLarge");
    yield packed;
    return;
  }
  const inflate = createInflateRaw({ chunkSize: 65_536 });
  const out = Readable.from([packed]).pipe(inflate);
  let total = 0;
  try {
    for await (const piece of out as AsyncIterable<Buffer>) {
      total += piece.length;
      if (total > most) throw new Refusal("sheetTooLarge");
      yield piece;
    }
  } catch (error) {
    if (error instanceof Error && "code" in error && String(error.code).startsWith("Z_"))
      throw new Refusal("sheetUnreadable");
    throw error;
  } finally {
    inflate.destroy();
  }
}
