import { MiniProgram } from "../lib/server/cast/resident";
import { channel } from "./api";
import { account, alive, expect, test } from "./people";
import { say } from "./words";

test("support has no key to the payouts", async ({ as }) => {
  const desk = await as("support");
  await desk.goto("/payouts");
  await expect(desk.getByRole("heading", { name: say("ui.problem.forbidden") })).toBeVisible();
  await expect(desk.getByRole("heading", { name: say("settlement.payouts.title") })).toHaveCount(0);
  await expect(desk.getByRole("navigation").getByRole("link", { name: say("shell.nav.payouts") })).toHaveCount(0);
  await expect(desk.getByRole("navigation").getByRole("link", { name: say("shell.nav.orders") })).toBeVisible();
});

test("a supplier who opens the operators' orders lands at home", async ({ as }) => {
  const portal = await as("supplierOwner");
  await portal.goto("/orders");
  await expect(portal).toHaveURL(/\/supplier$/);
});

test("a leader reads her own earnings, never another leader's", async ({ as }) => {
  const phone = await as("leader", "phone");
  await phone.goto("/leader/earnings/lines");
  await phone.getByRole("main").getByRole("listitem").getByRole("link").first().click();
  await expect(phone.getByRole("heading", { name: say("settlement.earnings.lineTitle") }).first()).toBeVisible();

  const other = new MiniProgram(String(process.env.E2E_BASE_URL), channel(), "openid-leader-2");
  await other.signIn();
  const { data } = await other.call<{ data: { line_id: string }[] }>("GET", "/leader/earnings?limit=1");
  expect(data).toHaveLength(1);
  await phone.goto(`/leader/earnings/lines/${data[0]?.line_id}`);
  await expect(phone.getByRole("heading", { name: say("ui.problem.notFound") })).toBeVisible();
  await expect(phone.getByText(say("settlement.earnings.baseLabel"))).toHaveCount(0);
});

test("whoever is not signed in is asked to, and comes back to where they were going", async ({ guest }) => {
  const desk = await guest();
  await desk.goto("/orders?view=toPick");
  await expect(desk).toHaveURL(/\/sign-in\?next=/);
  await alive(desk);
  const { login, password } = account("support");
  await desk.getByLabel(say("identity.signIn.email"), { exact: true }).fill(login);
  const field = desk.locator("input[name=password]");
  await field.fill("not-the-password");
  await desk.getByRole("button", { name: say("identity.signIn.submit"), exact: true }).click();
  await expect(desk.getByText("账号或密码不对。")).toBeVisible();
  await field.fill(password ?? "");
  await desk.getByRole("button", { name: say("identity.signIn.submit"), exact: true }).click();
  await expect(desk).toHaveURL(/\/orders\?view=toPick$/);
  await expect(desk.getByRole("heading", { name: say("orders.title"), level: 1 })).toBeVisible();
});
