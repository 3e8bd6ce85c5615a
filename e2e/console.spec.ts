import { readFile } from "node:fs/promises";
import type { Locator, Page } from "@playwright/test";
import { nearestPoint, neighbour, onSale, place, quote } from "./api";
import { dialog, expect, test, visit } from "./people";
import { say } from "./words";

test("support finds a neighbour's order by the tail of her phone from anywhere, with the keyboard alone", async ({
  as,
}) => {
  const app = await neighbour("palette");
  const point = await nearestPoint(app);
  const [goods] = (await onSale(app, point.id)).filter((o) => o.layer === "session" && !o.is_sold_out);
  const [asked] = (await quote(app, point.id, goods?.sku_id ?? "")).orders;
  const { id } = await place(app, asked?.quote_token ?? "", "温女士");
  const { phone } = await app.call<{ phone: string }>("GET", "/me");
  const desk = await as("support");
  await visit(desk, "/today");
  await desk.keyboard.press("ControlOrMeta+k");
  await expect(dialog(desk)).toBeVisible();
  await desk.keyboard.type(phone.slice(-4));
  const found = desk.getByRole("option").filter({ hasText: id.slice(-5).toUpperCase() });
  await expect(found.first()).toBeVisible();
  for (let i = 0; i < 12 && (await found.first().getAttribute("aria-selected")) !== "true"; i++)
    await desk.keyboard.press("ArrowDown");
  await desk.keyboard.press("Enter");
  await expect(desk).toHaveURL(new RegExp(`/orders/${id}`));
});

test("a question is built, kept for the team, and opened by a colleague who sees what she may", async ({ as }) => {
  test.setTimeout(90_000);
  const desk = await as("operations");
  const name = `大额订单 ${Date.now() % 10_000}`;
  await test.step("by mouse: a condition on the amount", async () => {
    await visit(desk, "/orders");
    await desk.getByRole("button", { name: say("ui.list.where.open"), exact: true }).click();
    const box = desk.getByRole("form", { name: say("ui.list.where.title") });
    await box.getByLabel(say("ui.list.where.field")).selectOption({ label: say("orders.payable") });
    await box.getByLabel(say("ui.list.where.op")).selectOption({ label: say("ui.list.where.ops.gte") });
    await box.getByLabel(say("ui.list.where.value")).fill("50");
    await box.getByRole("button", { name: say("ui.list.where.apply") }).click();
    await expect(desk).toHaveURL(/where=payableFen\.gte\.5000/);
  });
  const count = await desk
    .getByText(/^共 [\d,]+ 项/)
    .first()
    .innerText();
  await test.step("kept for the team", async () => {
    await desk.getByRole("button", { name: say("ui.list.view.add") }).click();
    await dialog(desk).getByLabel(say("ui.list.view.name")).fill(name);
    await dialog(desk).getByText(say("ui.list.view.scopeTeam"), { exact: true }).click();
    await dialog(desk)
      .getByRole("button", { name: say("ui.list.view.submit") })
      .click();
    await expect(desk).toHaveURL(/saved=/, { timeout: 20_000 });
    await expect(desk.getByRole("navigation", { name: say("ui.list.views") }).getByText(name)).toBeVisible();
  });
  await test.step("the colleague finds the view on her own list, and the link shows her the same", async () => {
    const other = await as("support");
    await visit(other, "/orders");
    await other
      .getByRole("navigation", { name: say("ui.list.views") })
      .getByText(name)
      .click();
    await expect(other).toHaveURL(/where=payableFen\.gte\.5000/);
    await expect(other.getByText(count.split(" · ")[0] ?? "").first()).toBeVisible();
    await visit(other, new URL(desk.url()).pathname + new URL(desk.url()).search);
    await expect(other.getByText(count.split(" · ")[0] ?? "").first()).toBeVisible();
  });
  await test.step("a driver, who may not see orders, is not let in by the link", async () => {
    const driver = await as("driver");
    await driver.goto(new URL(desk.url()).pathname + new URL(desk.url()).search);
    await expect(driver.getByRole("table")).toHaveCount(0);
  });
  await test.step("a link with what this list does not know says so and shows the rest", async () => {
    await visit(desk, "/orders?where=nothing.is.1&colour=red&after=%00");
    await expect(desk.getByText("colour", { exact: false })).toBeVisible();
    await expect(desk.getByRole("table").first()).toBeVisible();
  });
});

