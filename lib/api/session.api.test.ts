import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

const channel = await vi.hoisted(async () => {
  const { startChannel } = await import("#lib/testing/channel");
  return startChannel(new Date("2026-11-16T01:00:00Z"));
});

import { hour, later } from "#lib/kernel/time";
import { underClock } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { ask } from "#lib/testing/api";
import { makeTown, type Town, testMorning } from "#lib/testing/builders";

const rule = (title: string, work: () => Promise<void>) => it(title, () => underClock(testMorning, work));
let town: Town;
beforeAll(() =>
  underClock(testMorning, async () => {
    town = await makeTown();
  }),
);
afterAll(() => channel.stop());

const signIn = (code: string, more: object = {}) => ask("POST", "/auth/wechat/sessions", { body: { code, ...more } });

describe("signing in by WeChat", () => {
  rule("makes a person once, and knows them the next time", async () => {
    const first = await signIn("sim:o-resident-one-0001");
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({ is_new: true, phone_bound: false });
    const second = await signIn("sim:o-resident-one-0001");
    expect(second.body).toMatchObject({ is_new: false, resident_id: first.body.resident_id });
    expect(second.headers.get("cache-control")).toBe("no-store");
  });

  rule("binds whoever came by a share link to its leader, and nobody to one who does not exist", async () => {
    const { body } = await signIn("sim:o-resident-two-0002", { invite: town.leaderId });
    expect(await prisma.resident.findUnique({ where: { id: body.resident_id } })).toMatchObject({
      boundLeaderId: town.leaderId,
    });
    const other = await signIn("sim:o-resident-three-3", { invite: "ldr_00000000000000000000" });
    expect(await prisma.resident.findUnique({ where: { id: other.body.resident_id } })).toMatchObject({
      boundLeaderId: null,
    });
  });

  rule("is refused 401 with a code used before", async () => {
    expect((await signIn("once-only")).status).toBe(201);
    const again = await signIn("once-only");
    expect([again.status, again.body.code]).toEqual([401, "wechat_code"]);
  });

  rule("is refused 503 while WeChat does not answer", async () => {
    await channel.control("/faults", { kind: "systemError", path: "/sns/jscode2session", times: 1 });
    const said = await signIn("sim:o-resident-one-0001");
    expect([said.status, said.body.code]).toEqual([503, "channel_down"]);
  });

  rule("keeps the phone that WeChat vouches for, and shows it masked", async () => {
    const { body } = await signIn("sim:o-resident-four-04");
    const bound = await ask("POST", "/auth/wechat/phone", {
      token: body.access_token,
      body: { code: "sim:13812342417" },
    });
    expect(bound.body).toEqual({ phone: "138****2417" });
    expect((await ask("GET", "/me", { token: body.access_token })).body.phone).toBe("*******2417");
  });
});

describe("tokens", () => {
  rule("are renewed once; a refresh token used twice ends its family", async () => {
    const { body } = await signIn("sim:o-resident-five-05");
    const renew = (refresh_token: string) => ask("POST", "/auth/tokens/refresh", { body: { refresh_token } });
    const next = await renew(body.refresh_token);
    expect(next.status).toBe(200);
    expect((await ask("GET", "/me", { token: next.body.access_token })).status).toBe(200);
    expect((await renew(body.refresh_token)).status).toBe(401);
    expect((await renew(next.body.refresh_token)).status).toBe(401);
    expect((await ask("GET", "/me", { token: next.body.access_token })).status).toBe(401);
  });

  rule("end after two hours, and at once by signing out", async () => {
    const { body } = await signIn("sim:o-resident-six-006");
    expect(
      (await underClock(later(testMorning, 2 * hour), () => ask("GET", "/me", { token: body.access_token }))).status,
    ).toBe(401);
    expect((await ask("DELETE", "/auth/session", { token: body.access_token })).status).toBe(204);
    expect((await ask("GET", "/me", { token: body.access_token })).body.code).toBe("token_invalid");
  });
});

describe("me", () => {
  rule("shows who I am, takes a new name and a pickup point that is open", async () => {
    const { body } = await signIn("sim:o-resident-seven-7");
    const token = body.access_token;
    expect((await ask("GET", "/me", { token })).body).toMatchObject({
      id: body.resident_id,
      pickup_point: null,
      leader: null,
    });
    expect((await ask("POST", "/me", { token, body: { nickname: " 许女士 " } })).body.nickname).toBe("许女士");
    expect((await ask("PUT", "/me/pickup-point", { token, body: { pickup_point_id: town.pointId } })).body.id).toBe(
      town.pointId,
    );
    expect((await ask("GET", "/me", { token })).body.pickup_point.id).toBe(town.pointId);
    expect((await ask("PUT", "/me/pickup-point", { token, body: { pickup_point_id: "pkp_unknown" } })).status).toBe(
      404,
    );
    await prisma.pickupPoint.update({ where: { id: town.pointId }, data: { state: "paused" } });
    expect((await ask("PUT", "/me/pickup-point", { token, body: { pickup_point_id: town.pointId } })).body.code).toBe(
      "point_closed",
    );
    await prisma.pickupPoint.update({ where: { id: town.pointId }, data: { state: "open" } });
  });
});
