import { nearestPoint, neighbour, onSale, place, quote } from "./api";
import { expect, test, visit } from "./people";
import { like, say } from "./words";

test("the live board counts an order the moment it is placed, says when it is cut off, and catches up", async ({
  as,
}) => {
  const app = await neighbour("board");
  const point = await nearestPoint(app);
  const offer = (await onSale(app, point.id)).find((one) => one.layer === "session" && !one.is_sold_out);
  const sku = offer?.sku_id ?? "";
  const asked = (await quote(app, point.id, sku)) as { orders: { quote_token: string; campaign_id?: string }[] };
  const [first] = asked.orders;

  const desk = await as("operations");
  await visit(desk, `/sessions/${first?.campaign_id}/live`);
  const board = desk.getByRole("article", { name: say("watch.board.title") });
  await expect(board.getByText(say("watch.board.connected"), { exact: true })).toBeVisible();
  const placed = board.getByText(new RegExp(`^${say("watch.board.placed")} [\\d,]+`));
  const count = async () => Number((await placed.innerText()).replace(/\D+/, "").split(" ")[0]?.replaceAll(",", ""));
  const before = await count();

  await place(app, first?.quote_token ?? "", "看板顾客");
  await expect.poll(count, { timeout: 15_000 }).toBeGreaterThan(before);

  await desk.context().setOffline(true);
  await expect(board.getByText(like("watch.board.lost"))).toBeVisible({ timeout: 30_000 });
  const seen = await count();
  const [second] = (await quote(app, point.id, sku)).orders;
  await place(app, second?.quote_token ?? "", "看板顾客");
  await desk.context().setOffline(false);
  await expect(board.getByText(say("watch.board.connected"), { exact: true })).toBeVisible({ timeout: 30_000 });
  await expect.poll(count, { timeout: 15_000 }).toBeGreaterThan(seen);
});
