import "server-only";
import { type ChildProcess, fork } from "node:child_process";
import { randomInt, randomUUID } from "node:crypto";
import { once } from "node:events";
import { closeSync, fsyncSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { z } from "zod";
import { pool, prisma } from "#lib/platform/db";
import { env } from "#lib/platform/env";
import { audit } from "#lib/server/audit";
import { settled, until } from "#lib/server/cast/clock";
import { bundlePrograms } from "../server/build.mjs";
import { freePort, startEmbedded } from "../server/embedded-pg.mjs";
import { root } from "../server/setup.mjs";
import { connect } from "./flash-stage";
import { addBuyers, addHotItem, hotPointId, openTown } from "./hot-sale";
import { compare, type Told } from "./journal";

/**
 * A storm of 200 buyers on a hot item while server, worker or database are killed in turn, each only while orders are in
 * flight; then what buyers were told (a journal, fsynced before it counts) against what the database holds.
 */
const buyers = 200;
const ordersEach = 2;
const targets = ["server", "worker", "database"] as const;
type Target = (typeof targets)[number];

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { kills: { type: "string", default: "3" }, json: { type: "boolean", default: false } },
});
const kills = Number(options.kills);
if (positionals[0] !== "flash-sale" || !Number.isSafeInteger(kills) || kills < 1) {
  process.stderr.write("npm run chaos -- flash-sale [--kills 3] [--json]\n");
  process.exit(2);
}
const began = performance.now();
const seconds = () => Math.round((performance.now() - began) / 100) / 10;
const say = (text: string) => process.stderr.write(`${seconds().toFixed(1).padStart(7)} s  ${text}\n`);

const folder = env().DATA_DIR;
const port = await freePort();
const baseUrl = `http://127.0.0.1:${port}`;
const channelUrl = env().WECHAT_PAY_BASE_URL;
const given = {
  ...process.env,
  PORT: String(port),
  NEXTAUTH_URL: baseUrl,
  WECHAT_NOTIFY_BASE_URL: baseUrl,
  API_LIMIT_FACTOR: "1000",
  LOG_LEVEL: "error",
  SIMULATOR_DIR: path.join(folder, "simulator"),
  SIMULATOR_PORT: new URL(channelUrl).port,
};
const programs = {
  server: "lib/bench/api-process.ts",
  worker: "lib/server/worker.ts",
  simulator: "lib/simulator/simulator.ts",
};
/** As in production: bundled once, so that a restart takes a second. */
const bundles = path.join(root, "node_modules", ".cache", `chaos-${process.pid}`);
await bundlePrograms(programs, bundles);
const running = new Map<string, ChildProcess>();
/** Programs that ended without being killed; nothing may. */
const gaveUp: string[] = [];
let isOver = false;

async function start(name: keyof typeof programs): Promise<void> {
  const log = openSync(path.join(folder, `${name}.log`), "a");
  const child = fork(path.join(bundles, `${name}.js`), {
    cwd: root,
    execArgv: [],
    env: given,
    stdio: ["ignore", log, log, "ipc"],
  });
  closeSync(log);
  running.set(name, child);
  const ended = once(child, "exit").then(() => {
    if (isOver || running.get(name) !== child) return;
    gaveUp.push(name);
    say(`the ${name} gave up: ${readFileSync(path.join(folder, `${name}.log`), "utf8").slice(-600)}`);
    return start(name);
  });
  ended.catch((error: unknown) => say(String(error)));
  await Promise.race([once(child, "message"), ended]);
}

const database = { dir: path.join(folder, "pg"), port: Number(new URL(env().DATABASE_URL).port) };
let postgres = await startEmbedded(database);

/** Kills at once, and answers when nothing of it is left. */
async function kill(target: Target): Promise<void> {
  if (target === "database") {
    // its whole group: a postmaster's end alone lets the backends finish what they do
    process.kill(-postgres.pid, "SIGKILL");
    return;
  }
  const child = running.get(target);
  if (!child || child.exitCode !== null) throw new Error(`the ${target} is not there to be killed`);
  const gone = once(child, "exit");
  running.delete(target);
  child.kill("SIGKILL");
  await gone;
}

