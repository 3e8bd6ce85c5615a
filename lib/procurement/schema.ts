import { z } from "zod";
import type { PurchaseState } from "#lib/generated/prisma/enums";
import type { ListSpec } from "../kernel/list";
import type { Fen } from "../kernel/money";
import type { Day } from "../kernel/time";

/**
 * Buying what was sold. Promises: a locked session becomes one purchase order per supplier × warehouse × pickup day, out of
 * a frozen snapshot of its lines; pieces are bought in whole cases, and what a case leaves over is kept with its cost and
 * offsets the next order; an order that the supplier leaves unanswered accepts itself, naming warehouse and unloading window.
 * The supplier is owed what is accepted at receipt and nothing else. Damaged pieces are not accepted. When a line is closed
 * and less is there than residents have paid for, the last to pay goes without and has the money back, the supplier bears it
 * and pays the contract's penalty on what it did not deliver. A receipt sent twice under one key counts once.
 */
export const purchaseStates = [
  "issued",
  "accepted",
  "receiving",
  "received",
  "cancelled",
] as const satisfies readonly PurchaseState[];

/** One SKU to buy at one supply price; `needed` pieces were paid for, `pieces` = `cases` × `casePack` are bought. */
export type PurchaseLineView = {
  id: string;
  skuId: string;
  name: string;
  spec: string;
  unit: string;
  picture: string;
  needed: number;
  fromRemainder: number;
  casePack: number;
  cases: number;
  pieces: number;
  supplyPriceFen: Fen;
  amountFen: Fen;
  accepted: number;
  short: number;
  damaged: number;
  isReceived: boolean;
  receivedAt: Date | null;
};

export type PurchaseRow = {
  id: string;
  state: PurchaseState;
  saleSessionId: string;
  supplierId: string;
  supplierName: string;
  warehouseId: string;
  warehouseName: string;
  pickupDay: Day;
  lineCount: number;
  pieces: number;
  /** Pieces accepted so far. */
  accepted: number;
  /** Pieces short or damaged so far. */
  missing: number;
  totalFen: Fen;
  acceptedFen: Fen;
  issuedAt: Date;
  autoAcceptAt: Date;
  acceptedAt: Date | null;
  unloadFromAt: Date;
  unloadToAt: Date;
  receivedAt: Date | null;
};

export type ReceiptView = {
  id: string;
  at: Date;
  byName: string;
  lines: {
    lineId: string;
    name: string;
    spec: string;
    unit: string;
    accepted: number;
    short: number;
    damaged: number;
    amountFen: Fen;
    photoFileId: string | null;
    note: string | null;
  }[];
};

export type PurchaseRecord = PurchaseRow & {
  sessionName: string;
  businessDay: Day;
  warehouseAddress: string;
  acceptedByName: string | null;
  snapshotHash: string;
  lines: PurchaseLineView[];
  receipts: ReceiptView[];
};

/** What a supplier has sold in a session that is still open. `soldFen` is at the supply price. */
export type RunningTotal = {
  skuId: string;
  name: string;
  spec: string;
  unit: string;
  picture: string;
  casePack: number;
  quota: number;
  held: number;
  sold: number;
  supplyPriceFen: Fen;
  soldFen: Fen;
};
export type RunningSession = {
  sessionId: string;
  name: string;
  businessDay: Day;
  cutoffAt: Date;
  pieces: number;
  soldFen: Fen;
  items: RunningTotal[];
};

export const purchaseViews = ["all", "waiting", "toReceive", "late", "received"] as const;

/** What the list of purchase orders may be asked. */
export const purchaseListSpec = {
  views: purchaseViews,
  sorts: ["-issuedAt", "-pickupDay", "unload", "-total"],
  sortOf: { toReceive: "unload", late: "unload" },
  filters: { day: "day", warehouseId: "text", supplierId: "text", saleSessionId: "text" },
  fields: {
    state: purchaseStates,
    pickupDay: "day",
    issuedAt: "moment",
    unload: "moment",
    receivedAt: "moment",
    pieces: "number",
    missing: "number",
    total: "money",
    acceptedFen: "money",
    goods: "text",
  },
} as const satisfies ListSpec;

/** The same orders as their supplier sees them. */
export const supplierOrderListSpec = {
  ...purchaseListSpec,
  views: ["all", "waiting", "toReceive", "received"],
  filters: { day: "day" },
} as const satisfies ListSpec;

const id = z.string().min(1);
const pieces = z.coerce.number().int("pieces").min(0, "pieces").max(1_000_000, "pieces");

export const acceptPurchaseInput = z.object({ id });

export const receiveInput = z.object({
  purchaseOrderId: id,
  /** Made once on the device; sending it again answers the same. */
  requestKey: z.string().min(8).max(80),
  lines: z
    .array(
      z.object({
        purchaseOrderLineId: id,
        accepted: pieces,
        short: pieces,
        damaged: pieces,
        photoFileId: z.string().nullish(),
        note: z.string().trim().max(200).nullish(),
      }),
    )
    .min(1)
    .max(500),
});
export type ReceiveInput = z.input<typeof receiveInput>;
export type ReceiptAnswer = {
  receiptId: string;
  purchaseOrderId: string;
  accepted: number;
  short: number;
  damaged: number;
};
