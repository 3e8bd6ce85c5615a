import "server-only";
import { createHash } from "node:crypto";
import { fileTypeFromBuffer } from "file-type";
import sharp from "sharp";
import { newId } from "#lib/kernel/ids";
import { Refusal } from "#lib/kernel/refusal";
import type { Db } from "./db";
import { storage } from "./storage";

const pictures = ["image/jpeg", "image/png", "image/webp", "image/heic", "image/avif"] as const;
const xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const papers = [...pictures, "application/pdf"] as const;
const sheets = [xlsx, "text/csv"] as const;

/** What a file is for decides what it may be and who may open it (identity/queries/files). */
export const filePurposes = {
  supplierDocument: { kinds: papers, megabytes: 10 },
  productPicture: { kinds: pictures, megabytes: 10 },
  receiptPhoto: { kinds: pictures, megabytes: 10 },
  deliveryPhoto: { kinds: pictures, megabytes: 10 },
  afterSalePhoto: { kinds: pictures, megabytes: 10 },
  evidence: { kinds: papers, megabytes: 10 },
  import: { kinds: sheets, megabytes: 20 },
  export: { kinds: [...sheets, "application/pdf"], megabytes: 100 },
} as const satisfies Record<string, { kinds: readonly string[]; megabytes: number }>;
export type FilePurpose = keyof typeof filePurposes;

export type StoredFile = {
  id: string;
  purpose: string;
  ownerKind: string;
  ownerId: string;
  name: string;
  mime: string;
  bytes: number;
  path: string;
};

const longEdge = 2400;
const maxPixels = 60_000_000;

/** Text without control bytes in UTF-8 or GB18030 (what Chinese Excel saves). */
function isText(bytes: Buffer): boolean {
  const head = bytes.subarray(0, 65_536);
  return !head.some((byte) => byte === 0 || (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13));
}

async function kindOf(bytes: Buffer, name: string): Promise<string | null> {
  const found = await fileTypeFromBuffer(bytes);
  if (found) return found.mime === "application/zip" && name.toLowerCase().endsWith(".xlsx") ? xlsx : found.mime;
  return name.toLowerCase().endsWith(".csv") && isText(bytes) ? "text/csv" : null;
}

/** A new picture with the same pixels, upright, at most 2400 px: nothing of the original file survives (place, camera, payloads). */
async function redraw(bytes: Buffer): Promise<{ bytes: Buffer; mime: string; extension: string }> {
  try {
    const picture = sharp(bytes, { limitInputPixels: maxPixels, failOn: "error" })
      .rotate()
      .resize({ width: longEdge, height: longEdge, fit: "inside", withoutEnlargement: true });
    return { bytes: await picture.webp({ quality: 82 }).toBuffer(), mime: "image/webp", extension: "webp" };
  } catch {
    throw new Refusal("fileKind");
  }
}

const extensions: Record<string, string> = { "application/pdf": "pdf", [xlsx]: "xlsx", "text/csv": "csv" };

/**
 * Keeps bytes for a purpose and writes their row; the kind is decided by content, never by name. Pictures are drawn anew as WebP.
 * `owner` is who it belongs to ("supplierApplication", "supplier", "resident", "leader", "operator", "order" … and the id).
 * Refuses: fileMissing, fileTooBig {megabytes}, fileKind.
 */
export async function keepFile(
  db: Db,
  file: { purpose: FilePurpose; ownerKind: string; ownerId: string; name: string; bytes: Buffer; at: Date; by: string },
): Promise<StoredFile> {
  const { kinds, megabytes } = filePurposes[file.purpose];
  if (file.bytes.length === 0) throw new Refusal("fileMissing");
  if (file.bytes.length > megabytes * 1_048_576) throw new Refusal("fileTooBig", { megabytes });
  const mime = await kindOf(file.bytes, file.name);
  if (!mime || !(kinds as readonly string[]).includes(mime)) throw new Refusal("fileKind");
  const kept = mime.startsWith("image/")
    ? await redraw(file.bytes)
    : { bytes: file.bytes, mime, extension: extensions[mime] ?? "bin" };
  const sha256 = createHash("sha256").update(kept.bytes).digest("hex");
  const path = `${sha256.slice(0, 2)}/${sha256}.${kept.extension}`;
  await storage.put(path, kept.bytes);
  const base =
    file.name
      .replace(/[\\/\p{Cc}]/gu, "")
      .replace(/\.[^.]*$/, "")
      .slice(0, 80) || file.purpose;
  const row = {
    id: newId("fil", file.at),
    purpose: file.purpose,
    ownerKind: file.ownerKind,
    ownerId: file.ownerId,
    name: `${base}.${kept.extension}`,
    mime: kept.mime,
    bytes: kept.bytes.length,
    path,
  };
  await db.storedFile.create({ data: { ...row, sha256, createdAt: file.at, createdBy: file.by } });
  return row;
}

/** A form's File as bytes, for keepFile. Refuses: fileMissing. */
export async function bytesOf(file: unknown): Promise<{ name: string; bytes: Buffer }> {
  if (!(file instanceof File) || file.size === 0) throw new Refusal("fileMissing");
  return { name: file.name, bytes: Buffer.from(await file.arrayBuffer()) };
}

/** Files that a person names as evidence must be their own and for that purpose: naming somebody else's would open it to them. Refuses: fileMissing. */
export async function ownFiles(db: Db, e: { ids: readonly string[]; purpose: FilePurpose; by: string }): Promise<void> {
  const ids = [...new Set(e.ids)];
  if (
    ids.length > 0 &&
    (await db.storedFile.count({ where: { id: { in: ids }, purpose: e.purpose, createdBy: e.by } })) !== ids.length
  )
    throw new Refusal("fileMissing");
}