async function restart(target: Target): Promise<void> {
  if (target === "database") postgres = await startEmbedded(database);
  else await start(target);
}

const journalFile = path.join(folder, "journal.ndjson");
const journal = openSync(journalFile, "a");
/** What a buyer was told counts once it is on the disk. */
function note(told: Told): void {
  writeSync(journal, `${JSON.stringify(told)}\n`);
  fsyncSync(journal);
}

const flight = { orders: 0, broken: 0, busy: 0 };
type Answer = { status: number; body: Record<string, unknown> };

/** One call; a lost answer, a busy or absent server, or one that broke: again, under the same key. */
async function insist(token: string, at: string, body: object, key: string): Promise<Answer> {
  const isOrder = at === "/orders";
  for (;;) {
    if (isOrder) flight.orders++;
    try {
      const answer = await fetch(`${baseUrl}/api/v1${at}`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json", "idempotency-key": key },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(10_000),
      });
      const said = (await answer.json()) as Record<string, unknown>;
      if (answer.status === 500) flight.broken++;
      else if (answer.status === 503 || answer.status === 429) flight.busy++;
      else return { status: answer.status, body: said };
    } catch {
      // lost on the way: nobody knows whether it was done
    } finally {
      if (isOrder) flight.orders--;
    }
    await sleep(50 + randomInt(100));
  }
}

type Item = { skuId: string; poolId: string };

async function buy(buyer: { id: string; token: string }, item: Item, pays: boolean): Promise<void> {
  const pieces = 1 + randomInt(2);
  const quote = await insist(
    buyer.token,
    "/quotes",
    { pickup_point_id: hotPointId, items: [{ sku_id: item.skuId, quantity: pieces }] },
    randomUUID(),
  );
  const [order] = z.array(z.object({ quote_token: z.string() })).parse(quote.body.orders);
  // already sold out, or at her limit: nothing was asked for
  if (!order) return;
  const key = randomUUID();
  const answer = await insist(buyer.token, "/orders", { quote_token: order.quote_token, contact_name: "许女士" }, key);
  const told = { key, residentId: buyer.id, pieces, poolId: item.poolId };
  if (answer.status !== 201) return note({ ...told, orderId: null });
  const orderId = z.string().parse(answer.body.id);
  note({ ...told, orderId });
  if (!pays) return;
  const payment = await insist(buyer.token, `/orders/${orderId}/payments`, { method: "wechat" }, randomUUID());
  if (payment.status !== 201) return;
  const prepay = z.object({ params: z.object({ package: z.string() }) }).parse(payment.body).params.package;
  const paid = await fetch(new URL("/_control/pay", channelUrl), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ prepay_id: prepay.replace("prepay_id=", "") }),
  });
  if (paid.ok) note({ ...told, orderId, isPaid: true });
}

/**
 * One hot item and its storm, in which server, worker and database are killed in turn, each while orders are in flight; answers
 * how many were at each kill. The storm may be over before all had their turn.
 */
async function round(number: number, turns: readonly Target[]): Promise<number[]> {
  const isScarce = number % 2 === 0;
  const owner = await connect(env().MIGRATE_DATABASE_URL);
  const item = await addHotItem(owner, isScarce ? { pieces: 150, limit: 4 } : { pieces: 100_000 });
  const people = await addBuyers(owner, buyers);
  await owner.end();
  let isCalm = false;
  const storm = Promise.all(
    people.map(async (buyer, i) => {
      for (let n = 0; n < ordersEach; n++) await buy(buyer, item, (i + n) % 20 === 0);
    }),
  ).finally(() => {
    isCalm = true;
  });
  storm.catch(() => undefined);
  const killed: number[] = [];
  for (const target of turns) {
    // a crowd at best; on a slow machine whoever is there
    const least = 20 + randomInt(buyers / 2);
    while (!isCalm && flight.orders === 0) await sleep(1);
    const patience = performance.now() + 2_000;
    while (!isCalm && flight.orders < (performance.now() < patience ? least : 1)) await sleep(1);
    const inFlight = flight.orders;
    if (isCalm || inFlight === 0) break;
    await kill(target);
    killed.push(inFlight);
    say(`round ${number}, ${isScarce ? "scarce" : "plenty"}: killed the ${target} with ${inFlight} orders in flight`);
    await restart(target);
  }
  await storm;
  return killed;
}

