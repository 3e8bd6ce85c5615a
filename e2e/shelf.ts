import type { Page } from "@playwright/test";
import { expect, visit } from "./people";
import { say } from "./words";

export const press = (page: Page, name: string | RegExp) => page.getByRole("button", { name, exact: true }).click();

/** The merchandiser types a product, approves it, prices it and lists it. */
export async function putOnTheShelf(desk: Page, goods: string) {
  await visit(desk, "/products/new");
  await desk.getByLabel(say("catalog.fields.supplier"), { exact: true }).selectOption({ index: 1 });
  await desk.getByLabel(say("catalog.fields.category"), { exact: true }).selectOption({ index: 1 });
  await desk.getByLabel(say("catalog.fields.name"), { exact: true }).fill(goods);
  await desk.getByLabel(say("catalog.fields.spec"), { exact: true }).fill("500 g");
  await desk.getByLabel(say("catalog.fields.supply"), { exact: true }).fill("10.00");
  await desk.getByLabel(new RegExp(`^${say("catalog.fields.quota")}`)).fill("40");
  await press(desk, say("catalog.create"));
  await press(desk, say("catalog.actions.approve"));
  await desk.getByLabel(say("catalog.fields.sale"), { exact: true }).fill("19.90");
  await press(desk, say("catalog.pricing.submit"));
  await press(desk, say("catalog.actions.list"));
  await expect(desk.getByRole("button", { name: say("catalog.actions.unlist") })).toBeVisible();
}
