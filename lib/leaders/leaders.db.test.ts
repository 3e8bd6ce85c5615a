import { describe, expect, test } from "vitest";
import { anonymous } from "#lib/identity/schema";
import { underClock } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { listPage, viewAsk } from "#lib/platform/list";
import {
  makeLeader,
  makePoint,
  makeResident,
  makeTown,
  operator,
  residentActor,
  testMorning,
} from "#lib/testing/builders";
import {
  applyAsLeader,
  approveLeader,
  changeLeaderState,
  rejectLeader,
  setLeaderLevel,
  transferPoint,
} from "./commands";
import { leaderApplicationList, leaderBulk, leaderList } from "./lists";
import { applicationRecord, leaderForOrder, leaderOfResident, leaderRecord } from "./queries";

const desk = operator("operations");
const at = <T>(work: () => Promise<T>) => underClock(testMorning, work);
let n = 0;
const phoneOf = () => `1371234${String(1000 + ++n)}`;
const form = (cityId: string, more: object = {}) => ({
  name: "许大姐",
  phone: phoneOf(),
  cityId,
  district: "城东",
  pointName: `晨光里${n}`,
  address: "晨光路 3 号",
  lat: 39.9,
  lng: 116.4,
  about: "",
  ...more,
});

describe("becoming a leader", () => {
  test("an approved applicant is a leader with an open point, an account and a message, all at once", () =>
    at(async () => {
      const town = await makeTown();
      const resident = await makeResident();
      const input = form(town.cityId);
      const id = await applyAsLeader(residentActor(resident), input);
      const { leaderId, pointId } = await approveLeader(desk, { id, level: 1, pointId: undefined, routeId: undefined });
      expect(await leaderForOrder(leaderId)).toEqual({ id: leaderId, name: "许大姐", level: 1, state: "active" });
      expect(await leaderOfResident(resident)).toMatchObject({ id: leaderId });
      expect(await prisma.pickupPoint.findUnique({ where: { id: pointId } })).toMatchObject({
        name: input.pointName,
        leaderId,
        state: "open",
        routeId: town.routeId,
      });
      expect(await prisma.user.findUnique({ where: { leaderId } })).toMatchObject({ kind: "leader", state: "active" });
      expect(await prisma.message.count({ where: { recipientId: leaderId, template: "leaderApproved" } })).toBe(1);
      expect(await prisma.outboxEvent.count({ where: { type: "leader.approved", subjectId: leaderId } })).toBe(1);
    }));

  test("the number is never kept in the clear, and is masked on every screen", () =>
    at(async () => {
      const town = await makeTown();
      const input = form(town.cityId);
      const id = await applyAsLeader(anonymous, input);
      const row = await prisma.leaderApplication.findUniqueOrThrow({ where: { id } });
      expect(JSON.stringify(row)).not.toContain(input.phone);
      expect((await applicationRecord(desk, id)).phone).toBe(`*******${input.phone.slice(-4)}`);
      expect(
        JSON.stringify(await prisma.auditEntry.findMany({ where: { subjectId: id } }), (_, v) =>
          typeof v === "bigint" ? String(v) : v,
        ),
      ).not.toContain(input.phone);
    }));

  test("one application a phone number at a time, even when two arrive together", () =>
    at(async () => {
      const town = await makeTown();
      const input = form(town.cityId);
      const both = await Promise.allSettled([applyAsLeader(anonymous, input), applyAsLeader(anonymous, input)]);
      expect(both.filter((r) => r.status === "fulfilled")).toHaveLength(1);
      expect(both.find((r) => r.status === "rejected")).toMatchObject({ reason: { code: "applicationOpen" } });
    }));

  test("a refused applicant reads why and may apply again; a leader may not", () =>
    at(async () => {
      const town = await makeTown();
      const input = form(town.cityId);
      const id = await applyAsLeader(anonymous, input);
      await rejectLeader(desk, { id, reason: "场地太小" });
      expect(await applicationRecord(desk, id)).toMatchObject({ state: "rejected", decision: "场地太小" });
      await expect(approveLeader(desk, { id, level: 1, pointId: undefined, routeId: undefined })).rejects.toMatchObject(
        { code: "illegalTransition" },
      );
      const again = await applyAsLeader(anonymous, input);
      await approveLeader(desk, { id: again, level: 1, pointId: undefined, routeId: undefined });
      await expect(applyAsLeader(anonymous, { ...input, pointName: "别处" })).rejects.toMatchObject({
        code: "alreadyLeader",
      });
    }));

  test("two reviewers make one leader", () =>
    at(async () => {
      const town = await makeTown();
      const id = await applyAsLeader(anonymous, form(town.cityId));
      const both = await Promise.allSettled(
        [1, 2].map(() =>
          approveLeader(operator("operations"), { id, level: 1, pointId: undefined, routeId: undefined }),
        ),
      );
      expect(both.filter((r) => r.status === "fulfilled")).toHaveLength(1);
      expect(await prisma.leader.count({ where: { cityId: town.cityId, name: "许大姐" } })).toBe(1);
    }));

  test("an applicant may take over a point that has no leader, but not one that has", () =>
    at(async () => {
      const town = await makeTown();
      const taken = await applyAsLeader(anonymous, form(town.cityId));
      await expect(
        approveLeader(desk, { id: taken, level: 1, pointId: town.pointId, routeId: undefined }),
      ).rejects.toMatchObject({ code: "pointHasLeader" });
      await prisma.pickupPoint.update({ where: { id: town.pointId }, data: { leaderId: null, state: "draft" } });
      const { leaderId } = await approveLeader(desk, {
        id: taken,
        level: 2,
        pointId: town.pointId,
        routeId: undefined,
      });
      expect(await prisma.pickupPoint.findUnique({ where: { id: town.pointId } })).toMatchObject({
        leaderId,
        state: "open",
      });
    }));

  test("the longest waiting stands first, and support may not decide", () =>
    at(async () => {
      const town = await makeTown();
      const first = await applyAsLeader(anonymous, form(town.cityId));
      await underClock(new Date(testMorning.getTime() + 1000), () => applyAsLeader(anonymous, form(town.cityId)));
      const queue = { ...viewAsk("submitted", "at"), filters: { cityId: town.cityId } };
      expect((await listPage(leaderApplicationList, desk, queue)).rows[0]?.id).toBe(first);
      await expect(
        approveLeader(operator("support"), { id: first, level: 1, pointId: undefined, routeId: undefined }),
      ).rejects.toMatchObject({ code: "forbidden" });
    }));
});

