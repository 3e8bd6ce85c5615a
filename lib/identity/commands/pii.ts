import "server-only";
import { record } from "#lib/audit/steps";
import { Refusal } from "#lib/kernel/refusal";
import { type Tx, transact } from "#lib/platform/db";
import { unseal } from "#lib/platform/pii";
import { authorise, type Deed, type Target } from "../rules";
import type { Actor, PiiField } from "../schema";

type Sealed = { cipher: string | null; target: Target; type: string };
type Source = { place: string; see: Deed; load: (tx: Tx, id: string) => Promise<Sealed | null> };

/** Where each value lies, under which seal, who may see its record at all, and what the log calls its owner. */
const sources: Record<PiiField, Source> = {
  "user.phone": {
    place: "app_user.phone",
    see: "people.see",
    load: async (tx, id) =>
      wrap(
        await tx.user.findUnique({ where: { id } }),
        "user",
        (r) => r.phoneCipher,
        () => ({}),
      ),
  },
  "resident.phone": {
    place: "resident.phone",
    see: "orders.see",
    load: async (tx, id) => {
      const row = await tx.resident.findUnique({ where: { id } });
      const point = row?.pickupPointId ? await tx.pickupPoint.findUnique({ where: { id: row.pickupPointId } }) : null;
      return wrap(
        row,
        "resident",
        (r) => r.phoneCipher,
        () => ({ cityId: point?.cityId ?? null }),
      );
    },
  },
  "leader.phone": {
    place: "leader.phone",
    see: "leaders.see",
    load: async (tx, id) =>
      wrap(
        await tx.leader.findUnique({ where: { id } }),
        "leader",
        (r) => r.phoneCipher,
        (r) => ({ cityId: r.cityId, leaderId: r.id }),
      ),
  },
  "leader.realName": {
    place: "leader.real_name",
    see: "leaders.see",
    load: async (tx, id) =>
      wrap(
        await tx.leader.findUnique({ where: { id } }),
        "leader",
        (r) => r.realNameCipher,
        (r) => ({ cityId: r.cityId, leaderId: r.id }),
      ),
  },
  "leaderApplication.phone": {
    place: "leader_application.phone",
    see: "leaders.see",
    load: async (tx, id) =>
      wrap(
        await tx.leaderApplication.findUnique({ where: { id } }),
        "leaderApplication",
        (r) => r.phoneCipher,
        (r) => ({ cityId: r.cityId }),
      ),
  },
  "supplier.phone": {
    place: "supplier.phone",
    see: "suppliers.see",
    load: async (tx, id) =>
      wrap(
        await tx.supplier.findUnique({ where: { id } }),
        "supplier",
        (r) => r.phoneCipher,
        (r) => ({ cityIds: r.cityIds, supplierId: r.id }),
      ),
  },
  "supplier.identity": {
    place: "supplier.identity",
    see: "suppliers.see",
    load: async (tx, id) =>
      wrap(
        await tx.supplier.findUnique({ where: { id } }),
        "supplier",
        (r) => r.identityCipher,
        (r) => ({ cityIds: r.cityIds, supplierId: r.id }),
      ),
  },
  "supplier.bankAccount": {
    place: "supplier.bank_account",
    see: "suppliers.see",
    load: async (tx, id) =>
      wrap(
        await tx.supplier.findUnique({ where: { id } }),
        "supplier",
        (r) => r.bankAccountCipher,
        (r) => ({ cityIds: r.cityIds, supplierId: r.id }),
      ),
  },
  "supplierApplication.phone": {
    place: "supplier_application.phone",
    see: "suppliers.see",
    load: async (tx, id) =>
      wrap(
        await tx.supplierApplication.findUnique({ where: { id } }),
        "application",
        (r) => r.phoneCipher,
        () => ({}),
      ),
  },
};

const wrap = <R>(
  row: R | null,
  type: string,
  cipher: (row: R) => string | null,
  target: (row: R) => Target,
): Sealed | null => row && { cipher: cipher(row), target: target(row), type };

/** A leader may call the residents of their own point's orders, nobody else's; her own record is hers to see. */
async function leaderMay(tx: Tx, actor: Actor, field: PiiField, subject: string): Promise<boolean> {
  if (field === "leader.phone") return subject === actor.leaderId;
  if (field !== "resident.phone") return false;
  return (
    (await tx.order.count({
      where: { residentId: subject, leaderId: actor.leaderId ?? "", state: { notIn: ["pendingPayment", "cancelled"] } },
      take: 1,
    })) > 0
  );
}

/**
 * Opens one sealed value for a reason that goes into the log beside who, when and from where; the value itself does not.
 * Refuses: forbidden, notFound (no such record, outside the actor's scope, or nothing kept).
 */
export async function revealPii(
  actor: Actor,
  input: { field: PiiField; subject: string; reason: string },
): Promise<string> {
  const source = sources[input.field];
  return transact(async (tx) => {
    const sealed = await source.load(tx, input.subject);
    if (!sealed?.cipher) throw new Refusal("notFound");
    authorise(actor, "pii.reveal", actor.kind === "leader" ? {} : sealed.target);
    if (actor.kind === "leader") {
      if (!(await leaderMay(tx, actor, input.field, input.subject))) throw new Refusal("notFound");
    } else authorise(actor, source.see, sealed.target);
    await record(tx, actor, {
      deed: "pii.reveal",
      subjectType: sealed.type,
      subjectId: input.subject,
      after: { field: input.field },
      reason: input.reason,
    });
    return unseal(sealed.cipher, source.place);
  });
}
