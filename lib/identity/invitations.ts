import "server-only";
import { hour, later } from "#lib/kernel/time";
import { wall } from "#lib/platform/clock";
import type { Tx } from "#lib/platform/db";
import { secret } from "#lib/platform/pii";

const invitationHours = 72;

/** A one-time link for a person; earlier ones of that person stop working. Only the hash is kept. */
export async function newInvitation(tx: Tx, userId: string, purpose: "invite" | "reset"): Promise<{ path: string }> {
  const at = wall();
  const { plain, hash } = secret();
  await tx.invitation.updateMany({ where: { userId, usedAt: null }, data: { usedAt: at } });
  await tx.invitation.create({
    data: { tokenHash: hash, purpose, userId, createdAt: at, expiresAt: later(at, invitationHours * hour) },
  });
  return { path: `/welcome/${plain}` };
}
