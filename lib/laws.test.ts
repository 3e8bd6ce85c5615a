import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseSync } from "oxc-parser";
import { describe, expect, test } from "vitest";
import { forbids, placeOf, planted } from "./laws";
import { refusals } from "./words/refusals";

const root = path.resolve(import.meta.dirname, "..");
const files = ["lib", "app", "components", "e2e"].flatMap((top) =>
  readdirSync(path.join(root, top), { recursive: true, withFileTypes: true })
    .filter((f) => f.isFile() && /\.tsx?$/.test(f.name))
    .map((f) => path.relative(root, path.join(f.parentPath, f.name)))
    .filter((f) => !f.startsWith("lib/generated/")),
);
const bare = (file: string) => file.replace(/\.tsx?$/, "");
const text = new Map(files.map((file) => [file, readFileSync(path.join(root, file), "utf8")]));

type Import = { from: string; to: string; source: string };

/** Every import of a file, type imports and dynamic ones included, resolved to a path from the root. */
function importsOf(file: string): Import[] {
  const { module } = parseSync(file, text.get(file) ?? "");
  const sources = [
    ...module.staticImports.map((i) => i.moduleRequest.value),
    ...module.staticExports.flatMap((e) => e.entries.flatMap((x) => (x.moduleRequest ? [x.moduleRequest.value] : []))),
    ...module.dynamicImports.map((i) =>
      (text.get(file) ?? "").slice(i.moduleRequest.start + 1, i.moduleRequest.end - 1),
    ),
  ];
  return sources.flatMap((source) => {
    const inside = source.startsWith("#")
      ? source.slice(1)
      : source.startsWith(".")
        ? path.join(path.dirname(file), source)
        : null;
    return inside ? [{ from: bare(file), to: bare(inside).replace(/\.m?js$/, ""), source }] : [];
  });
}

const imports = files.flatMap(importsOf);
const code = (file: string) => (text.get(file) ?? "").replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
const where = (pattern: RegExp, allowed: (file: string) => boolean) =>
  files.filter((f) => !allowed(f) && pattern.test(code(f)));
const isTest = (f: string) => /\.test\.tsx?$/.test(f) || f.startsWith("lib/testing/") || f.startsWith("e2e/");

