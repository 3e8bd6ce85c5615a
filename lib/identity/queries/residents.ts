import "server-only";
import { Refusal } from "#lib/kernel/refusal";
import { prisma } from "#lib/platform/db";
import { maskPhoneTail } from "#lib/platform/pii";
import type { Actor } from "../schema";

export type ResidentProfile = {
  id: string;
  nickname: string;
  phone: string | null;
  pickupPointId: string | null;
  boundLeaderId: string | null;
  hasHousehold: boolean;
  createdAt: Date;
};

/** The signed-in resident; the phone masked. Refuses: unauthenticated. */
export async function residentProfile(actor: Actor): Promise<ResidentProfile> {
  const row = actor.kind === "resident" ? await prisma.resident.findUnique({ where: { id: actor.id } }) : null;
  if (!row) throw new Refusal("unauthenticated");
  const { id, nickname, phoneTail, pickupPointId, boundLeaderId, householdKey, createdAt } = row;
  return {
    id,
    nickname,
    phone: phoneTail && maskPhoneTail(phoneTail),
    pickupPointId,
    boundLeaderId,
    hasHousehold: householdKey !== null,
    createdAt,
  };
}
