/**
 * What a person keeps and starts at her desk: saved views, column layouts, exports and bulk runs. Promises: a view stores a
 * question, never an answer, so whoever opens it sees what she may see; a run acts as the person who asked for it, with the
 * rights she has while it runs; a bulk run changes nothing before its dry run was confirmed, and each row goes through its own
 * command; a run that stops says where, goes on from there, and does no row twice; a file is for whoever asked, until it expires.
 */
import { z } from "zod/mini";
import type { ActionAnswer } from "../kernel/answer";
import type { ListSpec } from "../kernel/list";
import type { Fen } from "../kernel/money";

const columnId = z.string().check(z.minLength(1), z.maxLength(40));
const listName = z.string().check(z.minLength(1), z.maxLength(40));
const query = z.string().check(z.maxLength(2000));
const rowIds = z.array(z.string().check(z.minLength(1), z.maxLength(40))).check(z.maxLength(2000));

export const densities = ["compact", "regular", "roomy"] as const;
/** Columns by id; `order` and `widths` name only what was changed. */
export const layoutInput = z.object({
  order: z.array(columnId).check(z.maxLength(60)),
  hidden: z.array(columnId).check(z.maxLength(60)),
  pinned: z.array(columnId).check(z.maxLength(10)),
  widths: z.record(columnId, z.int().check(z.minimum(40), z.maximum(1200))),
  density: z.enum(densities),
});
export type ListLayout = z.infer<typeof layoutInput>;
export const noLayout: ListLayout = { order: [], hidden: [], pinned: [], widths: {}, density: "regular" };

export const viewScopes = ["mine", "team"] as const;
/** With `id` an existing view is renamed, shared or given another question; `version` is the one it was read at. */
export const saveViewInput = z.object({
  list: listName,
  id: z.optional(z.string().check(z.maxLength(28))),
  version: z.optional(z.int()),
  name: z.string().check(z.trim(), z.minLength(1, "required"), z.maxLength(40)),
  scope: z.enum(viewScopes),
  query,
  layout: z.nullable(layoutInput),
});
export type SaveViewInput = z.infer<typeof saveViewInput>;

/** A stored question beside the system's own views. `query` is an address without cursor and peek. */
export type SavedView = {
  id: string;
  name: string;
  scope: (typeof viewScopes)[number];
  query: string;
  layout: ListLayout | null;
  /** Only the owner may change or drop it. */
  isMine: boolean;
  ownerName: string;
  version: number;
  count: number;
  isCapped: boolean;
  /** What the question asks that the list no longer knows: left out. */
  unknown: string[];
};

export const exportFormats = ["csv", "xlsx"] as const;
/** No `columns` means all. `ids` narrows to chosen rows. With a `reason`, who may reveal personal data gets it in full. */
export const exportInput = z.object({
  list: listName,
  query,
  format: z.enum(exportFormats),
  columns: z.array(columnId).check(z.maxLength(60)),
  ids: z.optional(rowIds),
  reason: z.optional(z.string().check(z.trim(), z.maxLength(300))),
});
export type ExportInput = z.infer<typeof exportInput>;

/** The rows of the whole question, or with `query: null` the chosen ones. */
export const bulkInput = z.object({
  list: listName,
  operation: z.string().check(z.maxLength(40)),
  query: z.nullable(query),
  ids: rowIds,
  values: z.record(z.string(), z.string().check(z.maxLength(1000))),
});
export type BulkInput = z.infer<typeof bulkInput>;

export const runStates = [
  "checking",
  "checked",
  "queued",
  "running",
  "done",
  "failed",
  "cancelled",
  "undoing",
  "undone",
] as const;
export type RunState = (typeof runStates)[number];
export const runKinds = ["export", "bulk"] as const;

/** What is asked for `GET /api/console/run`. */
export const runInput = z.object({ id: z.string().check(z.maxLength(28)) });

/** An export or a bulk run. `total` is null until known; `skips` say why rows are left alone, most first. */
export type RunView = {
  id: string;
  kind: (typeof runKinds)[number];
  list: string;
  /** A bulk run's operation. */
  operation: string | null;
  state: RunState;
  total: number | null;
  done: number;
  changed: number;
  skipped: number;
  failed: number;
  skips: { code: string; text: string; count: number }[];
  /** What the rows that will change come to, where the list has a sum: typed by who confirms a run about money. */
  amountFen: Fen | null;
  /** What stopped it, in words. */
  error: string | null;
  /** The finished file: an export's, or a bulk run's result row by row (its length is not known before). */
  file: { href: string; name: string; bytes: number | null; expiresAt: string } | null;
  undoUntil: string | null;
  isMine: boolean;
  /** Whether the reader may stop it and let it go on. */
  mayStop: boolean;
  requestedBy: string;
  requestedAt: string;
  finishedAt: string | null;
};

/** The list of runs: one's own, or with the deed everybody's. */
export const runListSpec = {
  views: ["mine", "all", "open", "failed"],
  sorts: ["-requestedAt"],
  filters: { kind: runKinds, list: "text" },
} as const satisfies ListSpec;

type Answer<T> = Promise<ActionAnswer & T>;
/** What a list can do for its reader beside showing rows; handed to the table by the page. */
export type ListActions = {
  saveView(input: SaveViewInput): Answer<{ id?: string }>;
  dropView(id: string): Answer<object>;
  saveLayout(list: string, layout: ListLayout): Promise<void>;
  startExport(input: ExportInput): Answer<{ run?: RunView }>;
  checkBulk(input: BulkInput): Answer<{ run?: RunView }>;
  startBulk(runId: string): Answer<{ run?: RunView }>;
  cancelRun(id: string): Answer<object>;
  retryRun(id: string): Answer<object>;
  undoRun(id: string): Answer<{ run?: RunView }>;
};

/** What the reader may do with a list: drawn by the table, checked again by the commands. */
export type ListDesk = {
  saved: SavedView[];
  layout: ListLayout | null;
  actions: ListActions;
  /** Bulk operations by name that the reader may start. */
  operations: string[];
  /** Whether an export may hold personal data in full, for a reason. */
  canReveal: boolean;
};
