import "server-only";
import type { z } from "zod";
import { record, stale } from "#lib/audit/steps";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { closeAccounts, openLeaderAccount } from "#lib/identity/steps";
import { newId } from "#lib/kernel/ids";
import { Refusal } from "#lib/kernel/refusal";
import { from, next } from "#lib/kernel/states";
import { say } from "#lib/notifications/steps";
import { givePoint, makePoint, routeOfDistrict } from "#lib/pickup/steps";
import { now } from "#lib/platform/clock";
import { type Tx, transact } from "#lib/platform/db";
import { announce } from "#lib/platform/news";
import { blindIndex, seal, tail, unseal } from "#lib/platform/pii";
import { leaderApplied, leaderApproved } from "./events";
import { applicationTable, leaderTable } from "./rules";
import type {
  ApplyInput,
  approveInput,
  leaderLevelInput,
  leaderStateInput,
  rejectInput,
  transferPointInput,
} from "./schema";

/**
 * Anyone may ask to be a leader; a signed-in resident is remembered, so that earnings can be paid to them. Returns the application's id.
 * Refuses: notFound (no such city), alreadyLeader, applicationOpen (one at a time a phone number).
 */
export async function applyAsLeader(actor: Actor, input: ApplyInput): Promise<string> {
  return transact(async (tx) => {
    const { phone, ...facts } = input;
    const phoneIndex = blindIndex(phone);
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`leader:${phoneIndex}`}, 0))`;
    const city = await tx.region.findUnique({ where: { id: input.cityId } });
    if (city?.level !== "city") throw new Refusal("notFound", {}, [{ field: "cityId", code: "required" }]);
    if (await tx.leader.findUnique({ where: { phoneIndex } }))
      throw new Refusal("alreadyLeader", {}, [{ field: "phone", code: "alreadyLeader" }]);
    if (await tx.leaderApplication.findFirst({ where: { phoneIndex, state: "submitted" } }))
      throw new Refusal("applicationOpen", {}, [{ field: "phone", code: "applicationOpen" }]);
    const at = now();
    const id = newId("lap", at);
    await tx.leaderApplication.create({
      data: {
        id,
        ...facts,
        residentId: actor.kind === "resident" && actor.id !== "anonymous" ? actor.id : null,
        phoneCipher: seal(phone, "leader_application.phone"),
        phoneIndex,
        phoneTail: tail(phone),
        state: "submitted",
        createdAt: at,
      },
    });
    await record(tx, actor, {
      deed: "leaders.apply",
      subjectType: "leaderApplication",
      subjectId: id,
      after: { pointName: input.pointName, cityId: input.cityId },
    });
    await announce(tx, { type: leaderApplied, subjectId: id });
    return id;
  });
}

async function pointFor(
  tx: Tx,
  actor: Actor,
  application: { cityId: string; district: string; pointName: string; address: string; lat: number; lng: number },
  chosen: { pointId?: string; routeId?: string },
  leaderId: string,
  leaderName: string,
): Promise<string> {
  const standing = chosen.pointId
    ? await tx.pickupPoint.findUnique({ where: { id: chosen.pointId } })
    : await tx.pickupPoint.findUnique({
        where: { cityId_name: { cityId: application.cityId, name: application.pointName } },
      });
  if (standing) {
    if (standing.cityId !== application.cityId)
      throw new Refusal("notFound", {}, [{ field: "pointId", code: "required" }]);
    if (standing.leaderId !== null)
      throw new Refusal("pointHasLeader", { name: standing.name }, [{ field: "pointId", code: "pointHasLeader" }]);
    await givePoint(tx, actor, { pointId: standing.id, leaderId, names: { after: leaderName } });
    return standing.id;
  }
  if (chosen.pointId) throw new Refusal("notFound", {}, [{ field: "pointId", code: "required" }]);
  const routeId = chosen.routeId ?? (await routeOfDistrict(tx, application.cityId, application.district));
  if (!routeId) throw new Refusal("noRoute", {}, [{ field: "routeId", code: "noRoute" }]);
  const { cityId, district, pointName, address, lat, lng } = application;
  return makePoint(tx, actor, { name: pointName, cityId, district, address, lat, lng, routeId, leaderId, open: true });
}

/**
 * Makes the applicant a leader with a point and an account to sign in with, and tells them. Returns both ids.
 * Refuses: notFound, forbidden, illegalTransition, pointHasLeader, noRoute, phoneTaken.
 */
export async function approveLeader(
  actor: Actor,
  input: z.infer<typeof approveInput>,
): Promise<{ leaderId: string; pointId: string }> {
  return transact(async (tx) => {
    const application = await tx.leaderApplication.findUnique({ where: { id: input.id } });
    if (!application) throw new Refusal("notFound");
    authorise(actor, "leaders.review", { cityId: application.cityId });
    next(applicationTable, application.state, "approve");
    const at = now();
    const leaderId = newId("ldr", at);
    const decided = await tx.leaderApplication.updateMany({
      where: { id: application.id, state: { in: from(applicationTable, "approve") } },
      data: { state: "approved", decidedAt: at, decidedBy: actor.id, leaderId },
    });
    if (decided.count !== 1) throw new Refusal("staleVersion");
    const phone = unseal(application.phoneCipher, "leader_application.phone");
    const resident = application.residentId
      ? await tx.resident.findUnique({ where: { id: application.residentId } })
      : null;
    const { name, phoneIndex, phoneTail, cityId } = application;
    await tx.leader.create({
      data: {
        id: leaderId,
        name,
        phoneCipher: seal(phone, "leader.phone"),
        phoneIndex,
        phoneTail,
        cityId,
        level: input.level,
        state: "active",
        openid: resident?.openid ?? null,
        residentId: resident?.id ?? null,
        createdAt: at,
      },
    });
    const pointId = await pointFor(tx, actor, application, input, leaderId, name);
    await openLeaderAccount(tx, actor, { leaderId, name, phone });
    await say(tx, {
      channel: "sms",
      recipientKind: "leader",
      recipientId: leaderId,
      address: phone,
      template: "leaderApproved",
      body: `【邻团】${name}您好，您的团长申请已通过，自提点「${application.pointName}」已开通。用本手机号收验证码即可登录。`,
    });
    await record(
      tx,
      actor,
      {
        deed: "leaders.approve",
        subjectType: "leaderApplication",
        subjectId: application.id,
        before: { state: application.state },
        after: { state: "approved" },
      },
      {
        deed: "leaders.open",
        subjectType: "leader",
        subjectId: leaderId,
        after: { name, cityId, level: input.level, pointId: application.pointName },
      },
    );
    await announce(tx, { type: leaderApproved, subjectId: leaderId, payload: { pointId } });
    return { leaderId, pointId };
  });
}

/** Says no, with the reason the applicant reads. Refuses: notFound, forbidden, illegalTransition. */
export async function rejectLeader(actor: Actor, input: z.infer<typeof rejectInput>): Promise<void> {
  await transact(async (tx) => {
    const application = await tx.leaderApplication.findUnique({ where: { id: input.id } });
    if (!application) throw new Refusal("notFound");
    authorise(actor, "leaders.review", { cityId: application.cityId });
    const state = next(applicationTable, application.state, "reject");
    const decided = await tx.leaderApplication.updateMany({
      where: { id: application.id, state: { in: from(applicationTable, "reject") } },
      data: { state, decision: input.reason, decidedAt: now(), decidedBy: actor.id },
    });
    if (decided.count !== 1) throw new Refusal("staleVersion");
    await say(tx, {
      channel: "sms",
      recipientKind: "leaderApplication",
      recipientId: application.id,
      address: unseal(application.phoneCipher, "leader_application.phone"),
      template: "leaderRejected",
      body: `【邻团】${application.name}您好，您的团长申请未通过：${input.reason}。改好后可以再次申请。`,
    });
    await record(tx, actor, {
      deed: "leaders.reject",
      subjectType: "leaderApplication",
      subjectId: application.id,
      before: { state: application.state },
      after: { state },
      reason: input.reason,
    });
  });
}

/** Pauses a leader (new orders go elsewhere), takes them back, or lets them go. Refuses: notFound, forbidden, illegalTransition, reasonRequired, leaderHasPoints (leaving with points in hand), staleVersion. */
export async function changeLeaderState(
  actor: Actor,
  input: z.infer<typeof leaderStateInput>,
): Promise<{ version: number }> {
  return transact(async (tx) => {
    const leader = await tx.leader.findUnique({ where: { id: input.id } });
    if (!leader) throw new Refusal("notFound");
    authorise(actor, "leaders.edit", { cityId: leader.cityId });
    const state = next(leaderTable, leader.state, input.event);
    if (input.event !== "resume" && !input.reason)
      throw new Refusal("reasonRequired", {}, [{ field: "reason", code: "reasonRequired" }]);
    const points = await tx.pickupPoint.count({ where: { leaderId: leader.id } });
    if (input.event === "leave" && points > 0) throw new Refusal("leaderHasPoints", { count: points });
    const written = await tx.leader.updateMany({
      where: { id: leader.id, state: leader.state, version: input.version ?? leader.version },
      data: { state, version: { increment: 1 } },
    });
    if (written.count !== 1) throw new Refusal("staleVersion");
    if (input.event === "leave") await closeAccounts(tx, actor, { leaderId: leader.id }, input.reason ?? "");
    await record(tx, actor, {
      deed: `leaders.${input.event}`,
      subjectType: "leader",
      subjectId: leader.id,
      before: { state: leader.state },
      after: { state },
      reason: input.reason ?? null,
    });
    return { version: leader.version + 1 };
  });
}

/** Moves a leader to another published level; new orders follow it. Refuses: notFound, forbidden, staleVersion. */
export async function setLeaderLevel(actor: Actor, input: z.infer<typeof leaderLevelInput>): Promise<void> {
  await transact(async (tx) => {
    const leader = await tx.leader.findUnique({ where: { id: input.id } });
    if (!leader) throw new Refusal("notFound");
    authorise(actor, "leaders.edit", { cityId: leader.cityId });
    const { version = leader.version } = input;
    if (leader.level === input.level && version === leader.version) return;
    const written = await tx.leader.updateMany({
      where: { id: leader.id, version },
      data: { level: input.level, version: { increment: 1 } },
    });
    if (written.count !== 1)
      throw await stale(tx, actor, {
        subjectType: "leader",
        subjectId: leader.id,
        behind: leader.version - version,
      });
    await record(tx, actor, {
      deed: "leaders.level",
      subjectType: "leader",
      subjectId: leader.id,
      before: { level: leader.level },
      after: { level: input.level },
      reason: input.reason,
    });
  });
}

/** Hands a point to another active leader of its city: new orders follow, open ones keep their leader. Refuses: notFound, forbidden, leaderNotActive. */
export async function transferPoint(actor: Actor, input: z.infer<typeof transferPointInput>): Promise<void> {
  await transact(async (tx) => {
    const point = await tx.pickupPoint.findUnique({ where: { id: input.pointId } });
    if (!point) throw new Refusal("notFound");
    authorise(actor, "leaders.edit", { cityId: point.cityId });
    const to = await tx.leader.findUnique({ where: { id: input.toLeaderId } });
    if (!to || to.cityId !== point.cityId)
      throw new Refusal("notFound", {}, [{ field: "toLeaderId", code: "required" }]);
    if (to.state !== "active")
      throw new Refusal("leaderNotActive", { name: to.name }, [{ field: "toLeaderId", code: "leaderNotActive" }]);
    const was = point.leaderId ? await tx.leader.findUnique({ where: { id: point.leaderId } }) : null;
    const names = { before: was?.name ?? null, after: to.name };
    const before = await givePoint(tx, actor, { pointId: point.id, leaderId: to.id, reason: input.reason, names });
    const entry = {
      deed: "leaders.transfer",
      subjectType: "leader",
      before: { leaderId: names.before },
      after: { leaderId: to.name, pointId: point.name },
      reason: input.reason,
    };
    await record(
      tx,
      actor,
      { ...entry, subjectId: to.id },
      ...(before && before !== to.id ? [{ ...entry, subjectId: before }] : []),
    );
  });
}
