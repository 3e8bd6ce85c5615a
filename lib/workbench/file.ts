import "server-only";
import { z } from "zod";
import { exportFormats } from "./schema";

export const exportOptions = z.object({
  format: z.enum(exportFormats),
  columns: z.array(z.string()),
  /** Personal data in full, for the reason given. */
  reason: z.string().nullable(),
});
export type ExportOptions = z.infer<typeof exportOptions>;

export const mimes = {
  csv: "text/csv; charset=utf-8",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
} as const;

export const folderOf = (runId: string): string => `exports/${runId}`;

/** One part of a file. The claim is in its name: a worker that lost the run overwrites nothing of its successor's. */
export const partName = (runId: string, no: number, claim: number): string =>
  `${folderOf(runId)}/${String(no).padStart(5, "0")}-${claim}`;
export const bookName = (runId: string, claim: number): string => `${folderOf(runId)}/book-${claim}.xlsx`;

/** The stored files a finished export is made of: a CSV's parts, or the one spreadsheet made of its parts. */
export const fileOf = (runId: string, format: ExportOptions["format"], parts: readonly number[]): string[] =>
  format === "xlsx" ? [bookName(runId, parts.at(-1) ?? 0)] : parts.map((claim, no) => partName(runId, no, claim));
