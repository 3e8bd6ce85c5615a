import type { Page } from "@playwright/test";
import { addDays, clockText, dayOf, later, minute } from "#lib/kernel/time";
import { Refused } from "../lib/server/cast/resident";
import { nearestPoint, neighbour, onSale, place, quote, shopTime } from "./api";
import { dialog, expect, test, visit } from "./people";
import { press, putOnTheShelf } from "./shelf";
import { say } from "./words";

const goods = `冰糖草莓 ${String(Date.now()).slice(-6)}`;
const wall = (at: Date) => `${dayOf(at)}T${clockText(at)}`;

async function fillSlot(desk: Page, slot: { session: string; name: string; from: Date; to: Date }) {
  await visit(desk, `/flash/new?session=${slot.session}`);
  await desk.getByLabel(say("campaigns.name"), { exact: true }).fill(slot.name);
  await desk.getByLabel(say("campaigns.flash.startsAt"), { exact: true }).fill(wall(slot.from));
  await desk.getByLabel(say("campaigns.flash.endsAt"), { exact: true }).fill(wall(slot.to));
  await desk.getByRole("checkbox", { name: goods, exact: true }).check();
  await desk.getByLabel(`${goods} ${say("campaigns.flash.flashPrice")}`).fill("12.90");
  await desk.getByLabel(`${goods} ${say("campaigns.flash.flashQuota")}`).fill("5");
  await desk.getByLabel(`${goods} ${say("campaigns.limit")}`).fill("1");
}

test("a flash sale sells exactly its quota, and no second price can stand beside it", async ({ as }) => {
  test.setTimeout(120_000);
  const desk = await as("merchandiser");
  const at = await shopTime();
  const from = later(new Date(Math.floor(at.getTime() / minute) * minute), -minute);
  await putOnTheShelf(desk, goods);

  const session = await test.step("the merchandiser opens a session with it", async () => {
    await visit(desk, "/sessions/new");
    await desk.getByLabel(say("campaigns.name"), { exact: true }).fill(`加场 ${goods}`);
    await desk.getByLabel(say("campaigns.businessDay"), { exact: true }).fill(addDays(dayOf(at), 1));
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
    return new URL(desk.url()).pathname.split("/").at(-1) ?? "";
  });

  const colleague = await as("operations");
  await test.step("two colleagues fill in overlapping slots; the second is refused with the reason", async () => {
    await fillSlot(colleague, {
      session,
      name: "撞车场",
      from: later(from, 60 * minute),
      to: later(from, 180 * minute),
    });
    await fillSlot(desk, { session, name: "手慢无", from, to: later(from, 120 * minute) });
    await press(desk, say("campaigns.flash.createAndPublish"));
    await expect(desk.getByRole("heading", { name: "手慢无" }).last()).toBeVisible();
    await press(colleague, say("campaigns.flash.createAndPublish"));
    const refusal = colleague.getByRole("note").filter({ hasText: "同一商品、同一城市、同一层只能有一个价格" });
    await expect(refusal).toContainText(goods);
    await expect(refusal).toContainText("手慢无");
  });
  await test.step("a form opened now says so before it is sent", async () => {
    await fillSlot(colleague, {
      session,
      name: "撞车场",
      from: later(from, 60 * minute),
      to: later(from, 180 * minute),
    });
    await expect(colleague.getByRole("note").filter({ hasText: say("campaigns.flash.conflictRule") })).toBeVisible();
    await expect(colleague.getByRole("button", { name: say("campaigns.flash.createAndPublish") })).toBeDisabled();
  });

  const won = await test.step("eight neighbours press at once: five get it", async () => {
    const people = await Promise.all(Array.from({ length: 8 }, (_, i) => neighbour(`flash-${i}`)));
    const [first] = people;
    if (!first) throw new Error("nobody came");
    const point = await nearestPoint(first);
    const [offer] = await onSale(first, point.id, goods);
    expect(offer).toMatchObject({ layer: "flash", price_fen: 1290 });
    const quotes = await Promise.all(people.map((app) => quote(app, point.id, offer?.sku_id ?? "")));
    const answers = await Promise.allSettled(
      people.map((app, i) => place(app, quotes[i]?.orders[0]?.quote_token ?? "", `顾客${i}`)),
    );
    const refused = answers.flatMap((a) => (a.status === "rejected" ? [a.reason] : []));
    expect(refused.every((reason) => reason instanceof Refused && reason.status === 409)).toBe(true);
    expect(refused.map((reason: Refused) => reason.code)).toEqual(Array(3).fill("sold_out"));
    expect(await onSale(first, point.id, goods)).toMatchObject([{ layer: "flash", is_sold_out: true }]);
    const orders = answers.flatMap((a, i) => (a.status === "fulfilled" ? [{ app: people[i], id: a.value.id }] : []));
    await Promise.all(orders.map(({ app, id }) => app?.pay(id)));
    return orders;
  });
  expect(won).toHaveLength(5);

  await test.step("the console shows what was sold", async () => {
    await expect(async () => {
      await desk.goto(`/sessions/${session}`);
      const slot = desk.getByRole("region", { name: "手慢无", exact: true });
      await expect(slot.getByRole("row").filter({ hasText: goods })).toContainText("5 / 5");
    }).toPass({ timeout: 30_000 });
    await desk.goto(`/orders?saleSessionId=${session}`);
    await expect(desk.getByText(say("ui.list.total", { count: 5 }))).toBeVisible();
  });
});
