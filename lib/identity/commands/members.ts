import "server-only";
import { Refusal } from "#lib/kernel/refusal";
import { transact } from "#lib/platform/db";
import { authorise } from "../rules";
import type { Actor } from "../schema";
import { openSupplierAccount } from "../steps";

/** The owner of a supplier invites a colleague, who sees this supplier only. Refuses: forbidden, emailTaken, phoneTaken. */
export async function inviteSupplierMember(
  actor: Actor,
  input: { name: string; email: string; phone?: string | undefined; role: "owner" | "staff" },
): Promise<{ userId: string; path: string | null }> {
  const supplierId = actor.supplierId;
  if (!supplierId) throw new Refusal("forbidden");
  authorise(actor, "suppliers.edit", { supplierId });
  return transact((tx) => openSupplierAccount(tx, actor, { supplierId, ...input }));
}
