import type { Page } from "@playwright/test";
import { account, alive, expect, test } from "./people";
import { like, say } from "./words";

const leader = account("leader");

/** The code the SMS carried, from the outbox that stands in for a provider. */
async function codeSentTo(name: string, desk: Page): Promise<string> {
  await desk.goto("/messages");
  const message = desk.getByRole("row").filter({ hasText: name }).filter({ hasText: "验证码" }).first();
  return (await message.innerText()).match(/验证码 (\d{6})/)?.[1] ?? "";
}

/** Until the goods stand at the point there is nobody to serve: before the van's hour she takes them in herself. */
async function takeInGoods(phone: Page) {
  await expect(phone.getByRole("heading", { name: say("fulfilment.leaderToday.uncollected") })).toBeVisible();
  if (!(await phone.getByText(say("fulfilment.leaderToday.allCollected")).isVisible())) return;
  const arrived = phone.getByRole("button", { name: say("fulfilment.leaderToday.arrived"), exact: true });
  const toSign = phone.getByRole("link", { name: like("fulfilment.leaderToday.sign") });
  await arrived.or(toSign).first().click();
  await phone.getByRole("button", { name: like("fulfilment.signPage.submit") }).click();
  await expect(phone).toHaveURL(/\/leader$/);
}

test("a leader signs in by code on her phone and hands a bag over, exactly once", async ({ guest, as }) => {
  test.setTimeout(120_000);
  const phone = await guest("phone");
  const desk = await as("support");

  await test.step("she signs in with the code of the SMS", async () => {
    await phone.goto("/leader");
    await expect(phone).toHaveURL(/\/sign-in\?next=/);
    await alive(phone);
    await phone.getByRole("tab", { name: say("identity.signIn.sms") }).click();
    await phone.getByLabel(say("identity.signIn.phone")).fill(leader.login);
    await phone.getByRole("button", { name: say("identity.signIn.getCode") }).click();
    await expect(phone.getByRole("status").filter({ hasText: say("identity.signIn.codeOutbox") })).toBeVisible();
    await phone.getByLabel(say("identity.signIn.code"), { exact: true }).fill(await codeSentTo(leader.name, desk));
    await phone.getByRole("button", { name: say("identity.signIn.submit"), exact: true }).click();
    await expect(phone).toHaveURL(/\/leader$/);
    await alive(phone);
    await expect(phone.getByRole("heading", { name: say("fulfilment.leaderToday.title"), level: 1 })).toBeVisible();
  });

  await takeInGoods(phone);
  await phone.getByRole("link", { name: say("fulfilment.leaderToday.verify") }).click();
  await expect(phone.getByRole("heading", { name: say("fulfilment.pickup.title"), level: 1 })).toBeVisible();
  const first = phone.getByRole("main").getByRole("listitem").getByRole("button").first();
  const tail = (await first.innerText()).match(/尾号 (\d{4})/)?.[1] ?? "";
  expect(tail, "somebody waits at the point").toMatch(/^\d{4}$/);

  const code = await test.step("the neighbour's code, as support reads it on the order", async () => {
    await desk.goto(`/orders?view=toPick&q=${tail}`);
    const order = desk.getByRole("row").filter({ hasText: say("orders.states.arrived") });
    await order.last().getByRole("link").first().click();
    const fact = desk.locator("dt", { hasText: say("orders.code") }).locator("xpath=following-sibling::dd[1]");
    return (await fact.innerText()).slice(0, 6);
  });
  expect(code).toMatch(/^\d{6}$/);

  await test.step("she types it, sees the goods and hands them over", async () => {
    await phone.getByRole("searchbox", { name: say("fulfilment.pickup.search") }).fill(code);
    await phone.getByRole("button", { name: like("fulfilment.pickup.give") }).click();
    const answer = phone.getByRole("status").filter({ hasText: tail });
    await expect(answer.getByRole("heading", { name: like("fulfilment.pickup.done") })).toBeVisible();
    await expect(answer).not.toContainText(say("fulfilment.pickup.queued"));
    await phone.getByRole("button", { name: say("fulfilment.pickup.next") }).click();
  });

  await test.step("the same code opens nothing a second time", async () => {
    await phone.getByRole("searchbox", { name: say("fulfilment.pickup.search") }).fill(code);
    await expect(phone.getByText(say("fulfilment.pickup.notFound", { q: code }))).toBeVisible();
    await phone.getByRole("button", { name: say("fulfilment.pickup.searchAll") }).click();
    await expect(phone.getByRole("button", { name: say("fulfilment.pickup.searchAll") })).toHaveCount(0);
    await expect(phone.getByRole("button", { name: like("fulfilment.pickup.give") })).toHaveCount(0);
    await desk.reload();
    await expect(desk.getByRole("region", { name: say("orders.lines"), exact: true }).first()).toContainText(/已提 \d/);
  });
});
