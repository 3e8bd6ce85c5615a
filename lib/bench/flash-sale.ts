import "server-only";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { newId } from "#lib/kernel/ids";
import { admissionQuery } from "#lib/orders/admission";
import { columnsOf } from "#lib/orders/batch";
import { now } from "#lib/platform/clock";
import { env } from "#lib/platform/env";
import { bare, bareSameTables, batchSize, ratePerSecond, referenceTables } from "./flash-reference";
import { candidates, connect, offerId, requests, setStage } from "./flash-stage";
import { median, rounded } from "./measure";

const connections = 256;
const execArgv = ["--conditions=react-server", "--import", "tsx"];

type Server = { process: ChildProcess; port: number };
async function startServer(perOrder: boolean): Promise<Server> {
  const child = fork(new URL("./flash-server.ts", import.meta.url), {
    execArgv,
    env: { ...process.env, NODE_ENV: "production", LOG_LEVEL: "warn", ...(perOrder ? { BENCH_PER_ORDER: "1" } : {}) },
  });
  const [{ port }] = (await once(child, "message")) as [{ port: number }];
  return { process: child, port };
}

type State = { batches: number; admitted: number; cpuUs: number; rssMb: number };
const stateOf = async (server: Server): Promise<State> => {
  server.process.send("state");
  return (await once(server.process, "message"))[0] as State;
};

type Storm = { seconds: number; statuses: Record<string, number>; p50Ms: number; p99Ms: number };
async function storm(server: Server, folder: string, count: number, seconds: number): Promise<Storm> {
  const file = path.join(folder, "requests");
  await writeFile(file, await requests(count));
  const buyers = fork(new URL("./flash-load.mjs", import.meta.url));
  buyers.send({ port: server.port, connections, file, seconds });
  const [said] = (await once(buyers, "message")) as [Storm];
  if (Object.keys(said.statuses).some((status) => status !== "201"))
    process.stderr.write(`answers: ${JSON.stringify(said.statuses)}\n`);
  return said;
}

/**
 * Placing orders of one hot item: R the bare reference statement on its own tables (and on ours), L ready batches sent straight to
 * the admission function, H the real HTTP API with everything on, N the same admitting an order a transaction; interleaved, medians.
 */
export async function flashSale({
  orders,
  say,
}: {
  orders: number;
  say: (text: string) => void;
}): Promise<Record<string, number>> {
  const rounds = orders >= 100_000 ? 5 : 3;
  const ms = Math.min(3000, Math.max(500, orders / 50));
  const owner = await connect(env().MIGRATE_DATABASE_URL);
  await setStage(owner);
  await owner.query(referenceTables);
  await owner.query(
    "grant all on all tables in schema public to lintuan_app; grant all on all sequences in schema public to lintuan_app",
  );
  const clients = await Promise.all([connect(), connect()]);
  const folder = await mkdtemp(path.join(tmpdir(), "lintuan-storm-"));
  const servers = { batched: await startServer(false), perOrder: await startServer(true) };
  const placed = async () => Number((await owner.query("select count(*) from customer_order")).rows[0]?.count);

  const statement = (name: string, text: string, more: unknown[]) => () =>
    ratePerSecond(clients, ms, async (client) => {
      const ids = Array.from({ length: batchSize }, () => newId("ord", now()));
      await client.query({ name, text, values: [ids, ids.map((id) => id.replace("ord", "res")), ...more] });
      return batchSize;
    });
  const limit = async () => {
    const ready: unknown[][] = [];
    const all = await candidates(Math.ceil(ms / 1000) * 40_000);
    for (let i = 0; i + batchSize <= all.length; i += batchSize)
      ready.push(columnsOf(now(), 5, all.slice(i, i + batchSize)));
    return ratePerSecond(clients, ms, async (client) => {
      const values = ready.pop();
      if (!values) return 0;
      const { rows } = await client.query<{ outcome: string }>({ name: "admit", text: admissionQuery, values });
      return rows.filter((r) => r.outcome === "accepted").length;
    });
  };
  let first: State | undefined;
  const storms: Storm[] = [];
  const http = (server: Server) => async () => {
    const before = await placed();
    // the first storm warms the process up: code that has run a few hundred times only is read, not compiled
    const seconds = first ? ms / 1000 : 8;
    const said = await storm(server, folder, Math.ceil(seconds) * 15_000, seconds);
    if (server === servers.batched) storms.push(said);
    return ((await placed()) - before) / said.seconds;
  };

  const works = {
    reference: statement("bare", bare, []),
    referenceSameTables: statement("bareSameTables", bareSameTables, [offerId]),
    limit,
    http: http(servers.batched),
    perOrder: http(servers.perOrder),
  };
  const rates: Record<keyof typeof works, number[]> = {
    reference: [],
    referenceSameTables: [],
    limit: [],
    http: [],
    perOrder: [],
  };
  for (let round = 0; round <= rounds; round++) {
    for (const name of Object.keys(works) as (keyof typeof works)[]) {
      const rate = await works[name]();
      if (round > 0) rates[name].push(rate);
    }
    if (round === 0) first = await stateOf(servers.batched);
    say(
      `round ${round}: ${Object.entries(rates)
        .map(([name, all]) => `${name} ${Math.round(all.at(-1) ?? 0)}`)
        .join(", ")}`,
    );
  }
  const last = await stateOf(servers.batched);
  for (const server of Object.values(servers)) server.process.disconnect();
  await Promise.all([owner.end(), ...clients.map((c) => c.end()), rm(folder, { recursive: true, force: true })]);
  const [reference, sameTables, l, h, n] = [
    rates.reference,
    rates.referenceSameTables,
    rates.limit,
    rates.http,
    rates.perOrder,
  ].map(median) as [number, number, number, number, number];
  const measured = storms.slice(1);
  return {
    reference: Math.round(reference),
    referenceSameTables: Math.round(sameTables),
    limit: Math.round(l),
    http: Math.round(h),
    perOrder: Math.round(n),
    limitToReference: rounded(l / reference),
    limitToReferenceSameTables: rounded(l / sameTables),
    ratioToLimit: rounded(h / l),
    ratioToReference: rounded(h / reference),
    ratioToPerOrder: rounded(h / n),
    p50Ms: rounded(median(measured.map((s) => s.p50Ms))),
    p99Ms: rounded(median(measured.map((s) => s.p99Ms))),
    batchMean: rounded((last.admitted - (first?.admitted ?? 0)) / (last.batches - (first?.batches ?? 0))),
    serverCpuUs: rounded((last.cpuUs - (first?.cpuUs ?? 0)) / (last.admitted - (first?.admitted ?? 0))),
    rssMb: Math.round(last.rssMb),
    rssGrowthMb: Math.round(last.rssMb - (first?.rssMb ?? 0)),
  };
}
