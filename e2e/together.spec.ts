import type { Page } from "@playwright/test";
import { account, dialog, expect, test, visit } from "./people";
import { like, say } from "./words";

const field = (page: Page, key: "name" | "address" | "opensAt") => dialog(page).getByLabel(say(`pickup.${key}`));
const save = (page: Page) =>
  dialog(page)
    .getByRole("button", { name: say("pickup.save") })
    .click();

async function openFields(page: Page, path: string) {
  await visit(page, path);
  await page.keyboard.press("e");
  await expect(field(page, "name")).toBeVisible();
}

test("two people edit one pickup point: the second sees who changed what, keeps what she typed, and chooses", async ({
  as,
}) => {
  const [desk, other] = [await as("administrator"), await as("operations")];
  await visit(desk, "/points");
  const path = (await desk.locator('main tbody a[href^="/points/"]').first().getAttribute("href")) ?? "";
  await openFields(desk, path);
  const before = {
    name: await field(desk, "name").inputValue(),
    address: await field(desk, "address").inputValue(),
    opensAt: await field(desk, "opensAt").inputValue(),
  };

  await test.step("the colleague is quicker", async () => {
    await openFields(other, path);
    await field(other, "address").fill("和平路 1 号西门");
    await field(other, "opensAt").fill("15:30");
    await save(other);
    await expect(dialog(other)).toHaveCount(0);
  });

  await test.step("the second is told who changed what; nothing she typed is lost", async () => {
    await field(desk, "name").fill(`${before.name}南`);
    await field(desk, "address").fill("和平路 1 号东门");
    await save(desk);
    await expect(dialog(desk).getByText(say("ui.merge.title"))).toBeVisible();
    await expect(dialog(desk).getByText(account("operations").name).first()).toBeVisible();
    await expect(dialog(desk).getByText(say("ui.merge.taken", { fields: say("pickup.opensAt") }))).toBeVisible();
    await expect(field(desk, "opensAt")).toHaveValue("15:30");
    await expect(field(desk, "name")).toHaveValue(`${before.name}南`);
    await expect(field(desk, "address")).toHaveValue("和平路 1 号东门");
  });

  await test.step("of what both changed she takes the colleague's, and saves the rest as her own", async () => {
    await dialog(desk)
      .getByRole("button", { name: `${say("ui.merge.theirs")} 和平路 1 号西门` })
      .click();
    await save(desk);
    await expect(dialog(desk)).toHaveCount(0);
    await openFields(desk, path);
    await expect(field(desk, "name")).toHaveValue(`${before.name}南`);
    await expect(field(desk, "address")).toHaveValue("和平路 1 号西门");
    await expect(field(desk, "opensAt")).toHaveValue("15:30");
  });

  await test.step("the point is as it was", async () => {
    for (const key of ["name", "address", "opensAt"] as const) await field(desk, key).fill(before[key]);
    await save(desk);
    await expect(dialog(desk)).toHaveCount(0);
    await expect(desk.getByRole("heading", { level: 1, name: before.name, exact: true })).toBeVisible();
  });
});

test("a colleague named in a comment hears it from her bell, and the bell opens the record", async ({ as }) => {
  const [desk, other] = [await as("support"), await as("operations")];
  const { name } = account("operations");
  const text = `请看一下 ${Date.now() % 100_000}`;
  await visit(other, "/today");
  await visit(desk, "/orders");
  await desk.locator('main tbody a[href^="/orders/"]').first().click();
  await expect(desk).toHaveURL(/\/orders\/ord_/);
  const box = desk.getByLabel(say("ui.timeline.comment"));
  await box.fill(`${text} @${name.slice(0, 1)}`);
  await desk.getByRole("option", { name, exact: true }).click();
  await desk.keyboard.press("ControlOrMeta+Enter");
  await expect(desk.getByText(`${text} @${name}`)).toBeVisible();

  const bell = other.getByRole("button", { name: like("shell.noticesCount") });
  await expect(bell).toBeVisible();
  await bell.click();
  const line = dialog(other).getByRole("link", { name: text });
  await dialog(other)
    .getByRole("button", { name: say("notices.views.needs") })
    .click();
  await expect(line).toContainText(account("support").name);
  await line.click();
  await expect(other).toHaveURL(new URL(desk.url()).pathname);
  await expect(other.getByRole("main").getByText(`${text} @${name}`)).toBeVisible();
});
