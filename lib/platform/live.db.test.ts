import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { prisma, transact } from "./db";
import { endLive, follow, liveStream, tell } from "./live";
import { announce, deliver } from "./news";

const decoder = new TextDecoder();

/** Reads a stream's words as they come; comments are heartbeats. */
function reader(topics: Record<string, string>, beatMs = 60_000, isWelcome = async () => true) {
  const lines: string[] = [];
  const stream = liveStream(new Map(Object.entries(topics)), isWelcome, undefined, beatMs).getReader();
  const over = (async () => {
    for (let part = await stream.read(); !part.done; part = await stream.read())
      lines.push(...decoder.decode(part.value).split("\n\n").filter(Boolean));
  })();
  return {
    news: () => lines.filter((line) => line.startsWith("data: ")).map((line) => line.slice(6)),
    beats: () => lines.filter((line) => line.startsWith(":")).length,
    leave: () => stream.cancel(),
    over,
  };
}
const heard = (r: ReturnType<typeof reader>, count: number) =>
  expect.poll(() => r.news().length, { timeout: 5_000 }).toBeGreaterThanOrEqual(count);
/** Until the listening connection stands. */
async function listening() {
  await expect
    .poll(
      async () =>
        (
          await prisma.$queryRaw<
            { n: number }[]
          >`select count(*)::int as n from pg_stat_activity where query = 'listen lintuan_live' or query = 'select 1' and datname = current_database()`
        )[0]?.n,
    )
    .toBeGreaterThan(0);
}

afterAll(() => endLive());

describe("a live screen", () => {
  it("hears of its own topics, and of nothing else", async () => {
    const desk = reader({ today: "today", "notices:usr_1": "notices" });
    await listening();
    tell("today", "notices:usr_2", "order");
    await heard(desk, 1);
    tell("notices:usr_1");
    await heard(desk, 2);
    expect(desk.news()).toEqual(["today", "notices"]);
    await desk.leave();
  });

  it("is quiet while nothing changes: heartbeats only", async () => {
    const desk = reader({ delivery: "delivery" }, 50);
    await sleep(1_300);
    expect(desk.news()).toEqual([]);
    expect(desk.beats()).toBeGreaterThan(5);
    await desk.leave();
  });

  it("a crowd of news is one message now and one at the second's end", async () => {
    const desk = reader({ order: "order" });
    const from = performance.now();
    for (let i = 0; i < 40; i++) {
      tell("order");
      await sleep(10);
    }
    await sleep(2_500);
    const messages = desk.news().length;
    expect(messages).toBeGreaterThanOrEqual(2);
    expect(messages).toBeLessThanOrEqual(Math.ceil((performance.now() - from) / 1000));
    await sleep(1_500);
    expect(desk.news()).toHaveLength(messages);
    await desk.leave();
  });

  it("is told once the outbox has been delivered, by the words of its news and the partner it names", async () => {
    const desk = reader({ today: "today", purchase: "purchase", "supplier:sup_1": "mine", "supplier:sup_2": "other" });
    await transact((tx) =>
      announce(tx, { type: "purchase.issued", subjectId: "por_1", payload: { supplierId: "sup_1" } }),
    );
    await sleep(1_200);
    expect(desk.news()).toEqual([]);
    expect(await deliver([])).toBe(1);
    await heard(desk, 3);
    expect(desk.news().sort()).toEqual(["mine", "purchase", "today"]);
    await desk.leave();
  });

  it("looks again after the listening connection was lost, for what was told meanwhile is gone", async () => {
    const desk = reader({ statement: "statement" });
    await listening();
    await prisma.$queryRaw`select pg_terminate_backend(pid)::text from pg_stat_activity where datname = current_database() and (query = 'listen lintuan_live' or query = 'select 1')`;
    await heard(desk, 1);
    tell("statement");
    await heard(desk, 2);
    await desk.leave();
  });

  it("ends when the session does, and at once when the server stops", async () => {
    let isWelcome = true;
    const revoked = reader({ today: "today" }, 30, async () => isWelcome);
    isWelcome = false;
    await revoked.over;
    const left: string[] = [];
    const stop = follow(["today"], { news: () => undefined, end: () => left.push("end") });
    const desk = reader({ today: "today" });
    const from = performance.now();
    await endLive();
    await desk.over;
    expect(performance.now() - from).toBeLessThan(500);
    expect(left).toEqual(["end"]);
    stop();
  });
});
