import { spawn } from "node:child_process";
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  watch,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { demoAccounts } from "./demo-accounts.mjs";
import { alive, freePort, startEmbedded } from "./embedded-pg.mjs";
import {
  checkAddress,
  ensureBuild,
  ensureClient,
  ensurePackages,
  keep,
  progress,
  root,
  Sentence,
  secrets,
  tool,
  whereabouts,
} from "./setup.mjs";

const databaseName = "lintuan";
const readySeconds = 90;

/** How each program is run: bundled in production, from its source through tsx in development. */
const programs = {
  server: "lib/server/server.ts",
  worker: "lib/server/worker.ts",
  simulator: "lib/simulator/simulator.ts",
  "load-demo": "lib/server/load-demo.ts",
  "first-admin": "lib/server/first-admin.ts",
};
const command = (name, dev) =>
  dev ? ["--conditions=react-server", "--import", "tsx", programs[name]] : [`.build/${name}.js`];

/** The long-running programs of one instance: started together, stopped together. */
function family(dataDir, dev, env) {
  const children = new Map();
  const replaced = new WeakSet();
  let stopping = false;
  let tell;
  const ended = new Promise((resolve) => {
    tell = resolve;
  });

  function spawnOne(name, extra) {
    const logFile = path.join(dataDir, "logs", `${name}.log`);
    mkdirSync(path.dirname(logFile), { recursive: true });
    const out = dev ? "inherit" : openSync(logFile, "w");
    const child = spawn(process.execPath, command(name, dev), {
      cwd: root,
      env: { ...env, ...extra },
      stdio: ["ignore", out, out, "ipc"],
      // a terminal's Ctrl-C goes to the starter alone, which ends its children in order
      detached: process.platform !== "win32",
    });
    if (out !== "inherit") closeSync(out);
    children.set(name, child);
    const why = (how) => {
      if (dev) return `The ${name} ended (${how}).`;
      const tail = readFileSync(logFile, "utf8").trim().split("\n").slice(-15).join("\n");
      return `The ${name} ended (${how}). Its last words, from ${logFile}:\n${tail}`;
    };
    const ready = new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Sentence(why("no sign of life"))), readySeconds * 1000);
      child.once("message", () => {
        clearTimeout(timer);
        resolve();
      });
      child.once("error", (error) => reject(new Sentence(why(error.message))));
      child.once("exit", (code, signal) => {
        clearTimeout(timer);
        if (stopping || replaced.has(child)) return resolve();
        const sentence = why(signal ?? `exit code ${code}`);
        tell(sentence);
        reject(new Sentence(sentence));
      });
    });
    ready.catch(() => {});
    return ready;
  }

  async function endOne(child) {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    const force = setTimeout(() => child.kill("SIGKILL"), 5_000);
    await gone;
    clearTimeout(force);
  }

  return {
    ended,
    start: spawnOne,
    async restart(name, extra) {
      const child = children.get(name);
      replaced.add(child);
      await endOne(child);
      if (!stopping) await spawnOne(name, extra);
    },
    async stop() {
      stopping = true;
      await Promise.all([...children.values()].map(endOne));
    },
  };
}

/** The address of health and whether it answers that it can serve. */
async function healthy(baseUrl) {
  try {
    const answer = await fetch(`${baseUrl}/api/health`, { signal: AbortSignal.timeout(5_000) });
    return answer.ok;
  } catch {
    return false;
  }
}

async function waitHealthy(baseUrl, children) {
  let failure;
  children.ended.then((sentence) => {
    failure = sentence;
  });
  for (const until = Date.now() + readySeconds * 1000; Date.now() < until; await sleep(50)) {
    if (failure) throw new Sentence(failure);
    if (await healthy(baseUrl)) return;
  }
  throw new Sentence(`The server is up, but ${baseUrl}/api/health does not say that it can serve.`);
}

const instanceFile = (dataDir) => path.join(dataDir, "instance.json");

function recorded(dataDir) {
  try {
    return JSON.parse(readFileSync(instanceFile(dataDir), "utf8"));
  } catch {
    return null;
  }
}

