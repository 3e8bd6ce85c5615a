import { addDays, clockText, dayOf, later, minute } from "#lib/kernel/time";
import { nearestPoint, neighbour, onSale, place, quote, shopTime } from "./api";
import { dialog, expect, test, visit } from "./people";
import { press, putOnTheShelf } from "./shelf";
import { say } from "./words";

const goods = `薄利脐橙 ${String(Date.now()).slice(-6)}`;
const wall = (at: Date) => `${dayOf(at)}T${clockText(at)}`;

test("a price under the margin rule waits for a second person, sells when she agrees, and ends when somebody says so", async ({
  as,
}) => {
  test.setTimeout(150_000);
  const desk = await as("merchandiser");
  const at = await shopTime();
  const from = later(new Date(Math.floor(at.getTime() / minute) * minute), -minute);
  await putOnTheShelf(desk, goods);

  await test.step("the merchandiser opens a session with it", async () => {
    await visit(desk, `/sessions/new?day=${addDays(dayOf(at), 2)}`);
    await desk.getByLabel(say("campaigns.name"), { exact: true }).fill(`复核 ${goods}`);
    await desk.getByLabel(say("campaigns.opensAt"), { exact: true }).fill(wall(from));
    await desk.getByLabel(say("campaigns.cutoffAt"), { exact: true }).fill(wall(later(from, 360 * minute)));
    await press(desk, say("campaigns.create"));
    await press(desk, say("campaigns.addItems"));
    await dialog(desk).getByRole("searchbox").fill(goods);
    await dialog(desk)
      .getByRole("checkbox", { name: new RegExp(goods) })
      .check();
    await dialog(desk)
      .getByRole("button", { name: `${say("campaigns.addItemsSubmit")} 1` })
      .click();
    await press(desk, say("campaigns.publish"));
    await press(desk, say("campaigns.publishVerb", { items: 1 }));
    await expect(desk.getByText(say("campaigns.phases.live"), { exact: true })).toBeVisible();
  });
  const session = new URL(desk.url()).pathname.split("/").at(-1) ?? "";

  const name = `薄利场 ${goods.slice(-6)}`;
  await test.step("she puts it on flash sale at next to no margin: it is sent to a colleague instead", async () => {
    await visit(desk, `/flash/new?session=${session}`);
    await desk.getByLabel(say("campaigns.name"), { exact: true }).fill(name);
    await desk.getByLabel(say("campaigns.flash.startsAt"), { exact: true }).fill(wall(from));
    await desk.getByLabel(say("campaigns.flash.endsAt"), { exact: true }).fill(wall(later(from, 120 * minute)));
    await desk.getByRole("checkbox", { name: goods, exact: true }).check();
    await desk.getByLabel(`${goods} ${say("campaigns.flash.flashPrice")}`).fill("10.50");
    await desk.getByLabel(`${goods} ${say("campaigns.flash.flashQuota")}`).fill("5");
    await press(desk, say("campaigns.flash.createAndPublish"));
    await expect(desk.getByRole("heading", { name }).last()).toBeVisible();
    await desk.goto("/flash/list?view=inReview");
    await desk.getByRole("link", { name, exact: true }).click();
    await expect(desk.getByText(say("campaigns.slotPhases.inReview"), { exact: true }).first()).toBeVisible();
    await expect(desk.getByRole("button", { name: say("planning.review.approve") })).toHaveCount(0);
  });

  const colleague = await as("operations");
  await test.step("the colleague finds it where work waits, and agrees with the keyboard alone", async () => {
    await visit(colleague, "/flash/list?view=inReview");
    await colleague.getByRole("link", { name, exact: true }).click();
    await colleague.getByRole("button", { name: say("planning.review.approve"), exact: true }).focus();
    await colleague.keyboard.press("Enter");
    await dialog(colleague)
      .getByRole("button", { name: say("planning.review.approve"), exact: true })
      .focus();
    await colleague.keyboard.press("Enter");
    await expect(colleague.getByText(say("campaigns.slotPhases.live"), { exact: true }).first()).toBeVisible();
  });

  const app = await neighbour("review");
  const point = await nearestPoint(app);
  await test.step("it sells at the agreed price, and the desk sees it", async () => {
    const [offer] = await onSale(app, point.id, goods);
    expect(offer).toMatchObject({ layer: "flash", price_fen: 1050 });
    const asked = await quote(app, point.id, offer?.sku_id ?? "");
    const { id } = await place(app, asked.orders[0]?.quote_token ?? "", "薄利顾客");
    await app.pay(id);
    await expect(async () => {
      await desk.reload();
      await expect(desk.getByRole("row").filter({ hasText: goods }).first()).toContainText("1 / 5");
    }).toPass({ timeout: 30_000 });
  });

  await test.step("ended now, the session's price holds again and what was not sold is back in it", async () => {
    await desk.getByRole("button", { name: say("ui.record.more"), exact: true }).click();
    await desk.getByRole("menuitem", { name: say("planning.hold.end"), exact: true }).click();
    await dialog(desk).getByRole("textbox").fill("价格到位了");
    await dialog(desk)
      .getByRole("button", { name: say("planning.hold.end"), exact: true })
      .click();
    await expect(desk.getByText(say("campaigns.slotPhases.ended"), { exact: true }).first()).toBeVisible();
    expect(await onSale(app, point.id, goods)).toMatchObject([{ layer: "session", price_fen: 1990 }]);
  });
});