test("products are taken off sale in one go: those that cannot are named, and it is taken back", async ({ as }) => {
  test.setTimeout(90_000);
  const desk = await as("merchandiser");
  const onSaleNow = async () => {
    await visit(desk, "/products?view=listed");
    return desk
      .getByText(/^共 [\d,]+ 项/)
      .first()
      .innerText();
  };
  const before = await onSaleNow();
  await visit(desk, "/products?view=all");
  await desk.getByRole("checkbox", { name: say("ui.list.selectPage") }).check();
  const floating = desk.getByRole("region", { name: say("ui.list.bulk") });
  await test.step("everything that matches, not only this page", async () => {
    await floating.getByRole("button", { name: /^选择全部/ }).click();
    await floating.getByRole("button", { name: `${say("catalog.actions.unlist")}…` }).click();
    await expect(dialog(desk).getByRole("status")).toContainText("跳过");
    await expect(dialog(desk).getByRole("status")).toContainText("项会变更");
  });
  await test.step("confirmed, done, and a file says what became of each", async () => {
    await dialog(desk)
      .getByRole("button", { name: new RegExp(`^${say("catalog.actions.unlist")} [\\d,]+ 项$`) })
      .click();
    await expect(dialog(desk).getByText(/项已变更/)).toBeVisible({ timeout: 40_000 });
    const [file] = await Promise.all([
      desk.waitForEvent("download"),
      dialog(desk).getByRole("link", { name: /下载/ }).click(),
    ]);
    const text = await readFile((await file.path()) ?? "", "utf8");
    expect(text.split("\r\n").length).toBeGreaterThan(20);
  });
  await test.step("taken back", async () => {
    await dialog(desk)
      .getByRole("button", { name: say("ui.list.run.undo") })
      .click();
    await expect(dialog(desk).getByText(say("ui.list.run.undone"), { exact: false }).first()).toBeVisible({
      timeout: 40_000,
    });
    await dialog(desk)
      .getByRole("button", { name: say("ui.actions.close") })
      .first()
      .click();
    expect(await onSaleNow()).toBe(before);
  });
});

test("a list is exported as it is shown, and the file holds just these rows", async ({ as }) => {
  const desk = await as("operations");
  await visit(desk, "/orders?view=done");
  const shown = Number(
    (
      await desk
        .getByText(/^共 [\d,]+ 项/)
        .first()
        .innerText()
    )
      .replace(/^共 ([\d,]+) 项.*$/, "$1")
      .replaceAll(",", ""),
  );
  await desk.keyboard.press("e");
  await dialog(desk)
    .getByRole("button", { name: say("ui.list.export.start") })
    .click();
  const link = dialog(desk).getByRole("link", { name: /下载/ });
  await expect(link).toBeVisible({ timeout: 40_000 });
  const [file] = await Promise.all([desk.waitForEvent("download"), link.click()]);
  const text = await readFile((await file.path()) ?? "", "utf8");
  expect(text.startsWith("\uFEFF")).toBe(true);
  const lines = text.trimEnd().split("\r\n");
  expect(lines.length - 1).toBe(shown);
  expect(lines[0]).toContain(say("orders.no"));
});

