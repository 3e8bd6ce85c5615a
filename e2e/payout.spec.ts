import { channel } from "./api";
import { account, dialog, expect, test, visit } from "./people";
import { like, say } from "./words";

const amount = "¥3.21";

test("a leader's money leaves by the hands of two people and her own thumb", async ({ as }) => {
  test.setTimeout(120_000);
  const phone = await as("leader", "phone");
  await visit(phone, "/leader/earnings");
  await phone.getByRole("link", { name: like("settlement.earnings.withdraw") }).click();
  await phone.getByLabel(say("settlement.earnings.amountLabel"), { exact: true }).fill("3.21");
  await phone.getByRole("button", { name: say("settlement.earnings.submit"), exact: true }).click();
  await expect(phone).toHaveURL(/\/leader\/earnings\/withdrawals\/wdr_/);
  const state = phone.getByRole("main");
  await expect(state).toContainText(say("settlement.payouts.states.requested"));

  const maker = await as("financeMaker");
  await test.step("one makes the batch and reads why she cannot approve it", async () => {
    await visit(maker, "/payouts?view=requested");
    const row = maker
      .getByRole("row")
      .filter({ hasText: account("leader").name })
      .filter({ hasText: amount });
    await row.getByRole("checkbox").check();
    const bar = maker.getByRole("region", { name: say("ui.list.bulk") });
    await bar.getByRole("button", { name: say("settlement.payouts.makeBatch"), exact: true }).click();
    await dialog(maker)
      .getByRole("button", { name: say("settlement.payouts.makeVerb") })
      .click();
    await expect(maker).toHaveURL(/\/payouts\/pbt_/);
    await expect(maker.getByText(say("settlement.payouts.approveOwn"))).toBeVisible();
    await expect(maker.getByRole("button", { name: say("settlement.payouts.approve") })).toHaveCount(0);
  });

  const checker = await as("financeChecker");
  await test.step("another approves what he sees, typing the amount, and sends it", async () => {
    await visit(checker, maker.url());
    await expect(checker.getByText(say("settlement.payouts.approveOwn"))).toHaveCount(0);
    for (const [open, verb] of [
      [say("settlement.payouts.approve"), say("settlement.payouts.approveVerb", { amount })],
      [say("settlement.payouts.execute", { amount }), say("settlement.payouts.executeVerb", { amount })],
    ] as const) {
      await checker.getByRole("button", { name: open, exact: true }).click();
      const confirm = dialog(checker).getByRole("button", { name: verb, exact: true });
      await expect(confirm).toBeDisabled();
      await dialog(checker).getByRole("textbox").fill("3");
      await confirm.click();
      await expect(dialog(checker)).toHaveCount(0);
    }
    await expect(checker.getByText(say("settlement.payouts.batchStates.executed"), { exact: true })).toBeVisible();
  });

  await test.step("the leader confirms in WeChat and sees it paid", async () => {
    const confirm = phone.getByRole("heading", { name: say("settlement.earnings.confirmTitle") });
    await expect(confirm).toBeVisible({ timeout: 40_000 });
    const wechat = await phone.context().newPage();
    await wechat.goto(`${channel()}/?openid=openid-leader-1`);
    await wechat.getByRole("button", { name: /^确认收款.*¥3\.21$/ }).click();
    await expect(wechat.getByRole("status")).toContainText(amount);
    await expect(state).toContainText(say("settlement.payouts.states.succeeded"), { timeout: 40_000 });
    await expect(confirm).toHaveCount(0);
  });

  await test.step("the batch names both and stands done", async () => {
    await checker.reload();
    const hands = checker.getByRole("list", { name: say("settlement.hands") });
    await expect(hands).toContainText(account("financeMaker").name);
    await expect(hands).toContainText(account("financeChecker").name);
    const payee = checker.getByRole("region", { name: say("settlement.payouts.payees") }).getByRole("row");
    await expect(payee.filter({ hasText: account("leader").name })).toContainText(
      say("settlement.payouts.states.succeeded"),
    );
  });
});