describe("leaders", () => {
  test("a point is handed over to an active leader of its city; both see it in their timeline", () =>
    at(async () => {
      const [town, far] = [await makeTown(), await makeTown()];
      const to = await makeLeader(town.cityId);
      await expect(
        transferPoint(desk, { pointId: town.pointId, toLeaderId: far.leaderId, reason: "搬家" }),
      ).rejects.toMatchObject({ code: "notFound" });
      await transferPoint(desk, { pointId: town.pointId, toLeaderId: to, reason: "搬家" });
      expect((await prisma.pickupPoint.findUniqueOrThrow({ where: { id: town.pointId } })).leaderId).toBe(to);
      for (const id of [to, town.leaderId])
        expect((await leaderRecord(desk, id)).timeline[0]).toMatchObject({ deed: "leaders.transfer", reason: "搬家" });
    }));

  test("a paused leader takes over nothing and leaves only with empty hands", () =>
    at(async () => {
      const town = await makeTown();
      const other = await makeLeader(town.cityId);
      await changeLeaderState(desk, { id: other, event: "pause", reason: "休息" });
      await expect(
        transferPoint(desk, { pointId: town.pointId, toLeaderId: other, reason: "试试" }),
      ).rejects.toMatchObject({ code: "leaderNotActive" });
      await expect(
        changeLeaderState(desk, { id: town.leaderId, event: "leave", reason: "不做了" }),
      ).rejects.toMatchObject({ code: "leaderHasPoints" });
      await changeLeaderState(desk, { id: other, event: "resume" });
      await transferPoint(desk, { pointId: town.pointId, toLeaderId: other, reason: "接手" });
      await changeLeaderState(desk, { id: town.leaderId, event: "leave", reason: "不做了" });
      expect((await leaderForOrder(town.leaderId))?.state).toBe("left");
    }));

  test("many are paused and taken back; one that was changed since keeps what it has", () =>
    at(async () => {
      const town = await makeTown();
      const [a, b] = [town.leaderId, await makeLeader(town.cityId)];
      const { pause } = leaderBulk;
      const kept = await pause.apply(desk, a, { reason: "春节" });
      expect(await pause.skips(desk, [a, b], { reason: "春节" })).toEqual(new Map([[a, { code: "alreadySo" }]]));
      await pause.undo?.(desk, a, kept);
      expect((await leaderForOrder(a))?.state).toBe("active");
      await changeLeaderState(desk, { id: a, event: "pause", reason: "休息" });
      await expect(pause.undo?.(desk, a, kept)).rejects.toMatchObject({ code: "staleVersion" });
      expect(pause.may(operator("support"))).toBe(false);
    }));

  test("the level follows a decision with a reason, and lists are narrowed to one's cities", () =>
    at(async () => {
      const [town, far] = [await makeTown(), await makeTown()];
      await makePoint({ cityId: town.cityId, routeId: town.routeId, leaderId: town.leaderId });
      await setLeaderLevel(desk, { id: town.leaderId, level: 2, reason: "上月第一" });
      const local = { ...operator("support"), cityIds: [town.cityId] };
      const { rows } = await listPage(leaderList, local, viewAsk("all"));
      expect(rows).toMatchObject([{ id: town.leaderId, level: 2 }]);
      expect(rows[0]?.points).toHaveLength(2);
      await expect(leaderRecord(local, far.leaderId)).rejects.toMatchObject({ code: "notFound" });
    }));
});
