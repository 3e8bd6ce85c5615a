import "server-only";
import { OpenAPIHono } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { Refusal } from "#lib/kernel/refusal";
import type { Locale } from "#lib/words/locale";
import * as written from "./document";
import { type Frame, framed } from "./frame";
import { health } from "./health";
import { problem, problemOf } from "./problem";
import { campaignRoutes } from "./resources/campaigns";
import { couponRoutes } from "./resources/coupons";
import { fileRoutes } from "./resources/files";
import { flashRoutes } from "./resources/flash";
import { groupRoutes } from "./resources/groups";
import { homeRoutes } from "./resources/home";
import { leaderDayRoutes } from "./resources/leader-day";
import { leaderMoneyRoutes } from "./resources/leader-money";
import { leaderProgramRoutes } from "./resources/leader-program";
import { meRoutes } from "./resources/me";
import { orderRoutes } from "./resources/orders";
import { pickupPointRoutes } from "./resources/pickup-points";
import { productRoutes } from "./resources/products";
import { quoteRoutes } from "./resources/quotes";
import { refundRoutes } from "./resources/refunds";
import { sessionRoutes } from "./resources/session";
import { type Api, route, send } from "./route";
import { words, z } from "./shapes";

/** The public API v1: answered on the server's own fast path and, for hosts without it, by a Next route. */
export const api = new OpenAPIHono<Frame>().basePath("/api/v1") as unknown as Api;

api.use(framed);
const mostBytes = (path: string) => (path === "/api/v1/files" ? 11 << 20 : 1 << 20);
const tooBig = (): never => {
  throw new Refusal("bodyTooBig");
};
api.use((c, next) => {
  const maxSize = mostBytes(c.req.path);
  const said = c.req.header("transfer-encoding") ? undefined : c.req.header("content-length");
  // a length that was said needs no look at the body, which would cost every call a stream
  if (said !== undefined) return Number(said) > maxSize ? tooBig() : next();
  return c.req.method === "GET" ? next() : bodyLimit({ maxSize, onError: tooBig })(c, next);
});
api.notFound((c) => problem(c, new Refusal("notFound")));
api.onError((error, c) => problemOf(error, c));

sessionRoutes(api);
meRoutes(api);
pickupPointRoutes(api);
homeRoutes(api);
campaignRoutes(api);
flashRoutes(api);
groupRoutes(api);
productRoutes(api);
couponRoutes(api);
quoteRoutes(api);
orderRoutes(api);
refundRoutes(api);
fileRoutes(api);
leaderProgramRoutes(api);
leaderDayRoutes(api);
leaderMoneyRoutes(api);

route(api, {
  id: "health",
  tag: "meta",
  method: "get",
  path: "/health",
  who: "anyone",
  cache: "never",
  answer: z.object({ status: z.literal("ok"), version: words("0.1.0"), database: z.literal("ok") }).openapi("Health"),
  refuses: ["unavailable"],
  run: async () => {
    const said = await health();
    if (said.status !== "ok" || said.database !== "ok") throw new Refusal("unavailable");
    return { status: said.status, version: said.version, database: said.database };
  },
});

route(api, {
  id: "openapi",
  tag: "meta",
  method: "get",
  path: "/openapi.json",
  who: "anyone",
  answer: z
    .object({ openapi: words("3.1.0") })
    .catchall(z.unknown())
    .openapi("OpenAPI"),
  run: async ({ c }) => send(c, written.document(api, c.get("locale")), 200, "public"),
});

export const operationIndex = (locale: Locale) => written.operationIndex(api, locale);
export const problemIndex = (locale: Locale) => written.problemIndex(api, locale);