describe("the laws of the house", () => {
  test("the walk has seen the house: hundreds of files and imports", () => {
    expect(files.length).toBeGreaterThan(150);
    expect(imports.length).toBeGreaterThan(500);
  });

  test("each planted violation is refused", () => {
    for (const [from, to] of planted) expect(forbids(from, to), `${from} → ${to}`).not.toBeNull();
  });

  test("no file imports what its room may not see", () => {
    const broken = imports.flatMap((i) => {
      const why = forbids(i.from, i.to);
      return why ? [`${i.from} → ${i.source}: ${why}`] : [];
    });
    expect(broken).toEqual([]);
  });

  test("no imports go round in a circle", () => {
    const graph = new Map<string, string[]>();
    const known = new Set(files.map(bare));
    const valueOnly = (file: string) =>
      importsOf(file)
        .map((i) => i.to)
        .filter((to) => known.has(to));
    for (const file of files.filter((f) => f.startsWith("lib/"))) graph.set(bare(file), valueOnly(file));
    const state = new Map<string, "open" | "done">();
    const circles: string[] = [];
    const visit = (node: string, trail: string[]) => {
      if (state.get(node) === "done") return;
      if (state.get(node) === "open") {
        circles.push([...trail.slice(trail.indexOf(node)), node].join(" → "));
        return;
      }
      state.set(node, "open");
      for (const to of graph.get(node) ?? []) visit(to, [...trail, node]);
      state.set(node, "done");
    };
    for (const node of graph.keys()) visit(node, []);
    expect(circles).toEqual([]);
  });

  test("only the clock reads the time", () => {
    const allowed = (f: string) =>
      isTest(f) ||
      f === "lib/platform/clock.ts" ||
      f.startsWith("lib/simulator/") ||
      f.startsWith("lib/bench/") ||
      f.startsWith("components/");
    expect(where(/\bDate\.now\(\)|new Date\(\)/, allowed)).toEqual([]);
  });

  test("only lib/platform/env and the processes read the environment", () => {
    const allowed = (f: string) =>
      isTest(f) || f === "lib/platform/env.ts" || /^lib\/(server|simulator|bench)\//.test(f);
    expect(where(/process\.env\b/, allowed)).toEqual([]);
  });

  test("only the kernel's time knows the zone", () => {
    const allowed = (f: string) => isTest(f) || f === "lib/kernel/time.ts" || f.startsWith("lib/simulator/");
    expect(where(/Asia\/Shanghai/, allowed)).toEqual([]);
  });

  test("every server room of a domain is locked against the browser", () => {
    const open = files.filter((f) => {
      const place = placeOf(bare(f));
      return (
        place.kind === "domain" &&
        ["queries", "commands", "steps", "reactions", "lists"].includes(place.room) &&
        !isTest(f) &&
        !/import "server-only"/.test(text.get(f) ?? "")
      );
    });
    expect(open).toEqual([]);
  });

  test("every refusal has its status and its words in both languages", () => {
    const thrown = new Set(
      files
        .filter((f) => !isTest(f))
        .flatMap((f) => [...code(f).matchAll(/new Refusal\(\s*"(\w+)"/g)].map((m) => m[1] ?? "")),
    );
    expect(thrown.size).toBeGreaterThan(20);
    expect([...thrown].filter((c) => !(c in refusals))).toEqual([]);
  });

  test("every exported command asks the policy itself or through what it calls, or is on the short list of open ones", () => {
    const rooms = files.filter(
      (f) =>
        /^lib\/\w+\/(commands|steps|queries|\w[\w-]*)(\/[\w-]+)?\.ts$/.test(f) &&
        placeOf(bare(f)).kind === "domain" &&
        !isTest(f),
    );
    const bodies = new Map<string, { file: string; exported: boolean; body: string }>();
    for (const f of rooms) {
      const marks = [...(text.get(f) ?? "").matchAll(/^(export )?(?:async )?(?:function|const) (\w+)/gm)];
      for (const [i, m] of marks.entries()) {
        const body = (text.get(f) ?? "").slice(m.index, marks[i + 1]?.index);
        bodies.set(`${f.split("/")[1]}.${m[2]}`, { file: f, exported: m[1] !== undefined, body });
      }
    }
    const asking = new Set(
      [...bodies].filter(([, b]) => /\b(authorise|sees)\(|actor\.kind !== "system"/.test(b.body)).map(([name]) => name),
    );
    for (let grew = true; grew; ) {
      grew = false;
      for (const [name, b] of bodies) {
        if (asking.has(name)) continue;
        if ([...asking].some((a) => new RegExp(`\\b${a.split(".")[1]}\\(`).test(b.body.slice(b.body.indexOf("("))))) {
          asking.add(name);
          grew = true;
        }
      }
    }
    const commands = [...bodies].filter(
      ([, b]) =>
        b.exported &&
        /\/commands(\/|\.ts)/.test(b.file) &&
        /^export (async )?function|=> ?Promise|= async/.test(b.body),
    );
    expect(commands.length).toBeGreaterThan(40);
    expect(commands.map(([name]) => name).filter((name) => !asking.has(name) && !openCommands.includes(name))).toEqual(
      [],
    );
  });
});

/** What a visitor does before anybody knows him, what proves itself by a secret, and what the clock does. */
const openCommands = [
  "suppliers.saveApplicationField",
  "suppliers.attachDocument",
  "suppliers.describeDocument",
  "suppliers.removeDocument",
  "suppliers.submitApplication",
  "identity.acceptInvitation",
  "identity.residentByOpenid",
  "identity.signInByPassword",
  "identity.requestSmsCode",
  "identity.signInByCode",
  "identity.signInByOpenid",
  "identity.sweepSignIns",
  "identity.actorOfSignIn",
  "identity.issueTokens",
  "identity.refreshTokens",
  "identity.revokeTokens",
  "identity.actorOfAccessToken",
  "identity.residentActor",
  "identity.leaderActor",
  "identity.isSignedIn",
  "identity.signOut",
  "notifications.sendWaiting",
  "notifications.readNotices",
  "notifications.preferNotice",
  "suppliers.startApplication",
  "leaders.applyAsLeader",
];
