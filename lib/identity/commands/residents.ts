import "server-only";
import { record } from "#lib/audit/steps";
import { newId } from "#lib/kernel/ids";
import { Refusal } from "#lib/kernel/refusal";
import { addDays, dayOf } from "#lib/kernel/time";
import { now } from "#lib/platform/clock";
import { prisma, type Tx, transact } from "#lib/platform/db";
import { announce } from "#lib/platform/news";
import { blindIndex } from "#lib/platform/pii";
import { setting } from "#lib/platform/settings";
import { messages } from "#lib/words/index";
import { residentJoined } from "../events";
import type { Actor } from "../schema";
import { phoneColumns } from "../steps";

const asResident = (actor: Actor): string => {
  if (actor.kind !== "resident" || actor.id === "anonymous") throw new Refusal("unauthenticated");
  return actor.id;
};

/** Finds the resident of an openid, or makes one; two calls at once make one person. `invitedBy` is a leader's id from a share link. */
export async function residentByOpenid(
  openid: string,
  first: { nickname?: string; invitedBy?: string | null } = {},
): Promise<{ id: string; nickname: string; isNew: boolean; hasPhone: boolean }> {
  const known = await prisma.resident.findUnique({ where: { openid } });
  if (known) return { id: known.id, nickname: known.nickname, isNew: false, hasPhone: known.phoneIndex !== null };
  const made = await transact(async (tx) => {
    const id = newId("res", now());
    const rows = await tx.resident.createMany({
      data: {
        id,
        openid,
        nickname:
          first.nickname?.slice(0, 30) || messages("zh-CN").identity.neighbour.replace("{tail}", openid.slice(-4)),
        boundLeaderId: first.invitedBy ?? null,
        createdAt: now(),
      },
      skipDuplicates: true,
    });
    if (rows.count === 1) await announce(tx, { type: residentJoined, subjectId: id });
    return rows;
  });
  const row = await prisma.resident.findUniqueOrThrow({ where: { openid } });
  return { id: row.id, nickname: row.nickname, isNew: made.count === 1, hasPhone: row.phoneIndex !== null };
}

async function change(
  actor: Actor,
  deed: string,
  write: (tx: Tx, id: string) => Promise<Record<string, unknown>>,
): Promise<void> {
  const id = asResident(actor);
  await transact(async (tx) => {
    if ((await tx.resident.count({ where: { id } })) === 0) throw new Refusal("notFound");
    const after = await write(tx, id);
    await record(tx, actor, { deed, subjectType: "resident", subjectId: id, after });
  });
}

/** Keeps the number WeChat vouched for. Refuses: unauthenticated, notFound. */
export const bindPhone = (actor: Actor, input: { phone: string }): Promise<void> =>
  change(actor, "residents.bindPhone", async (tx, id) => {
    const columns = phoneColumns(input.phone, "resident.phone");
    await tx.resident.update({ where: { id }, data: columns });
    return { phoneTail: columns.phoneTail };
  });

/** Makes a pickup point the usual one; whether it is open is the caller's to check. Refuses: unauthenticated, notFound. */
export const choosePoint = (actor: Actor, input: { pickupPointId: string }): Promise<void> =>
  change(actor, "residents.choosePoint", async (tx, id) => {
    await tx.resident.update({ where: { id }, data: { pickupPointId: input.pickupPointId } });
    return { pickupPointId: input.pickupPointId };
  });

/** The name leaders see on their list. Refuses: unauthenticated, notFound. */
export const renameResident = (actor: Actor, input: { nickname: string }): Promise<void> =>
  change(actor, "residents.rename", async (tx, id) => {
    await tx.resident.update({ where: { id }, data: { nickname: input.nickname } });
    return { nickname: input.nickname };
  });

/** As people write one and the same door: widths, blanks and marks apart. */
const plainDoor = (text: string): string =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s\-—_,，.。·#号栋幢楼座室单元]+/g, " ")
    .trim();

/**
 * Names her home at her pickup point, for limits by household: only a blind index of it is kept, and another home can be named again
 * after the setting's days. Refuses: unauthenticated, notFound, householdPoint (no pickup point chosen), householdKept.
 */
export const nameHousehold = (actor: Actor, input: { door: string }): Promise<void> =>
  change(actor, "residents.nameHousehold", async (tx, id) => {
    const resident = await tx.resident.findUniqueOrThrow({ where: { id } });
    if (!resident.pickupPointId) throw new Refusal("householdPoint");
    const householdKey = blindIndex(`household ${resident.pickupPointId} ${plainDoor(input.door)}`);
    const days = await setting(tx, "householdKeepDays");
    const at = now();
    const until = resident.householdAt && addDays(dayOf(resident.householdAt), days);
    if (resident.householdKey && resident.householdKey !== householdKey && until && dayOf(at) < until)
      throw new Refusal("householdKept", { days, until });
    await tx.resident.update({ where: { id }, data: { householdKey, householdAt: at } });
    return { pickupPointId: resident.pickupPointId };
  });
