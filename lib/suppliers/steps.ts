import "server-only";
import { record } from "#lib/audit/steps";
import type { Actor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { type Fen, fen } from "#lib/kernel/money";
import { claimRaised, penaltyRaised } from "#lib/ledger/rules";
import { lockedBalance, post } from "#lib/ledger/steps";
import { now } from "#lib/platform/clock";
import type { Tx } from "#lib/platform/db";
import { announce } from "#lib/platform/news";
import { supplierNews } from "./events";

export type ClaimDraft = {
  supplierId: string;
  kind: "shortage" | "damage" | "quality" | "penalty" | "coupon";
  amountFen: Fen;
  quantity: number;
  /** What it comes from: "receiptLine", "afterSale" … and its id; one claim of a kind for each. */
  sourceType: string;
  sourceId: string;
  /** Rows and photos that prove it, as flat facts. */
  evidence: Record<string, unknown>;
};

/**
 * What a supplier bears of coupons it funds (or, negative, gets back with a refund), posted already by `journalKey`: the row that
 * puts it on the statement. The same source again is left alone.
 */
export async function claimCoupons(
  tx: Tx,
  claims: readonly (Omit<ClaimDraft, "kind"> & { journalKey: string })[],
): Promise<void> {
  if (claims.length === 0) return;
  const at = now();
  await tx.supplierClaim.createMany({
    data: claims.map((c) => ({
      ...c,
      id: newId("clm", at),
      kind: "coupon" as const,
      state: "open" as const,
      amountFen: BigInt(c.amountFen),
      evidence: c.evidence as object,
      createdAt: at,
    })),
    skipDuplicates: true,
  });
}

/**
 * A claim on a supplier, in the transaction of what caused it: its row, the posting (from what is pending to the supplier first,
 * the rest as a receivable) and the news. The same source and kind again gives the claim there is. A claim of ¥0.00 is a fact without a posting.
 */
export async function raiseClaim(
  tx: Tx,
  actor: Actor,
  draft: ClaimDraft,
): Promise<{ claimId: string; isNew: boolean }> {
  const at = now();
  const { supplierId, kind, amountFen, quantity, sourceType, sourceId } = draft;
  const claimId = newId("clm", at);
  const journalKey = amountFen > 0 ? `claim:${claimId}` : null;
  const made = await tx.supplierClaim.createMany({
    data: {
      id: claimId,
      supplierId,
      kind,
      state: "open",
      amountFen: BigInt(amountFen),
      quantity,
      sourceType,
      sourceId,
      evidence: draft.evidence as object,
      journalKey,
      createdAt: at,
    },
    skipDuplicates: true,
  });
  if (made.count === 0) {
    const standing = await tx.supplierClaim.findUniqueOrThrow({
      where: { sourceType_sourceId_kind: { sourceType, sourceId, kind } },
      select: { id: true },
    });
    return { claimId: standing.id, isNew: false };
  }
  if (amountFen > 0) {
    const pending = await lockedBalance(tx, `supplierPending:${supplierId}`);
    await post(
      tx,
      kind === "penalty"
        ? penaltyRaised({ claimId, supplierId, amount: amountFen, pending })
        : claimRaised({ claimId, amount: amountFen, bearer: { bearer: "supplier", supplierId, pending } }),
    );
  }
  await record(tx, actor, {
    deed: "suppliers.claim",
    subjectType: "supplier",
    subjectId: supplierId,
    after: { claimId, kind, amountFen, quantity, sourceType, sourceId },
  });
  await announce(tx, {
    type: supplierNews.claimRaised,
    subjectId: supplierId,
    payload: { claimId, kind, amountFen: fen(amountFen) },
  });
  return { claimId, isNew: true };
}
