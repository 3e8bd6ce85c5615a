import { yuan } from "#lib/kernel/money";
import { nearestPoint, neighbour, onSale, place, quote } from "./api";
import { dialog, expect, test, visit } from "./people";
import { say } from "./words";

test("support finds an order by its tail, looks, opens and gives the money back before the cut-off", async ({ as }) => {
  test.setTimeout(90_000);
  const app = await neighbour("order");
  const point = await nearestPoint(app);
  const [goods] = (await onSale(app, point.id)).filter((o) => o.layer === "session" && !o.is_sold_out);
  const [asked] = (await quote(app, point.id, goods?.sku_id ?? "")).orders;
  const { id } = await place(app, asked?.quote_token ?? "", "苗女士");
  await app.pay(id);
  const no = id.slice(-5).toUpperCase();
  const amount = yuan(asked?.payable_fen ?? 0);
  const desk = await as("support");

  await test.step("search by the tail", async () => {
    await expect.poll(async () => (await app.call("GET", `/orders/${id}`)).state, { timeout: 30_000 }).toBe("paid");
    await visit(desk, "/orders");
    await desk.keyboard.press("/");
    await expect(desk.getByRole("searchbox", { name: say("ui.list.search") })).toBeFocused();
    await desk.keyboard.type(no);
    await desk.keyboard.press("Enter");
    await expect(desk).toHaveURL(new RegExp(`q=${no}`));
    await expect(desk.getByText(say("ui.list.total", { count: 1 }))).toBeVisible();
    await expect(desk.getByRole("row").filter({ hasText: no })).toContainText(say("orders.states.paid"));
  });

  await test.step("Space peeks, Enter opens", async () => {
    await desk.keyboard.press("j");
    await expect(desk.getByRole("row").filter({ hasText: no })).toBeFocused();
    await desk.keyboard.press("Space");
    const peek = desk.getByRole("complementary", { name: say("ui.list.peek") });
    await expect(peek).toContainText("苗女士");
    await expect(peek).toContainText(goods?.name ?? "");
    await desk.keyboard.press("Enter");
    await expect(desk).toHaveURL(new RegExp(`/orders/${id}$`));
    await expect(desk.getByRole("heading", { name: no, level: 1 })).toBeVisible();
  });

  await test.step("cancelling needs a reason and names the amount", async () => {
    await desk.getByRole("button", { name: say("orders.cancel"), exact: true }).click();
    await dialog(desk)
      .getByRole("button", { name: say("orders.cancelVerb", { amount }) })
      .click();
    await expect(dialog(desk).getByLabel(say("ui.confirm.reason"))).toHaveAttribute("aria-invalid", "true");
    await dialog(desk).getByLabel(say("ui.confirm.reason")).fill("顾客来电，买错了");
    await dialog(desk)
      .getByRole("button", { name: say("orders.cancelVerb", { amount }) })
      .click();
    await expect(desk.getByText(say("orders.cancelDone"))).toBeVisible();
    await expect(desk.getByText(say("orders.states.cancelled"), { exact: true })).toBeVisible();
    await expect(desk.getByText("顾客来电，买错了")).toBeVisible();
  });

  await test.step("the refund arrives and the books agree to the fen", async () => {
    const refund = desk
      .getByRole("region", { name: say("orders.refunds"), exact: true })
      .getByRole("row")
      .last();
    await expect(async () => {
      await desk.reload();
      await expect(refund).toContainText(say("orders.refundStates.success"));
    }).toPass({ timeout: 30_000 });
    await expect(refund).toContainText(say("orders.refundCauses.cancel"));
    await expect(refund).toContainText(amount);
    await expect(desk.getByText(say("orders.difference", { amount: "¥0.00" }))).toBeVisible();
  });
});
