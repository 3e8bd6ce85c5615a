import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { checkAddress, fingerprint, root, secrets, whereabouts } from "./setup.mjs";

const folder = mkdtempSync(path.join(os.tmpdir(), "lintuan-start-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function npmStart(env: Record<string, string>, ...args: string[]) {
  const { PATH = "", HOME = "" } = process.env;
  const start = path.join(root, "lib", "server", "start.mjs");
  const ended = spawnSync(process.execPath, [start, ...args], {
    encoding: "utf8",
    env: { PATH, HOME, DATA_DIR: path.join(folder, "data"), ...env } as unknown as NodeJS.ProcessEnv,
    timeout: 30_000,
  });
  return { code: ended.status, said: ended.stderr.trim().split("\n").at(-1)?.trim() };
}

async function takenPort() {
  const server = net.createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return { port: (server.address() as net.AddressInfo).port, close: () => server.close() };
}

describe("npm start", { timeout: 40_000 }, () => {
  test("says in one sentence that Node is too old", () => {
    const program = `Object.defineProperty(process.versions, "node", { value: "18.20.1" });
      await import(${JSON.stringify(path.join(root, "lib", "server", "start.mjs"))});`;
    const ended = spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
    expect(ended.stderr).toBe("Lintuan needs Node 20.19 or newer; this is Node 18.20.1.\n");
    expect(ended.status).toBe(1);
  });

  test("says in one sentence that the port is taken", async () => {
    const { port, close } = await takenPort();
    const ended = npmStart({ PORT: String(port) });
    close();
    expect(ended.code).toBe(1);
    expect(ended.said).toContain(`Port ${port} on 127.0.0.1 is taken`);
  });

  test.each([
    [
      "no server answers",
      { DATABASE_URL: "postgresql://a:b@127.0.0.1:1/x" },
      "Cannot use the database at 127.0.0.1:1: nothing answers there.",
    ],
    [
      "it is no PostgreSQL address",
      { DATABASE_URL: "mysql://a:b@127.0.0.1/x" },
      "DATABASE_URL is not a postgresql:// address.",
    ],
  ])("says in one sentence that the database cannot be used: %s", async (_, env, sentence) => {
    const { port, close } = await takenPort();
    close();
    const ended = npmStart({ PORT: String(port), ...env } as Record<string, string>);
    expect(ended.code).toBe(1);
    expect(ended.said).toContain(sentence);
  });

  test("knows its own flags and no others", () => {
    expect(npmStart({}, "--emtpy")).toEqual({ code: 1, said: "npm start knows --empty and --dev, not --emtpy." });
  });
});

describe("where an instance is", () => {
  test.each(["0", "65536", "four", "80.5"])("PORT=%s is no port", (PORT) => {
    expect(() => whereabouts({ PORT })).toThrow(`PORT is "${PORT}"`);
  });

  test("is the loopback address and port 4000 unless the environment says otherwise", () => {
    expect(whereabouts({})).toEqual({ host: "127.0.0.1", port: 4000, dataDir: path.join(root, ".data") });
    expect(whereabouts({ PORT: "80", HOST: "::1", DATA_DIR: "/srv/x" })).toEqual({
      host: "::1",
      port: 80,
      dataDir: "/srv/x",
    });
  });

  test("cannot be an address of another machine", async () => {
    await expect(checkAddress("192.0.2.1", 4000)).rejects.toThrow(
      'HOST is "192.0.2.1", which is not an address of this machine.',
    );
  });
});

describe("the instance's secrets", () => {
  const dataDir = path.join(folder, "secrets");

  test("are made once and kept where only their owner reads", () => {
    const first = secrets(dataDir, {});
    expect(secrets(dataDir, {})).toEqual(first);
    expect(Buffer.from(first.PII_KEY ?? "", "base64")).toHaveLength(32);
    expect(new Set(Object.values(first)).size).toBe(Object.keys(first).length);
    expect(statSync(path.join(dataDir, "secrets.json")).mode & 0o777).toBe(0o600);
  });

  test("give way to those of the environment, which are never written down", () => {
    expect(secrets(dataDir, { TOKEN_SECRET: "from-outside" }).TOKEN_SECRET).toBe("from-outside");
    expect(readFileSync(path.join(dataDir, "secrets.json"), "utf8")).not.toContain("from-outside");
  });
});

test("a build is stale when a file it is made from was touched", () => {
  const file = path.join(folder, "page.tsx");
  writeFileSync(file, "one");
  const relative = path.relative(root, file);
  const before = fingerprint([relative]);
  expect(fingerprint([relative])).toBe(before);
  utimesSync(file, new Date(0), new Date(0));
  expect(fingerprint([relative])).not.toBe(before);
});

test("every variable that is checked at start is explained in .env.example", () => {
  const read = (name: string) => readFileSync(path.join(root, name), "utf8");
  const known = [...read("lib/platform/env.ts").matchAll(/^ {2}([A-Z][A-Z_]+): (?:z\.|text)/gm)].map(
    (found) => found[1],
  );
  expect(known.length).toBeGreaterThan(20);
  const explained = new Set([...read(".env.example").matchAll(/^(?:# )?([A-Z][A-Z_]+)=/gm)].map((found) => found[1]));
  // NODE_ENV says itself which process runs
  expect(known.filter((name) => name !== "NODE_ENV" && !explained.has(name))).toEqual([]);
});
