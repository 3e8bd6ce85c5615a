import "server-only";
import http from "node:http";
import { getRequestListener } from "@hono/node-server";
import { api } from "#lib/api/app";
import { wechatpayNotice } from "#lib/api/hooks";
import { pool, prisma } from "#lib/platform/db";
import { env } from "#lib/platform/env";
import { onStop } from "#lib/server/stop";

/** The public API and the channel's door as the server answers them, without the pages: a process for a bench to fork, and to kill. */
const answer = (request: Request) => {
  const { pathname } = new URL(request.url);
  const kind = /^\/api\/hooks\/wechatpay\/(\w+)$/.exec(pathname)?.[1];
  return kind ? wechatpayNotice(kind, request) : api.fetch(request);
};
const listen = getRequestListener(answer, { overrideGlobalObjects: false });
const server = http.createServer((request, response) => void listen(request, response));
server.keepAliveTimeout = 75_000;
onStop(async () => {
  server.close();
  server.closeIdleConnections();
  await prisma.$disconnect();
  await pool.end();
});
server.listen(env().PORT, env().HOST, () => process.send?.("ready"));
