import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { ensureClient, ensurePackages, onPath, progress, requireNode, root, Sentence, tool } from "./setup.mjs";

const node = process.execPath;
const bin = (...names) => path.join(root, "node_modules", ...names);
const reports = mkdtempSync(path.join(os.tmpdir(), "lintuan-report-"));
const total = { passed: 0, failed: 0, skipped: 0 };
const show = progress();

function count({ passed = 0, failed = 0, skipped = 0 }) {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
}

/** Runs a program in the open; answers whether it ended well. */
function run(args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(node, args, { cwd: root, stdio: "inherit", env: { ...process.env, ...env } });
    child.once("error", () => resolve(false));
    child.once("exit", (code) => resolve(code === 0));
  });
}

/** One check that either holds or does not: it counts as one test. */
async function check(name, args, env) {
  process.stdout.write(`\n── ${name}\n`);
  const passed = await run(args, env);
  count(passed ? { passed: 1 } : { failed: 1 });
  if (!passed) process.stdout.write(`${name} failed\n`);
  return passed;
}

function report(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}

async function vitest(title, args) {
  process.stdout.write(`\n── ${title}\n`);
  const file = path.join(reports, `${title.replaceAll(/\W+/g, "-")}.json`);
  const passed = await run(
    [
      ...[bin("vitest", "vitest.mjs"), "run", "--root", ".", "--config", ".config/vitest.ts"],
      ...["--reporter=default", "--reporter=json", `--outputFile.json=${file}`, ...args],
    ],
    // a zone far from the shop's: only kernel/time may know which one counts
    { TZ: process.env.TZ || "America/New_York" },
  );
  const seen = report(file);
  const failed = seen?.numFailedTests ?? 0;
  count({
    passed: seen?.numPassedTests,
    // a file that does not even load has no failed test of its own
    failed: passed ? failed : Math.max(failed, 1),
    skipped: (seen?.numPendingTests ?? 0) + (seen?.numTodoTests ?? 0),
  });
}

async function playwright() {
  process.stdout.write("\n── browser\n");
  const file = path.join(reports, "playwright.json");
  const passed = await run(
    [bin("@playwright", "test", "cli.js"), "test", "--config", ".config/playwright.ts", "--reporter=list,json"],
    {
      PLAYWRIGHT_JSON_OUTPUT_NAME: file,
    },
  );
  const stats = report(file)?.stats;
  const failed = (stats?.unexpected ?? 0) + (stats?.flaky ?? 0);
  count({ passed: stats?.expected, failed: passed ? failed : Math.max(failed, 1), skipped: stats?.skipped });
}

const isRoot = process.getuid?.() === 0 && onPath("apt-get");
async function apt(...packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  // another apt may be at work on the machine
  const wait = ["-o", "DPkg::Lock::Timeout=300"];
  await tool("apt-get update", "apt-get", ["update", ...wait], { env });
  await tool("apt-get install", "apt-get", ["install", "-y", "--no-install-recommends", ...wait, ...packages], { env });
}

async function ensureChromium() {
  const known = [process.env.CHROMIUM_PATH, "chromium", "chromium-browser", "google-chrome"];
  if (known.some((name) => name && (existsSync(name) || onPath(name)))) return;
  const { chromium } = await import("@playwright/test");
  if (existsSync(chromium.executablePath())) return;
  await show.step("chromium", async (say) => {
    say("installing");
    if (isRoot) await apt("chromium");
    else await tool("playwright install", node, [bin("@playwright", "test", "cli.js"), "install", "chromium"], { say });
  });
}

async function ensureFonts() {
  const fonts = spawnSync("fc-list", [":lang=zh", "family"], { encoding: "utf8" });
  if (fonts.status === 0 && fonts.stdout.trim() !== "") return;
  if (process.platform !== "linux") return;
  if (!isRoot) {
    show.say("no Chinese font is installed: screenshots will show boxes (Debian: fonts-noto-cjk)");
    return;
  }
  await show.step("fonts", (say) => {
    say("installing fonts-noto-cjk");
    return apt("fontconfig", "fonts-noto-cjk");
  });
}

const parts = {
  async check({ laws = true } = {}) {
    rmSync(path.join(root, ".next", "dev", "types"), { recursive: true, force: true });
    process.stdout.write("\n── types of the routes\n");
    if (!(await run([bin("next", "dist", "bin", "next"), "typegen"], { NEXT_TELEMETRY_DISABLED: "1" })))
      count({ failed: 1 });
    await check("types", [bin("typescript", "bin", "tsc"), "--noEmit"]);
    await check("lint", [bin("@biomejs", "biome", "bin", "biome"), "check", "--config-path=.config/biome.json", "."]);
    if (laws) await vitest("laws", ["lib/laws.test.ts"]);
  },
  unit: () => vitest("unit", ["--project", "unit"]),
  db: () => vitest("database and API", ["--project", "db"]),
  /** One kill each of server, worker and database in a storm of orders; `npm run chaos` does it as often as one likes. */
  chaos: () => check("chaos", ["lib/server/run.mjs", "--scratch", "lib/bench/chaos.ts", "flash-sale", "--kills", "3"]),
  async e2e() {
    await ensureChromium();
    await ensureFonts();
    await playwright();
  },
};

async function main() {
  const wanted = process.argv.slice(2);
  const unknown = wanted.find((name) => !(name in parts));
  if (unknown) throw new Sentence(`There is no part "${unknown}": choose from ${Object.keys(parts).join(", ")}.`);
  requireNode();
  await ensurePackages(show);
  await ensureClient(show);
  if (wanted.length > 0) for (const name of wanted) await parts[name]();
  else {
    await parts.check({ laws: false });
    await vitest("unit, laws, database and API", []);
    await parts.chaos();
    await parts.e2e();
  }
}

const began = Date.now();
main()
  .catch((error) => {
    process.stdout.write(`\n${error instanceof Sentence ? error.message : error.stack}\n`);
    count({ failed: 1 });
  })
  .finally(() => {
    rmSync(reports, { recursive: true, force: true });
    process.stdout.write(`\n${Math.round((Date.now() - began) / 1000)} seconds\n`);
    process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
    process.exitCode = total.failed === 0 ? 0 : 1;
  });
