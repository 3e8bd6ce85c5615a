import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { later, minute } from "#lib/kernel/time";
import { underClock } from "#lib/platform/clock";
import { prisma, transact } from "#lib/platform/db";
import { env } from "#lib/platform/env";
import { listPage, viewAsk } from "#lib/platform/list";
import { operator, testMorning } from "#lib/testing/builders";
import { retryEvent, retryMessage, sendWaiting } from "./commands";
import { eventBulk, eventList, messageBulk, messageList } from "./lists";
import { queueFacts } from "./queries";
import { say } from "./steps";

type Heard = {
  path: string;
  auth: string | undefined;
  body: { id: string; to: string; body: string; template: string };
};
const heard: Heard[] = [];
let status = 200;
const gateway = http.createServer((request, response) => {
  let text = "";
  request.on("data", (part) => {
    text += part;
  });
  request.on("end", () => {
    heard.push({ path: request.url ?? "", auth: request.headers.authorization, body: JSON.parse(text) });
    response.writeHead(status).end();
  });
});

beforeAll(async () => {
  await new Promise<void>((done) => gateway.listen(0, "127.0.0.1", done));
  Object.assign(env(), {
    SMS_GATEWAY_URL: `http://127.0.0.1:${(gateway.address() as AddressInfo).port}/sms`,
    SMS_GATEWAY_TOKEN: "t0ken",
  });
});
afterAll(() => gateway.close());
beforeEach(() => {
  heard.length = 0;
  status = 200;
});

const tell = (channel: "sms" | "mail", body: string, template = "signInCode") =>
  underClock(testMorning, () =>
    transact((tx) =>
      say(tx, {
        channel,
        recipientKind: "leader",
        recipientId: "usr_1",
        address: channel === "sms" ? "13800050001" : "li@example.com",
        template,
        body,
      }),
    ),
  );
const send = (minutes = 0) => underClock(later(testMorning, minutes * minute), () => sendWaiting());
const list = (view = "all") => listPage(messageList, operator("support"), viewAsk(view)).then((page) => page.rows);

describe("what we say to people", () => {
  it("goes once to the connected provider, to the whole number, and the code is blanked behind it", async () => {
    await tell("sms", "验证码 123456，5 分钟内有效");
    expect(await send()).toBe(1);
    expect(await send(10)).toBe(0);
    expect(heard).toMatchObject([
      { path: "/sms", auth: "Bearer t0ken", body: { to: "13800050001", body: "验证码 123456，5 分钟内有效" } },
    ]);
    expect(await list("sent")).toMatchObject([
      { state: "sent", address: "138****0001", body: "验证码 ••••••，5 分钟内有效" },
    ]);
    expect(JSON.stringify(await prisma.message.findMany())).not.toMatch(/13800050001|123456/);
  });

  it("two workers at once send it once", async () => {
    await tell("sms", "到货了", "arrived");
    const sent = await Promise.all([send(20), send(20)]);
    expect(sent.reduce((a, b) => a + b)).toBe(1);
    expect(heard).toHaveLength(1);
  });

  it("stays in the visible outbox where no provider is connected", async () => {
    await tell("mail", "请打开 https://x/welcome/AAAAAAAAAAAAAAAAAAAA", "invitation");
    expect(await send(30)).toBe(0);
    const [row] = await list("queued");
    expect(row).toMatchObject({ isLocal: true, address: "li***@example.com" });
    expect(row?.body).toBe("请打开 https://x/welcome/••••••");
  });

  it("is tried again, ever more rarely, then given up until somebody sends it again", async () => {
    status = 503;
    await tell("sms", "到货了", "arrived");
    for (const minutes of [100, 100.5, 102, 104, 109, 118, 135, 170]) await send(minutes);
    expect(heard).toHaveLength(6);
    const [row] = await list("failed");
    expect(row).toMatchObject({ state: "failed", attempts: 6, lastError: "gateway answered 503" });
    status = 200;
    await expect(retryMessage(operator("auditor"), { id: row?.id ?? "" })).rejects.toMatchObject({ code: "forbidden" });
    const desk = operator("support");
    const skips = () => messageBulk.retry.skips(desk, [row?.id ?? ""], {});
    expect((await skips()).size).toBe(0);
    await underClock(later(testMorning, 200 * minute), () => messageBulk.retry.apply(desk, row?.id ?? "", {}));
    expect((await skips()).get(row?.id ?? "")).toMatchObject({ code: "illegalTransition" });
    expect(await send(201)).toBe(1);
    await expect(retryMessage(operator("support"), { id: row?.id ?? "" })).rejects.toMatchObject({
      code: "illegalTransition",
    });
  });
});

describe("news that could not be told", () => {
  it("is listed with its last error, and may be tried again by those who run the house", async () => {
    const { id } = await prisma.outboxEvent.create({
      data: {
        type: "order.paid",
        subjectId: "ord_1",
        payload: { a: 1 },
        at: testMorning,
        attempts: 3,
        lastError: "no such line",
      },
    });
    const failing = () => listPage(eventList, operator("operations"), viewAsk("failing"));
    expect((await failing()).rows).toMatchObject([{ type: "order.paid", attempts: 3, lastError: "no such line" }]);
    expect(await queueFacts(operator("auditor"))).toMatchObject({ waiting: 1, failing: 1, oldestAt: testMorning });
    await expect(retryEvent(operator("support"), { id: String(id) })).rejects.toMatchObject({ code: "forbidden" });
    const skips = () => eventBulk.retry.skips(operator("operations"), [String(id)], {});
    expect((await skips()).size).toBe(0);
    await eventBulk.retry.apply(operator("operations"), String(id), {});
    expect((await skips()).get(String(id))).toEqual({ code: "alreadySo" });
    expect((await failing()).rows).toEqual([]);
  });
});
