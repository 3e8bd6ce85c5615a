/**
 * Which file may import which, as a table (house §4; numbered decisions in lib/README.md). Pure: `laws.test.ts` walks
 * every import of the tree and asks here. A file is named by its path from the root, without extension.
 */

/** Domains by level: a domain sees only lower ones; same-level domains are blind to each other. */
export const levels: Record<string, number> = {
  notifications: 0,
  identity: 0,
  audit: 0,
  workbench: 0,
  search: 0,
  ledger: 1,
  stock: 1,
  pickup: 1,
  suppliers: 2,
  leaders: 2,
  catalog: 3,
  commission: 3,
  campaigns: 4,
  payments: 4,
  promotions: 5,
  orders: 6,
  procurement: 7,
  fulfilment: 7,
  aftersales: 7,
  settlement: 8,
  analytics: 9,
};

/** The foundation every domain may use: who acts, what is written down, what is said to people, what is found by a fragment, what is kept at the desk. */
const foundation = new Set(["identity", "audit", "notifications", "search", "workbench"]);
const wiring = new Set(["api", "server", "testing", "bench"]);
const pureRooms = new Set(["schema", "rules", "events"]);
const serverRooms = new Set(["queries", "lists", "commands", "steps", "reactions"]);

export type Place =
  | { kind: "kernel" | "platform" | "words" | "generated" | "laws" }
  | { kind: "wiring"; name: string }
  | { kind: "simulator" }
  | { kind: "domain"; domain: string; room: string }
  | { kind: "app" | "components" | "outside" };

/** Where a file lives. `lib/orders/commands/place` is the room `commands` of the domain `orders`. */
export function placeOf(path: string): Place {
  const [top, second = "", third = ""] = path.split("/");
  if (top === "app") return { kind: "app" };
  if (top === "components") return { kind: "components" };
  if (top !== "lib") return { kind: "outside" };
  if (second === "kernel" || second === "platform" || second === "words" || second === "generated")
    return { kind: second };
  if (second === "simulator") return { kind: "simulator" };
  if (wiring.has(second)) return { kind: "wiring", name: second };
  if (second.startsWith("laws")) return { kind: "laws" };
  const room = third.replace(/\.(db|api)?\.?test$/, "");
  return { kind: "domain", domain: second, room: pureRooms.has(room) || serverRooms.has(room) ? room : "private" };
}

const isPure = (to: Place, path: string): boolean =>
  to.kind === "kernel" ||
  (to.kind === "generated" && path.endsWith("/enums")) ||
  (to.kind === "domain" && pureRooms.has(to.room));

/** Why `from` may not import `to`, or null when it may. Tests may see everything. */
export function forbids(fromPath: string, toPath: string): string | null {
  if (/\.test$/.test(fromPath)) return null;
  const from = placeOf(fromPath);
  const to = placeOf(toPath);
  if (to.kind === "outside") return null;
  if (to.kind === "wiring" && to.name === "testing" && !(from.kind === "wiring" && from.name === "testing"))
    return "testing is for tests only";
  if (to.kind === "app" && from.kind !== "app") return "nothing imports from app";
  if (from.kind === "simulator")
    return to.kind === "simulator" || to.kind === "kernel"
      ? null
      : "the simulator is a process of its own: it knows no domain";
  if (to.kind === "simulator") return from.kind === "wiring" ? null : "nobody imports the simulator";
  switch (from.kind) {
    case "kernel":
      return to.kind === "kernel" ? null : "the kernel is pure and knows no one";
    case "words":
      return to.kind === "words" || isPure(to, toPath) ? null : "words see only words and pure rooms";
    case "platform":
      return to.kind === "platform" || to.kind === "kernel" || to.kind === "generated" || to.kind === "words"
        ? null
        : "the platform knows no domain";
    case "components":
      if (to.kind === "components" || to.kind === "kernel" || to.kind === "words") return null;
      if (to.kind === "wiring" || to.kind === "platform") return "components get data and actions as props";
      return isPure(to, toPath) ? null : "components see only kernel, schema, rules and events";
    case "domain":
      if (to.kind === "components") return "lib imports nothing from components";
      if (to.kind === "wiring") return "only the wiring sees the wiring";
      if (pureRooms.has(from.room)) return isPure(to, toPath) ? null : "a pure room imports only pure rooms";
      if (to.kind !== "domain") return null;
      return domainsMeet(from, to);
    case "wiring":
    case "laws":
      return to.kind === "components" ? "lib imports nothing from components" : null;
    case "app":
      if (to.kind === "domain" && to.room === "private") return "a private room is seen by its own domain only";
      if (to.kind === "domain" && to.room === "reactions") return "reactions are the worker's wiring only";
      return null;
    default:
      return null;
  }
}

function domainsMeet(from: { domain: string; room: string }, to: { domain: string; room: string }): string | null {
  if (from.domain === to.domain) return null;
  if (to.room === "private") return "a private room is seen by its own domain only";
  if (to.room === "reactions") return "reactions are the worker's wiring only";
  const low = levels[to.domain];
  const high = levels[from.domain];
  if (low === undefined || high === undefined)
    return `the domain ${low === undefined ? to.domain : from.domain} has no level`;
  if (pureRooms.has(to.room) && low <= high) return null;
  if (foundation.has(to.domain)) return null;
  return low < high
    ? null
    : `${from.domain} (level ${high}) may not import ${to.domain} (level ${low}): upward news goes by event`;
}

/** Planted violations: each must be refused, so that the laws cannot go quiet. */
export const planted: readonly [from: string, to: string][] = [
  ["lib/orders/commands", "app/layout"],
  ["lib/orders/rules", "lib/platform/db"],
  ["lib/orders/schema", "lib/orders/queries"],
  ["lib/payments/steps", "lib/orders/steps"],
  ["lib/procurement/commands", "lib/fulfilment/commands"],
  ["lib/orders/commands/place", "lib/payments/channel"],
  ["lib/settlement/commands", "lib/orders/reactions"],
  ["components/orders/order-table", "lib/orders/queries"],
  ["components/ui/table", "lib/platform/db"],
  ["lib/kernel/money", "lib/platform/clock"],
  ["lib/simulator/books", "lib/payments/steps"],
  ["lib/platform/db", "lib/orders/rules"],
  ["app/(console)/orders/page", "lib/orders/admission"],
  ["lib/ledger/rules", "lib/generated/prisma/client"],
  ["lib/workbench/commands/runs", "lib/server/lists"],
  ["lib/workbench/lists", "lib/orders/lists"],
  ["lib/payments/lists", "lib/orders/lists"],
  ["lib/platform/list", "lib/orders/lists"],
  ["lib/orders/schema", "lib/orders/lists"],
  ["components/orders/order-table", "lib/orders/lists"],
];