/** The running instance of a data folder, or null: its starter lives and its health is good. */
export async function runningInstance(dataDir) {
  const record = recorded(dataDir);
  return record && alive(record.pid) && (await healthy(record.baseUrl)) ? record : null;
}

/** Refuses: a taken address; but the server of a starter that was killed a moment ago is given its time to end. */
async function awaitAddress(host, port, dataDir) {
  const record = recorded(dataDir);
  const patience = record && !alive(record.pid) ? 4_000 : 0;
  for (const until = Date.now() + patience; ; await sleep(100)) {
    try {
      return await checkAddress(host, port);
    } catch (error) {
      if (Date.now() >= until) throw error;
    }
  }
}

/** One question to a database, as its owner. */
async function ask(url, sql, values = []) {
  const { default: pg } = await import("pg");
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query(sql, values)).rows;
  } finally {
    await client.end();
  }
}

/**
 * A migrated database: the embedded one, or the one of DATABASE_URL. `appUrl` works as the role that owns nothing,
 * `ownerUrl` may do everything.
 * @param {{ dataDir: string, env?: Record<string, string | undefined>, show: ReturnType<typeof progress> }} options
 */
export async function openDatabase({ dataDir, env = process.env, show }) {
  const { appRole, ensureDatabase, migrate } = await import("./migrate.mjs");
  const password = secrets(dataDir, env).APP_DATABASE_PASSWORD;
  const given = env.DATABASE_URL;
  const server = given
    ? undefined
    : await show.step("database", async (say) => {
        const notes = [];
        const made = await startEmbedded({ dir: path.join(dataDir, "pg"), say: (note) => notes.push(note) });
        say(`embedded PostgreSQL on port ${made.port}${made.joined ? ", already running" : ""}`);
        for (const note of notes) show.say(note);
        return made;
      });
  const stop = () => server?.stop() ?? Promise.resolve();
  try {
    const ownerUrl = server ? server.url(databaseName) : env.MIGRATE_DATABASE_URL || given;
    await ensureDatabase(ownerUrl);
    const half = path.join(dataDir, "demo-unfinished");
    if (existsSync(half)) await forgetHalfDemo({ half, ownerUrl, server, show });
    const restricted = await show.step("migrations", async (say) => {
      const login = given && given !== ownerUrl ? decodeURIComponent(new URL(given).username) : undefined;
      const done = await migrate(ownerUrl, server ? { password } : { login });
      say(done.applied.length + done.functions.length === 0 ? "up to date" : `${done.applied.length} applied`);
      return done.restricted;
    });
    return { appUrl: appAddress(), ownerUrl, half, stop };

    function appAddress() {
      if (server) return server.url(databaseName, { name: appRole, password });
      if (given !== ownerUrl) return given;
      if (!restricted) {
        show.say(`the role ${appRole} could not be made: the app works with all the rights of DATABASE_URL`);
        return given;
      }
      // the owner's own login, but working as the role that owns nothing
      const url = new URL(given);
      const options = [url.searchParams.get("options"), `-c role=${appRole}`].filter(Boolean).join(" ");
      url.searchParams.set("options", options);
      return url.href.replaceAll("+", "%20");
    }
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Demo data that was interrupted half-way tells a wrong story: begin again, where the database is ours to drop. */
async function forgetHalfDemo({ half, ownerUrl, server, show }) {
  const [{ touched }] = await ask(ownerUrl, "SELECT to_regclass('public.app_user') IS NOT NULL AS touched");
  if (touched && !server) {
    const [{ count }] = await ask(ownerUrl, "SELECT count(*)::int AS count FROM app_user");
    if (count > 0) {
      throw new Sentence("Loading the demo data was interrupted: empty the database of DATABASE_URL and start again.");
    }
  }
  if (server) {
    show.say("loading the demo data was interrupted; it starts again from an empty database");
    await ask(server.url("postgres"), `DROP DATABASE IF EXISTS ${databaseName} WITH (FORCE)`);
    await ask(server.url("postgres"), `CREATE DATABASE ${databaseName}`);
  }
  rmSync(half, { force: true });
}

/** The environment of every program of an instance. */
function instanceEnv({ env, dev, host, port, dataDir, baseUrl, databaseUrl, channel }) {
  const { APP_DATABASE_PASSWORD: _password, ...own } = secrets(dataDir, env);
  // no program of the app needs the owner's way in
  const { MIGRATE_DATABASE_URL: _owner, ...given } = env;
  return {
    ...given,
    ...own,
    NODE_ENV: dev ? "development" : "production",
    NEXT_TELEMETRY_DISABLED: "1",
    HOST: host,
    PORT: String(port),
    DATA_DIR: dataDir,
    DATABASE_URL: databaseUrl,
    NEXTAUTH_URL: env.NEXTAUTH_URL || baseUrl,
    DEMO_MODE: env.DEMO_MODE || (channel.simulator ? "1" : "0"),
    ...channel.app,
  };
}

/** The simulator's keys and address, unless the environment names a real channel. */
async function channelFor({ env, dataDir, baseUrl }) {
  if (env.WECHAT_PAY_BASE_URL) return { app: {} };
  const { ensureKeys } = await import("../simulator/keys.mjs");
  const simulatorPort = Number(env.SIMULATOR_PORT) || (await freePort());
  return ensureKeys(path.join(dataDir, "simulator"), { simulatorPort, appBaseUrl: baseUrl });
}

/** A wildcard address is listened on, not visited. */
const visitable = (host) =>
  ["0.0.0.0", "::", "::0"].includes(host) ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host;

/**
 * Brings a whole instance up and answers when it can serve: packages, database, build, demo data, simulator, server, worker.
 * Refuses: a taken address, an unreachable database, an instance that already runs on the data folder.
 * @param {{ env?: Record<string, string | undefined>, dev?: boolean, demo?: boolean, show?: ReturnType<typeof progress>, signal?: AbortSignal }} [options]
 */
export async function launch({ env = process.env, dev = false, demo = true, show = progress(), signal } = {}) {
  const { host, port, dataDir } = whereabouts(env);
  const running = await runningInstance(dataDir);
  if (running) throw new Sentence(`Lintuan already runs on this data: ${running.baseUrl} (process ${running.pid}).`);
  await awaitAddress(host, port, dataDir);
  try {
    mkdirSync(dataDir, { recursive: true });
    accessSync(dataDir, constants.W_OK);
  } catch (error) {
    throw new Sentence(`DATA_DIR is ${dataDir}, which cannot be written to (${error.code}).`);
  }
  const baseUrl = `http://${visitable(host)}:${port}`;
  const undo = [];
  let undone;
  const stop = () => {
    undone ??= (async () => {
      for (const step of undo.splice(0).reverse()) await step();
    })();
    return undone;
  };
  const going = () => {
    if (signal?.aborted) throw new Sentence("Stopped.");
  };
  signal?.addEventListener("abort", () => stop());
  try {
    await ensurePackages(show);
    going();
    const database = await openDatabase({ dataDir, env, show });
    undo.push(database.stop);
    going();
    await ensureClient(show);
    going();
    if (!dev) await ensureBuild(show);
    going();

    const administrators = "SELECT state::text FROM app_user WHERE 'administrator' = ANY (roles)";
    const empty = (await ask(database.ownerUrl, administrators)).length === 0;
    // books of a channel that dealt with another database
    if (empty) rmSync(path.join(dataDir, "simulator"), { recursive: true, force: true });
    const channel = await channelFor({ env, dataDir, baseUrl });
    const vars = instanceEnv({ env, dev, host, port, dataDir, baseUrl, databaseUrl: database.appUrl, channel });
    const children = family(dataDir, dev, vars);
    undo.push(() => children.stop());
    if (channel.simulator) {
      await show.step("simulator", async (say) => {
        await children.start("simulator", channel.simulator);
        say(`payment channel on port ${channel.simulator.SIMULATOR_PORT}`);
      });
    }
    going();
    if (demo && empty) {
      await show.step("demo data", async (say) => {
        writeFileSync(database.half, "");
        await tool("Loading the demo data", process.execPath, command("load-demo", dev), { env: vars, say });
        rmSync(database.half, { force: true });
      });
    }
    going();
    await show.step("server", async (say) => {
      await Promise.all([children.start("server"), children.start("worker")]);
      await waitHealthy(baseUrl, children);
      say(`and worker, ${baseUrl}`);
    });
    going();
    if (dev) undo.push(restartOnEdit(children));

    const active = (await ask(database.ownerUrl, administrators)).some(({ state }) => state === "active");
    const firstAdministrator = active ? undefined : await firstAdministratorLink({ baseUrl, dev, vars });
    const demoLogin = demoAccounts[0].login;
    const hasDemo = (await ask(database.ownerUrl, "SELECT 1 FROM app_user WHERE email = $1", [demoLogin])).length > 0;
    keep(instanceFile(dataDir), `${JSON.stringify({ pid: process.pid, baseUrl, env: added(vars) }, null, 2)}\n`);
    undo.push(() => rmSync(instanceFile(dataDir), { force: true }));
    return {
      baseUrl,
      dataDir,
      env: vars,
      ownerUrl: database.ownerUrl,
      hasDemo,
      firstAdministrator,
      ended: children.ended,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What an instance adds to its starter's own environment. */
const added = (vars) => Object.fromEntries(Object.entries(vars).filter(([name, value]) => process.env[name] !== value));

async function firstAdministratorLink({ baseUrl, dev, vars }) {
  const output = await tool("The first administrator's link", process.execPath, command("first-admin", dev), {
    env: vars,
  });
  const link = output.match(/^LINK (\S+)/m)?.[1];
  return link && new URL(link, baseUrl).href;
}

/** In development the worker starts anew when lib changes; the server's API goes through Next, which reloads by itself. */
function restartOnEdit(children) {
  let timer;
  const watcher = watch(path.join(root, "lib"), { recursive: true }, (_event, name) => {
    if (!name || /\.test\.|generated/.test(name)) return;
    clearTimeout(timer);
    timer = setTimeout(() => children.restart("worker").catch(() => {}), 200);
  });
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}

/**
 * An instance to talk to: the one that runs on the data folder, or one of its own, which `stop` ends.
 * @param {{ demo?: boolean, quiet?: boolean }} [options]
 * @returns {Promise<{ baseUrl: string, env: Record<string, string | undefined>, started: boolean, stop: () => Promise<void> }>}
 */
export async function ensureInstance({ demo = true, quiet = false } = {}) {
  if (process.env.LINTUAN_INSTANCE) {
    return { baseUrl: process.env.LINTUAN_INSTANCE, env: process.env, started: false, stop: async () => {} };
  }
  const { host, port, dataDir } = whereabouts(process.env);
  const running = await runningInstance(dataDir);
  if (running) {
    return { baseUrl: running.baseUrl, env: { ...process.env, ...running.env }, started: false, stop: async () => {} };
  }
  const env = { ...process.env };
  // its own instance needs an address, not this one
  await checkAddress(host, port).catch(async () => {
    env.PORT = String(await freePort());
  });
  const { baseUrl, env: vars, stop } = await launch({ env, demo, show: progress({ quiet }) });
  return { baseUrl, env: vars, started: true, stop };
}

/**
 * The database of a data folder without server or worker, and the environment the programs see: for audit and benchmarks.
 * An instance that runs lends its own.
 * @param {{ dataDir: string, show: ReturnType<typeof progress> }} options
 */
export async function openInstance({ dataDir, show }) {
  const running = await runningInstance(dataDir);
  if (running) return { env: { ...process.env, ...running.env }, stop: async () => {} };
  const { env } = process;
  const { host, port } = whereabouts(env);
  const baseUrl = `http://${visitable(host)}:${port}`;
  const database = await openDatabase({ dataDir, env, show });
  const channel = await channelFor({ env, dataDir, baseUrl });
  const vars = instanceEnv({ env, dev: false, host, port, dataDir, baseUrl, databaseUrl: database.appUrl, channel });
  return { env: vars, ownerUrl: database.ownerUrl, stop: database.stop };
}
