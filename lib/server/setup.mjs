import { spawn, spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** What went wrong in one sentence for the person at the terminal; any other error is a bug and shows its stack. */
export class Sentence extends Error {}

/** Refuses: a Node that is too old. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new Sentence(`Lintuan needs Node 20.19 or newer; this is Node ${process.versions.node}.`);
}

function findRoot() {
  // the same from lib/server and from a chunk in .build
  for (let folder = path.dirname(fileURLToPath(import.meta.url)); ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, "package-lock.json"))) return folder;
    if (folder === path.dirname(folder)) return process.cwd();
  }
}
export const root = findRoot();
const within = (...names) => path.join(root, ...names);

/** Reads `.env` into the environment; what is already set stands. */
export function loadEnv() {
  if (existsSync(within(".env"))) process.loadEnvFile(within(".env"));
}

/**
 * Where an instance keeps its data and answers, from the environment. Refuses: a port that is no port.
 * @param {Record<string, string | undefined>} env
 */
export function whereabouts(env) {
  const port = Number(env.PORT || 4000);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new Sentence(`PORT is "${env.PORT}", but a port is a whole number from 1 to 65535.`);
  }
  return { host: env.HOST || "127.0.0.1", port, dataDir: path.resolve(root, env.DATA_DIR || ".data") };
}

/** Refuses: an address that cannot be listened on. */
export function checkAddress(host, port) {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once("error", (error) => {
      const why = {
        EADDRINUSE: `Port ${port} on ${host} is taken by another program: stop it, or choose another with PORT=… npm start.`,
        EACCES: `Port ${port} may not be opened by this user: choose one above 1023 with PORT=….`,
        EADDRNOTAVAIL: `HOST is "${host}", which is not an address of this machine.`,
        ENOTFOUND: `HOST is "${host}", which is not an address of this machine.`,
      };
      reject(new Sentence(why[error.code] ?? `Cannot listen on ${host}:${port}: ${error.message}.`));
    });
    server.listen({ port, host, exclusive: true }, () => server.close(resolve));
  });
}

/** Shows what is being done: one line a step, with its seconds; on a terminal the line lives while the step runs. */
export function progress({ quiet = false } = {}) {
  const live = process.stderr.isTTY && !quiet;
  const write = (text) => {
    if (!quiet) process.stderr.write(text);
  };
  return {
    /**
     * @template T
     * @param {string} name
     * @param {(say: (detail: string) => void) => Promise<T>} work
     * @returns {Promise<T>}
     */
    async step(name, work) {
      const began = Date.now();
      const label = name.padEnd(12);
      const width = () => Math.max(20, (process.stderr.columns ?? 100) - 24);
      let detail = "";
      let shown = "";
      const draw = () =>
        write(
          `\r\x1b[2K  ${label} ${((Date.now() - began) / 1000).toFixed(1).padStart(5)} s  ${detail.slice(0, width())}`,
        );
      const told = () => {
        if (detail !== shown) write(`  ${label} ${detail}\n`);
        shown = detail;
      };
      // a log file shows that it lives, without a line for each of a thousand rows
      const timer = setInterval(live ? draw : told, live ? 100 : 3_000);
      const say = (text) => {
        detail = text;
      };
      try {
        const result = await work(say);
        clearInterval(timer);
        if (live) draw();
        write(live ? "\n" : `  ${label} ${((Date.now() - began) / 1000).toFixed(1).padStart(5)} s  ${detail}\n`);
        return result;
      } catch (error) {
        clearInterval(timer);
        if (live) write("\n");
        throw error;
      }
    },
    say: (text) => write(`  ${text}\n`),
  };
}

/** Ends the programs that are still running when the starter has to stop in the middle of its work. */
const running = new Set();
export function endTools() {
  for (const child of running) child.kill("SIGTERM");
}

/**
 * Runs a program to its end and answers its output. Each line goes to `say` as it comes.
 * Refuses: with the end of its output, when it fails.
 * @param {string} what the step's name in the refusal
 * @param {string} program
 * @param {string[]} args
 * @param {{ env?: Record<string, string | undefined>, say?: (line: string) => void, shell?: boolean }} [options]
 * @returns {Promise<string>}
 */
export function tool(what, program, args, { env = process.env, say = () => {}, shell = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, env, shell, stdio: ["ignore", "pipe", "pipe"] });
    running.add(child);
    let output = "";
    let rest = "";
    const take = (chunk) => {
      output = (output + chunk).slice(-200_000);
      const lines = (rest + chunk).split(/\r?\n/);
      rest = lines.pop() ?? "";
      const last = lines.findLast((line) => line.trim() !== "");
      if (last) say(last.trim());
    };
    child.stdout.setEncoding("utf8").on("data", take);
    child.stderr.setEncoding("utf8").on("data", take);
    child.once("error", (error) => reject(new Sentence(`${what} could not run: ${error.message}.`)));
    child.once("close", (code, signal) => {
      running.delete(child);
      if (code === 0) return resolve(output);
      const tail = output.trim().split("\n").slice(-30).join("\n");
      reject(new Sentence(`${what} failed (${signal ?? `exit code ${code}`}):\n${tail}`));
    });
  });
}

