import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { ensureClient, loadEnv, progress, root, Sentence, tool } from "./setup.mjs";

const sources = {
  server: "lib/server/server.ts",
  worker: "lib/server/worker.ts",
  simulator: "lib/simulator/simulator.ts",
  "load-demo": "lib/server/load-demo.ts",
  "first-admin": "lib/server/first-admin.ts",
  audit: "lib/server/audit.ts",
};

/** Loaded before anything else in every bundle: packages look at NODE_ENV while they load. */
const preamble = `import { existsSync } from "node:fs";
process.env.NODE_ENV ??= "production";
if (existsSync(".env")) process.loadEnvFile(".env");
process.setSourceMapsEnabled(true);
process.on("uncaughtException", (error) => {
  const sentence = String(error?.message).startsWith("Environment: ");
  process.stderr.write((sentence ? error.message : error?.stack ?? String(error)) + "\\n");
  process.exit(1);
});
`;

const emptyServerOnly = {
  name: "server-only",
  setup(bundle) {
    bundle.onResolve({ filter: /^server-only$/ }, () => ({ path: "server-only", namespace: "empty" }));
    bundle.onLoad({ filter: /.*/, namespace: "empty" }, () => ({ contents: "" }));
  },
};

/**
 * Bundles programs (name → source file) into a folder of their own under the project, where their packages are found.
 * @param {Record<string, string>} programs
 * @param {string} out
 */
export async function bundlePrograms(programs, out) {
  const { build: bundle } = await import("esbuild");
  // old chunks would stay
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  writeFileSync(path.join(out, "preamble.js"), preamble);
  await bundle({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(Object.entries(programs).filter(([, file]) => existsSync(path.join(root, file)))),
    outdir: out,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    conditions: ["react-server"],
    sourcemap: true,
    logLevel: "silent",
    define: { "process.env.NODE_ENV": '"production"' },
    banner: { js: 'import "./preamble.js";' },
    plugins: [emptyServerOnly],
  }).catch((error) => {
    throw new Sentence(`Bundling failed:\n${error.message}`);
  });
}

/** Builds the pages into .next and the programs into .build. Refuses: with the compiler's own words. */
export async function build(say = () => {}) {
  say("programs");
  await bundlePrograms(sources, path.join(root, ".build"));
  // types of routes that development saw and that are gone since would fail the build
  rmSync(path.join(root, ".next", "dev", "types"), { recursive: true, force: true });
  say("pages: next build");
  const env = { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" };
  await tool("next build", process.execPath, ["node_modules/next/dist/bin/next", "build"], { env, say });
  say("pages and programs");
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  loadEnv();
  const show = progress();
  try {
    await ensureClient(show);
    await show.step("build", build);
  } catch (error) {
    process.stderr.write(`${error instanceof Sentence ? error.message : error.stack}\n`);
    process.exitCode = 1;
  }
}
