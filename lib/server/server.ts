import "server-only";
import http from "node:http";
import type { Socket } from "node:net";
import { getRequestListener } from "@hono/node-server";
import next from "next";
import { api } from "#lib/api/app";
import { gate } from "#lib/orders/admission";
import { admissionPool, pool, prisma } from "#lib/platform/db";
import { env } from "#lib/platform/env";
import { endLive } from "#lib/platform/live";
import { log } from "#lib/platform/log";
import { followClock } from "./follow";
import { onStop } from "./stop";

const { HOST: hostname, PORT: port, NODE_ENV } = env();
const dev = NODE_ENV === "development";

await followClock();
const following = setInterval(() => void followClock().catch(() => undefined), 500);

const server = http.createServer();
// a proxy in front keeps its connections for up to a minute; ours must not be the side that hangs up first
server.keepAliveTimeout = 75_000;
server.headersTimeout = 80_000;
// closeAllConnections() leaves out upgraded sockets
const sockets = new Set<Socket>();
server.on("connection", (socket) => {
  sockets.add(socket);
  socket.on("close", () => sockets.delete(socket));
});

const pages = next({ dev, dir: process.cwd(), hostname, port, httpServer: server });
await pages.prepare();
const toPages = pages.getRequestHandler();
const toApi = getRequestListener(api.fetch, { overrideGlobalObjects: false });
const isApi = (url = "") => url.startsWith("/api/v1") && ["/", "?", undefined].includes(url[7]);
// in development the API is answered by Next's copy, where an edit shows at once
server.on("request", (request, response) => {
  if (!dev && isApi(request.url)) toApi(request, response);
  else toPages(request, response);
});

onStop(async () => {
  clearInterval(following);
  // who is at the gate gets an answer, who comes later is told to try again
  const drained = gate.drain();
  await endLive();
  await new Promise<void>((done) => {
    server.close(() => done());
    server.closeIdleConnections();
    setTimeout(
      () => {
        for (const socket of sockets) socket.destroy();
      },
      dev ? 0 : 1_500,
    ).unref();
  });
  await drained;
  await pages.close();
  await prisma.$disconnect();
  await Promise.all([pool.end(), admissionPool.end()]);
});

server.once("error", (error) => {
  log.fatal({ error: error.message }, "the server cannot listen");
  process.exit(1);
});
server.listen(port, hostname, () => {
  log.info({ address: hostname, port }, "the server listens");
  process.send?.("ready");
});