async function storms() {
  const owner = await connect(env().MIGRATE_DATABASE_URL);
  await openTown(owner);
  await owner.end();
  const byTarget = { server: 0, worker: 0, database: 0 };
  const inFlight = { server: 0, worker: 0, database: 0 };
  let [done, rounds] = [0, 0];
  while (done < kills) {
    if (++rounds > kills * 3) throw new Error("the storms are over before anything can be killed");
    const turns = targets.map((_, i) => targets[(done + i) % targets.length] as Target).slice(0, kills - done);
    for (const flying of await round(rounds, turns)) {
      const target = targets[done++ % targets.length] as Target;
      byTarget[target]++;
      inFlight[target] += flying;
    }
  }
  return { kills: done, byTarget, inFlight, rounds };
}

/** What the database says now, beside what was told. */
async function verdict() {
  const told = readFileSync(journalFile, "utf8")
    .trim()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Told);
  const paid = [...new Set(told.flatMap((t) => (t.isPaid && t.orderId ? [t.orderId] : [])))];
  await until(
    "every payment the channel took",
    async () => (await prisma.order.count({ where: { id: { in: paid }, state: "paid" } })) === paid.length,
    120,
  ).catch((error: unknown) => say(String(error)));
  await settled();
  const orders = await prisma.order.findMany({ include: { lines: true } });
  const pools = await prisma.stockPool.findMany();
  const found = compare(
    told,
    orders.map((o) => ({
      id: o.id,
      residentId: o.residentId,
      requestKey: o.requestKey,
      pieces: o.itemCount,
      isCancelled: o.state === "cancelled",
      isPaid: o.state === "paid",
      poolId: o.lines[0]?.stockPoolId ?? "",
    })),
    new Map(pools.map((p) => [p.id, p.quota])),
  );
  const said = await audit();
  // a drill has no suppliers' bills: a rule that finds nothing to look at is no finding here
  const violations = said.violations.filter((v) => v.detail !== "looked at nothing");
  for (const v of violations.slice(0, 20)) say(`audit: ${v.rule} ${v.ref}: ${v.detail}`);
  return { ...found, paid: paid.length, auditClean: violations.length === 0, channelBooks: said.channel };
}

let code = 1;
try {
  await Promise.all([start("simulator"), start("server"), start("worker")]);
  say("server, worker and channel are up");
  const storm = await storms();
  const figures = {
    ...storm,
    ...(await verdict()),
    broken: flight.broken,
    busy: flight.busy,
    gaveUp: gaveUp.length,
    seconds: Math.round(seconds()),
  };
  const { lost, doubled, oversold, untrue, broken, auditClean } = figures;
  code = lost + doubled + oversold + untrue + broken + gaveUp.length === 0 && auditClean ? 0 : 1;
  if (options.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
  else
    for (const [name, value] of Object.entries(figures))
      process.stdout.write(`${name.padEnd(14)} ${typeof value === "object" ? JSON.stringify(value) : value}\n`);
} catch (error) {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
} finally {
  isOver = true;
  for (const child of running.values()) child.kill("SIGKILL");
  closeSync(journal);
  await prisma.$disconnect().catch(() => undefined);
  await pool.end().catch(() => undefined);
  await postgres.stop();
  rmSync(bundles, { recursive: true, force: true });
}
process.exit(code);