const hash = (text) => createHash("sha256").update(text).digest("hex");
const contents = (file) => (existsSync(file) ? readFileSync(file, "utf8") : "");

/** Installs the packages when they are missing or older than the lock. */
export async function ensurePackages(show) {
  const lock = within("package-lock.json");
  const installed = within("node_modules", ".package-lock.json");
  const stamp = within("node_modules", ".lintuan-lock");
  const want = hash(contents(lock));
  if (existsSync(installed)) {
    if (contents(stamp) === want) return;
    if (statSync(installed).mtimeMs >= statSync(lock).mtimeMs) {
      writeFileSync(stamp, want);
      return;
    }
  }
  await show.step("packages", async (say) => {
    say("npm ci, about a minute");
    // NODE_ENV=production would leave out what builds the app
    const { NODE_ENV: _, ...env } = process.env;
    await tool("npm ci", "npm", ["ci", "--loglevel=warn"], { env, shell: process.platform === "win32" });
    writeFileSync(stamp, want);
    say("installed");
  });
}

/** Names, sizes and times of the files under `folders`: changes when any of them does. */
export function fingerprint(folders, ignore = () => false) {
  const sum = createHash("sha256");
  const walk = (name) => {
    const file = within(name);
    const stat = statSync(file, { throwIfNoEntry: false });
    if (!stat || ignore(name)) return;
    if (!stat.isDirectory()) sum.update(`${name} ${stat.size} ${Math.trunc(stat.mtimeMs)}\n`);
    else for (const entry of readdirSync(file).sort()) walk(`${name}/${entry}`);
  };
  for (const folder of folders) walk(folder);
  return sum.digest("hex");
}

/** Makes the database client anew when the schema or Prisma has changed. */
export async function ensureClient(show) {
  const stamp = within("lib", "generated", "stamp");
  const prisma = JSON.parse(contents(within("node_modules", "prisma", "package.json")) || "{}");
  const want = `${fingerprint(["prisma/schema"])} ${prisma.version}`;
  if (contents(stamp) === want && existsSync(within("lib", "generated", "prisma"))) return;
  await show.step("client", async (say) => {
    say("prisma generate");
    const cli = within("node_modules", "prisma", "build", "index.js");
    await tool("prisma generate", process.execPath, [cli, "generate", "--config", ".config/prisma.ts"]);
    writeFileSync(stamp, want);
  });
}

const buildInputs = [
  ...["app", "components", "lib", "public", "proxy.ts", "next.config.js", ".postcssrc.json"],
  ...["package.json", "package-lock.json", "tsconfig.json"],
];
const notBuilt = (name) =>
  name === "lib/generated" || name === "lib/testing" || /\.test\.tsx?$/.test(name) || name.endsWith(".md");

/** Builds pages and programs when what they are made from has changed. */
export async function ensureBuild(show) {
  const stamp = within(".build", "stamp");
  const want = fingerprint(buildInputs, notBuilt) + fingerprint(["prisma/schema"]);
  const whole = existsSync(within(".next", "BUILD_ID")) && existsSync(within(".build", "server.js"));
  if (whole && contents(stamp) === want) return;
  await show.step("build", async (say) => {
    const { build } = await import("./build.mjs");
    rmSync(stamp, { force: true });
    await build(say);
    writeFileSync(stamp, want);
  });
}

/** Writes a file only its owner may read, whole or not at all. */
export function keep(file, text) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.part`, text, { mode: 0o600 });
  renameSync(`${file}.part`, file);
}

/**
 * The instance's own secrets, made once and kept in the data folder; a value in the environment stands above its own.
 * Losing the file loses what was encrypted with it.
 * @param {string} dataDir
 * @param {Record<string, string | undefined>} [env]
 * @returns {Record<string, string>}
 */
export function secrets(dataDir, env = process.env) {
  const file = path.join(dataDir, "secrets.json");
  const kept = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  const made = { ...kept };
  for (const name of ["NEXTAUTH_SECRET", "TOKEN_SECRET", "CURSOR_SECRET", "PII_INDEX_KEY", "APP_DATABASE_PASSWORD"]) {
    made[name] ??= randomBytes(32).toString("base64url");
  }
  made.PII_KEY ??= randomBytes(32).toString("base64");
  if (Object.keys(made).length > Object.keys(kept).length) keep(file, `${JSON.stringify(made, null, 2)}\n`);
  return Object.fromEntries(Object.entries(made).map(([name, value]) => [name, env[name] || value]));
}

/** Whether a program of this name is on the PATH. */
export function onPath(name) {
  return spawnSync(process.platform === "win32" ? "where" : "which", [name], { stdio: "ignore" }).status === 0;
}
