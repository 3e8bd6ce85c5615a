import "server-only";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { makeGate } from "#lib/orders/admission";
import { admissionPool, pool } from "#lib/platform/db";
import { shared } from "#lib/platform/shared";

// The server's own fast path (lib/server/server.ts) without the pages behind it. With BENCH_PER_ORDER=1 every order is admitted in a
// transaction of its own: the same API, the same function, as many at a time as there are connections.
const perOrder = process.env.BENCH_PER_ORDER === "1";
const gate = shared("admission", () =>
  perOrder ? makeGate(pool, { maxBatch: 1, maxInFlight: 12 }) : makeGate(admissionPool),
);
const { api } = await import("#lib/api/app");

const server = http.createServer(getRequestListener(api.fetch, { overrideGlobalObjects: false }));
server.keepAliveTimeout = 75_000;
server.listen(0, "127.0.0.1", () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  const rssMb = process.memoryUsage().rss / 1_048_576;
  process.send?.({ batches: gate.batches, admitted: gate.admitted, cpuUs: user + system, rssMb });
});
process.on("disconnect", () => process.exit(0));
