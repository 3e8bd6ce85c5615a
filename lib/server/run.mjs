import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { loadEnv, progress, requireNode, root, Sentence, whereabouts } from "./setup.mjs";

/**
 * Runs a TypeScript program of lib/server or lib/bench with everything it needs: packages, client, a migrated database.
 * `--instance` before its name also gives it a whole instance, running or of its own, and `LINTUAN_INSTANCE` with its address;
 * `--scratch` an empty database of its own, as its owner, thrown away at the end.
 */
async function main() {
  const words = process.argv.slice(2);
  const flag = words[0]?.startsWith("--") ? words[0] : undefined;
  const [entry, ...args] = flag ? words.slice(1) : words;
  if (!entry) throw new Sentence("run.mjs needs the file to run.");
  requireNode();
  loadEnv();
  const show = progress();
  const { ensureClient, ensurePackages } = await import("./setup.mjs");
  await ensurePackages(show);
  const { given, stop } = await surroundings(flag, show, ensureClient);
  // --json promises one object on stdout and nothing else there; progress goes to stderr
  const child = spawn(process.execPath, ["--conditions=react-server", "--import", "tsx", entry, ...args], {
    cwd: root,
    env: given,
    stdio: "inherit",
  });
  // the terminal sends Ctrl-C to the program too; this process stays to put the instance away
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill("SIGTERM"));
  const code = await new Promise((resolve) => child.once("exit", (status) => resolve(status ?? 1)));
  await stop();
  process.exit(code);
}

async function surroundings(flag, show, ensureClient) {
  const { ensureInstance, openInstance } = await import("./instance.mjs");
  await ensureClient(show);
  if (flag === "--scratch") {
    const dataDir = mkdtempSync(path.join(tmpdir(), "lintuan-bench-"));
    delete process.env.DATABASE_URL;
    const { env, ownerUrl, stop } = await openInstance({ show, dataDir });
    const away = async () => {
      await stop();
      rmSync(dataDir, { recursive: true, force: true });
    };
    return { given: { ...env, MIGRATE_DATABASE_URL: ownerUrl }, stop: away };
  }
  if (flag === "--instance") {
    const { baseUrl, env, stop } = await ensureInstance();
    return { given: { ...env, LINTUAN_INSTANCE: baseUrl }, stop };
  }
  const { env, stop } = await openInstance({ show, dataDir: whereabouts(process.env).dataDir });
  return { given: env, stop };
}

main().catch((error) => {
  process.stderr.write(`${error instanceof Sentence ? error.message : error.stack}\n`);
  process.exit(1);
});
