import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startEmbedded } from "./embedded-pg.mjs";

const flags = ["fsync=off", "shared_buffers=16MB", "max_connections=10"];
let folder: string;
let dir: string;
const stops: (() => Promise<void>)[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "lintuan-pg-"));
  dir = path.join(folder, "pg");
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  rmSync(folder, { recursive: true, force: true });
});

async function start() {
  const notes: string[] = [];
  const server = await startEmbedded({ dir, flags, durable: false, say: (note: string) => notes.push(note) });
  stops.push(server.stop);
  return { ...server, notes };
}

async function query(url: string, sql: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(sql);
  await client.end();
  return rows;
}

/** A database somebody wrote into and whose server was then shut down. */
async function used() {
  const server = await start();
  await query(server.url("postgres"), "create table kept as select 7 as n");
  await server.stop();
}

const kept = async (url: string) => (await query(url, "select n from kept"))[0];
const lock = () => path.join(dir, "postmaster.pid");

describe("the embedded database", { timeout: 30_000 }, () => {
  test("keeps what was written from one start to the next", async () => {
    await used();
    const again = await start();
    expect(await kept(again.url("postgres"))).toEqual({ n: 7 });
    expect(again).toMatchObject({ joined: false, notes: [] });
  });

  test("was killed and started again on its port, with what it kept; whoever ends last ends the new one", async () => {
    const first = await start();
    await query(first.url("postgres"), "create table kept as select 7 as n");
    process.kill(-first.pid, "SIGKILL");
    const again = await startEmbedded({ dir, port: first.port, flags, durable: false });
    expect(again.pid).not.toBe(first.pid);
    expect(await kept(first.url("postgres"))).toEqual({ n: 7 });
    await again.stop();
    await first.stop();
    await expect(query(first.url("postgres"), "select 1")).rejects.toThrow();
  });

  test("is shared by all who start it and ends with the last of them", async () => {
    const first = await start();
    const second = await start();
    expect(second).toMatchObject({ joined: true, pid: first.pid, port: first.port });
    await first.stop();
    expect(await query(second.url("postgres"), "select 1 as n")).toEqual([{ n: 1 }]);
    await second.stop();
    expect(existsSync(lock())).toBe(false);
  });

  test("whose starter was killed is taken over and ended in good order", async () => {
    await used();
    const module = path.join(import.meta.dirname, "embedded-pg.mjs");
    const program = `import { startEmbedded } from ${JSON.stringify(module)};
      const { pid } = await startEmbedded({ dir: ${JSON.stringify(dir)}, flags: ${JSON.stringify(flags)} });
      console.log(pid); setInterval(() => {}, 1000);`;
    const starter = spawn(process.execPath, ["--input-type=module", "-e", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const pid = await new Promise<number>((resolve) => starter.stdout.once("data", (data) => resolve(Number(data))));
    starter.kill("SIGKILL");
    await new Promise((resolve) => starter.once("exit", resolve));
    const heir = await start();
    expect(heir).toMatchObject({ joined: true, pid });
    expect(await kept(heir.url("postgres"))).toEqual({ n: 7 });
    await heir.stop();
    expect(existsSync(lock())).toBe(false);
  });

  test("that was killed itself comes back with what was committed", async () => {
    const server = await start();
    await query(server.url("postgres"), "create table kept as select 7 as n; checkpoint");
    process.kill(server.pid, "SIGKILL");
    const again = await start();
    expect(again.joined).toBe(false);
    expect(await kept(again.url("postgres"))).toEqual({ n: 7 });
  });

  test.each([
    ["is empty", () => ""],
    [
      "names a stranger's process",
      () => [process.pid, dir, 1, 5432, "", "127.0.0.1", "1 1", "ready   ", ""].join("\n"),
    ],
    [
      "names a process that is gone",
      () => [2 ** 22 + 1, dir, 1, 5432, "", "127.0.0.1", "1 1", "ready   ", ""].join("\n"),
    ],
    ["was cut off", () => `${process.pid}\n`],
  ])("starts although a lock was left behind that %s", async (_, content) => {
    await used();
    writeFileSync(lock(), content());
    const again = await start();
    expect(again.joined).toBe(false);
    expect(await kept(again.url("postgres"))).toEqual({ n: 7 });
  });

  test.each([
    ["an empty one", () => mkdirSync(dir)],
    [
      "one that initdb had only begun",
      () => {
        mkdirSync(path.join(dir, "base"), { recursive: true });
        writeFileSync(path.join(dir, "PG_VERSION"), "18\n");
      },
    ],
  ])("makes its directory anew in place of %s", async (_, spoil) => {
    spoil();
    const server = await start();
    expect(await query(server.url("postgres"), "select 1 as n")).toEqual([{ n: 1 }]);
  });

  test("never throws a spoilt directory away: it is kept beside the new one", async () => {
    await used();
    rmSync(path.join(dir, "global", "pg_control"));
    const { notes } = await start();
    const aside = readdirSync(folder).find((name) => name.startsWith("pg.broken-"));
    expect(notes.join()).toContain(aside);
    expect(readFileSync(path.join(folder, aside ?? "", "PG_VERSION"), "utf8")).toBe("18\n");
  });

  test("that cannot start says why in PostgreSQL's own words", async () => {
    await used();
    writeFileSync(path.join(dir, "postgresql.conf"), "shared_buffers = 'plenty'\n");
    await expect(startEmbedded({ dir, flags: ["max_connections=10"] })).rejects.toThrow(
      /did not start: .*(shared_buffers|configuration)/,
    );
  });
});