/** Tab, or Shift+Tab, until a control has the focus, as somebody without a mouse gets there. */
async function tabTo(page: Page, to: Locator, key: "Tab" | "Shift+Tab" = "Tab") {
  await expect(to).toBeVisible();
  for (let i = 0; i < 80; i++) {
    if (await to.evaluate((one) => one === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  await expect(to).toBeFocused();
}

/** Arrow down a select that has the focus until it says the word. */
async function arrowTo(page: Page, select: Locator, word: string) {
  for (let i = 0; i < 40; i++) {
    await expect(select).toBeFocused();
    if ((await select.evaluate((one: HTMLSelectElement) => one.selectedOptions[0]?.label)) === word) return;
    await page.keyboard.press("ArrowDown");
  }
  throw new Error(`${word} is not offered`);
}

test("without a mouse: a question is asked, kept as a view, found again and dropped", async ({ as }) => {
  test.setTimeout(90_000);
  const desk = await as("operations");
  const name = `键盘 ${Date.now() % 10_000}`;
  const tabs = desk.getByRole("navigation", { name: say("ui.list.views") });
  await visit(desk, "/orders");
  await test.step("f opens the conditions; Enter applies them", async () => {
    await desk.keyboard.press("f");
    const box = desk.getByRole("form", { name: say("ui.list.where.title") });
    await arrowTo(desk, box.getByLabel(say("ui.list.where.field")), say("orders.payable"));
    await desk.keyboard.press("Tab");
    await arrowTo(desk, box.getByLabel(say("ui.list.where.op")), say("ui.list.where.ops.lte"));
    await desk.keyboard.press("Tab");
    await desk.keyboard.type("30.5");
    await desk.keyboard.press("Enter");
    await expect(desk).toHaveURL(/where=payableFen\.lte\.3050/);
    await expect(box).toHaveCount(0);
  });
  await test.step("kept under a name", async () => {
    await tabTo(desk, desk.getByRole("button", { name: say("ui.list.view.add") }), "Shift+Tab");
    await desk.keyboard.press("Enter");
    await expect(dialog(desk).getByLabel(say("ui.list.view.name"))).toBeFocused();
    await desk.keyboard.type(name);
    await desk.keyboard.press("Enter");
    await expect(desk).toHaveURL(/saved=/, { timeout: 20_000 });
  });
  await test.step("found again from the plain list", async () => {
    await visit(desk, "/orders");
    await tabTo(desk, tabs.getByRole("link", { name }));
    await desk.keyboard.press("Enter");
    await expect(desk).toHaveURL(/where=payableFen\.lte\.3050/);
    await expect(tabs.getByRole("link", { name })).toHaveAttribute("aria-current", "page");
  });
  await test.step("dropped", async () => {
    await tabTo(desk, desk.getByRole("button", { name: say("ui.list.view.actions") }));
    await desk.keyboard.press("Enter");
    const drop = desk.getByRole("menuitem", { name: say("ui.list.view.drop") });
    await expect(drop).toBeVisible();
    await desk.keyboard.press("End");
    await expect(drop).toBeFocused();
    await desk.keyboard.press("Enter");
    await tabTo(desk, desk.getByRole("button", { name: say("ui.list.view.dropVerb"), exact: true }));
    await desk.keyboard.press("Enter");
    await expect(tabs.getByText(name)).toHaveCount(0);
  });
});

test("without a mouse: rows are chosen up to the dry run, and Escape leaves everything as it was", async ({ as }) => {
  const desk = await as("merchandiser");
  await visit(desk, "/products?view=listed");
  const floating = desk.getByRole("region", { name: say("ui.list.bulk") });
  for (const key of ["j", "x", "j", "j", "Shift+X"]) await desk.keyboard.press(key);
  await expect(floating).toContainText(say("ui.list.selected", { count: 3 }));
  await tabTo(desk, floating.getByRole("button", { name: `${say("catalog.actions.unlist")}…` }));
  await desk.keyboard.press("Enter");
  await expect(dialog(desk).getByRole("status")).toContainText("3 项");
  await desk.keyboard.press("Escape");
  await expect(dialog(desk)).toHaveCount(0);
  await expect(floating).toContainText(say("ui.list.selected", { count: 3 }));
  await desk.keyboard.press("Escape");
  await expect(floating).toHaveCount(0);
});
