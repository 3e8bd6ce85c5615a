import type { Page } from "@playwright/test";
import { expect, test, visit } from "./people";
import { say } from "./words";

/** What the rows of a list add up to, as the list says it: how many, and how much. */
async function rowsOf(desk: Page): Promise<{ count: string; amount: string }> {
  const line = desk.getByRole("status").filter({ hasText: /^共 [\d,]+ 项 · .*合计/ });
  await expect(line).toBeVisible();
  const [, count = "", amount = ""] = /^共 ([\d,]+) 项 · .*?合计 (\S+)$/.exec(await line.innerText()) ?? [];
  return { count, amount };
}

test("a leader's bar in the chart opens the orders behind it, which add up to it; back is the same question", async ({
  as,
}) => {
  const desk = await as("operations");
  await visit(desk, "/analytics?metric=gmvFen&by=leader&compare=none");
  const rows = desk.getByRole("region", { name: `${say("explore.rows")} · ${say("explore.heads.leader")}` });
  const first = rows.getByRole("row").nth(1);
  const [figure, orders] = await Promise.all([
    first.getByRole("cell").nth(1).innerText(),
    first.getByRole("cell").nth(2).innerText(),
  ]);
  await desk.locator(".recharts-bar-rectangle").first().click();
  await expect(desk).toHaveURL(/\/orders\?/);
  expect(await rowsOf(desk)).toEqual({ count: orders, amount: figure });
  await desk.goBack();
  await expect(desk).toHaveURL(/\/analytics\?metric=gmvFen&by=leader&compare=none/);
  await expect(first.getByRole("cell").nth(1)).toHaveText(figure);
});

test("a product's figure on its board opens its order lines, which add up to it", async ({ as }) => {
  const desk = await as("operations");
  await visit(desk, "/analytics/products");
  const figures = desk.getByRole("table").first().getByRole("link", { name: /^¥/ });
  const figure = await figures.first().innerText();
  await figures.first().click();
  await expect(desk).toHaveURL(/\/analytics\/lines\?.*skuId=/);
  expect((await rowsOf(desk)).amount).toBe(figure);
  await desk.goBack();
  await expect(figures.first()).toHaveText(figure);
});
