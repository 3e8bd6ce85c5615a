import type { AfterSaleReason, AfterSaleState } from "#lib/generated/prisma/enums";
import { type Fen, share, times } from "../kernel/money";
import type { Table } from "../kernel/states";
import type { Responsible } from "./schema";

export type CaseEvent = "approve" | "reject" | "cancel" | "refunded";
export const caseTable: Table<AfterSaleState, CaseEvent> = {
  applied: { approve: "refunding", reject: "rejected", cancel: "cancelled" },
  approved: { refunded: "refunded" },
  refunding: { refunded: "refunded" },
  rejected: {},
  refunded: {},
  cancelled: {},
};

export type Reportable = {
  delivered: number;
  returned: number;
  unclaimed: number;
  isFresh: boolean;
  completedAt: Date | null;
  afterSaleUntil: Date | null;
};

/** Pieces of a line a case can still be about: handed over and not yet in another case that was granted. */
export const reportablePieces = (line: Reportable, granted: number): number =>
  Math.max(0, line.delivered - line.returned - line.unclaimed - granted);

/** Why a report cannot be taken now, or null. */
export function whyNot(
  line: Reportable,
  e: { quantity: number; reason: AfterSaleReason; granted: number; photos: number; description: string },
  at: Date,
): string | null {
  if (line.delivered === 0) return "notDelivered";
  if (line.completedAt && line.afterSaleUntil && at > line.afterSaleUntil) return "afterSaleClosed";
  if (e.quantity > reportablePieces(line, e.granted)) return "quantityExceeded";
  if (e.reason === "noReason" && line.isFresh) return "noReasonFresh";
  if (needsPhoto(e.reason) && e.photos === 0) return "photoRequired";
  if (e.reason === "wrong" && e.description === "") return "descriptionRequired";
  return null;
}

/** What is missing cannot be photographed, and an unwanted return needs no proof. */
export const needsPhoto = (reason: AfterSaleReason): boolean =>
  reason === "quality" || reason === "damaged" || reason === "wrong";

/** Whether a case may be granted without a person: small enough, and this resident has not had too many so. */
export const isAutomatic = (e: {
  requestedFen: number;
  autoFen: number;
  automaticBefore: number;
  cap: number;
}): boolean => e.requestedFen > 0 && e.requestedFen <= e.autoFen && e.automaticBefore < e.cap;

/** Who is likely responsible, for the person who decides. After the leader's signature what is missing or broken was in her hands. */
export const suggestedParty = (reason: AfterSaleReason): Responsible => {
  switch (reason) {
    case "quality":
      return "supplier";
    case "wrong":
      return "warehouse";
    case "damaged":
    case "missing":
      return "leader";
    case "noReason":
      return "platform";
  }
};

/** Who bears a case nobody looked at: goods of poor quality are the supplier's; the rest stays with the house, never with a person. */
export const automaticParty = (reason: AfterSaleReason): Responsible =>
  reason === "quality" ? "supplier" : "platform";

/** What the responsible party owes: the goods' cost, in the proportion in which the resident's wish was granted. */
export const claimAmount = (e: { supplyPriceFen: Fen; quantity: number; grantedFen: Fen; requestedFen: Fen }): Fen =>
  share(times(e.supplyPriceFen, e.quantity), e.grantedFen, e.requestedFen);
