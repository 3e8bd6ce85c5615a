import { MiniProgram } from "../lib/server/cast/resident";

type Point = { id: string; name: string };
type Offer = { sku_id: string; name: string; layer: "session" | "flash"; price_fen: number; is_sold_out: boolean };
type Quote = { orders: { quote_token: string; payable_fen: number }[]; problems: { code: string }[] };

const shop = () => String(process.env.E2E_BASE_URL);
export const channel = () => String(process.env.E2E_CHANNEL_URL);

/** The hour of the shop, which the demo may have moved. */
export async function shopTime(): Promise<Date> {
  const answer = await fetch(new URL("/api/v1/me", shop()));
  return new Date(Number(answer.headers.get("x-server-time")));
}

let met = 0;

/** A neighbour with a phone and the mini program, known to nobody before. */
export async function neighbour(name: string) {
  const number = `${Date.now()}${++met}`.slice(-8);
  const app = new MiniProgram(shop(), channel(), `openid-e2e-${name}-${number}`);
  await app.signIn();
  await app.bindPhone(`159${number}`);
  return app;
}

/** The pickup point nearest to the middle of the demo's town. */
export async function nearestPoint(app: MiniProgram): Promise<Point> {
  const { data } = await app.call<{ data: Point[] }>(
    "GET",
    "/pickup-points?lat=30.26&lng=120.17&radius_m=20000&limit=1",
  );
  const [point] = data;
  if (!point) throw new Error("the town has no pickup point");
  return point;
}

/** What is on sale at a point just now; of a name, if given. */
export async function onSale(app: MiniProgram, pointId: string, name = ""): Promise<Offer[]> {
  const q = name ? `&q=${encodeURIComponent(name)}` : "";
  return (await app.call<{ data: Offer[] }>("GET", `/products?pickup_point_id=${pointId}&limit=20${q}`)).data;
}

export const quote = (app: MiniProgram, pointId: string, skuId: string, quantity = 1): Promise<Quote> =>
  app.call<Quote>("POST", "/quotes", { pickup_point_id: pointId, items: [{ sku_id: skuId, quantity }] });

export const place = (app: MiniProgram, quoteToken: string, name: string) =>
  app.once<{ id: string }>("/orders", { quote_token: quoteToken, contact_name: name });
