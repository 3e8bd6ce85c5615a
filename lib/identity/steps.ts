import "server-only";
import { record } from "#lib/audit/steps";
import { newId } from "#lib/kernel/ids";
import { Refusal } from "#lib/kernel/refusal";
import { now, wall } from "#lib/platform/clock";
import type { Tx } from "#lib/platform/db";
import { blindIndex, seal, tail } from "#lib/platform/pii";
import { newInvitation } from "./invitations";
import type { Actor } from "./schema";
import { forgetAllSignIns } from "./sessions";

/** The three columns of a phone in any table; `place` is `table.column` (`app_user.phone`). */
export const phoneColumns = (
  phone: string,
  place: string,
): { phoneCipher: string; phoneIndex: string; phoneTail: string } => ({
  phoneCipher: seal(phone, place),
  phoneIndex: blindIndex(phone),
  phoneTail: tail(phone),
});

/**
 * A supplier member's account, in the transaction that approves the supplier or invites staff. With an e-mail address there is a
 * one-time link to choose a password (72 h), with a phone they can sign in by SMS code at once; one of both is needed.
 * Refuses: emailTaken, phoneTaken.
 */
export async function openSupplierAccount(
  tx: Tx,
  actor: Actor,
  person: {
    supplierId: string;
    name: string;
    role: "owner" | "staff";
    email?: string | null | undefined;
    phone?: string | null | undefined;
  },
): Promise<{ userId: string; path: string | null }> {
  if (!person.email && !person.phone) throw new Refusal("invalid", {}, [{ field: "email", code: "required" }]);
  await refuseTaken(tx, "supplier", person);
  const userId = newId("usr", now());
  await tx.user.create({
    data: {
      id: userId,
      kind: "supplier",
      name: person.name,
      state: person.phone ? "active" : "invited",
      supplierId: person.supplierId,
      supplierRole: person.role,
      email: person.email ?? null,
      ...(person.phone ? phoneColumns(person.phone, "app_user.phone") : {}),
      createdAt: now(),
    },
  });
  const path = person.email ? (await newInvitation(tx, userId, "invite")).path : null;
  await record(tx, actor, {
    deed: "people.open",
    subjectType: "user",
    subjectId: userId,
    after: { name: person.name, supplierId: person.supplierId, role: person.role },
  });
  return { userId, path };
}

/** A leader's account: signs in by SMS code, or by WeChat once the leader's row knows the openid or resident. Refuses: phoneTaken. */
export async function openLeaderAccount(
  tx: Tx,
  actor: Actor,
  person: { leaderId: string; name: string; phone: string },
): Promise<{ userId: string }> {
  await refuseTaken(tx, "leader", person);
  const userId = newId("usr", now());
  await tx.user.create({
    data: {
      id: userId,
      kind: "leader",
      name: person.name,
      state: "active",
      leaderId: person.leaderId,
      ...phoneColumns(person.phone, "app_user.phone"),
      createdAt: now(),
    },
  });
  await record(tx, actor, {
    deed: "people.open",
    subjectType: "user",
    subjectId: userId,
    after: { name: person.name, leaderId: person.leaderId },
  });
  return { userId };
}

async function refuseTaken(
  tx: Tx,
  kind: "supplier" | "leader",
  person: { email?: string | null | undefined; phone?: string | null | undefined },
): Promise<void> {
  if (person.email && (await tx.user.count({ where: { email: person.email } })) > 0)
    throw new Refusal("emailTaken", {}, [{ field: "email", code: "emailTaken" }]);
  if (person.phone && (await tx.user.count({ where: { kind, phoneIndex: blindIndex(person.phone) } })) > 0) {
    throw new Refusal("phoneTaken", {}, [{ field: "phone", code: "phoneTaken" }]);
  }
}

/** Closes the accounts of a supplier or leader who is suspended for good or has left, and ends their sessions. */
export async function closeAccounts(
  tx: Tx,
  actor: Actor,
  of: { supplierId: string } | { leaderId: string },
  reason: string,
): Promise<void> {
  const users = await tx.user.findMany({ where: { ...of, state: { not: "disabled" } }, select: { id: true } });
  if (users.length === 0) return;
  const ids = users.map((u) => u.id);
  await tx.user.updateMany({ where: { id: { in: ids } }, data: { state: "disabled" } });
  await tx.signIn.updateMany({ where: { userId: { in: ids }, revokedAt: null }, data: { revokedAt: wall() } });
  await record(
    tx,
    actor,
    ...ids.map((id) => ({
      deed: "people.disable",
      subjectType: "user",
      subjectId: id,
      after: { state: "disabled" },
      reason,
    })),
  );
  forgetAllSignIns();
}
