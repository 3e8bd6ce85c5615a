import type { Page } from "@playwright/test";
import { alive, dialog, expect, test, visit } from "./people";
import { like, say } from "./words";

const run = String(Date.now()).slice(-8);
const farmer = `周家岭蒋${run}`;

/** An identity number with a right check character (GB 11643) that nobody has used. */
function identityNumber(): string {
  const body = `33010619${60 + (Number(run) % 30)}0${1 + (Number(run) % 9)}1${run.slice(0, 1)}${run.slice(1, 4)}`;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  return body + "10X98765432"[weights.reduce((sum, w, i) => sum + w * Number(body[i]), 0) % 11];
}

async function fill(page: Page, facts: Record<string, string>) {
  for (const [label, value] of Object.entries(facts)) {
    const field = page.getByLabel(label, { exact: true });
    await field.fill(value);
    await Promise.all([page.waitForResponse((answer) => answer.request().method() === "POST"), field.blur()]);
  }
}
const next = (page: Page, step: string) =>
  page.getByRole("button", { name: say("suppliers.apply.next", { step }), exact: true }).click();
const card = (page: Page, title: string) =>
  page.locator("section").filter({ has: page.getByRole("heading", { name: title, exact: true }) });
const verdict = (page: Page, item: string, word: "ok" | "fix") =>
  page
    .getByRole("group", { name: say("suppliers.review.pick", { name: item }), exact: true })
    .getByRole("button", { name: say(`suppliers.review.${word}`), exact: true });

test("a farmer applies on a phone, mends what was returned and becomes a supplier", async ({ guest, as }) => {
  test.setTimeout(120_000);
  const phone = await guest("phone");
  await visit(phone, "/apply");
  await phone.getByRole("radio", { name: say("suppliers.subjectTypes.farmer") }).check();
  await phone.getByRole("button", { name: say("suppliers.apply.start") }).click();
  await expect(phone).toHaveURL(/\/apply\/[\w-]{16,}/);

  await test.step("five short steps, each field saved as it is left", async () => {
    await fill(phone, {
      [say("suppliers.farmerName")]: farmer,
      [say("suppliers.fields.identityNumber")]: identityNumber(),
      [say("suppliers.fields.address")]: "周家岭",
      [say("suppliers.fields.contactName")]: farmer,
      [say("suppliers.fields.phone")]: `136${run}`,
    });
    await phone.reload();
    await alive(phone);
    await expect(phone.getByLabel(say("suppliers.fields.address"), { exact: true })).toHaveValue("周家岭");
    await next(phone, say("suppliers.apply.steps.papers"));
    for (const paper of ["identityCard", "originProof"] as const) {
      const title = say(`suppliers.documents.${paper}`);
      const photo = { name: `${paper}.png`, mimeType: "image/png", buffer: await phone.screenshot() };
      await phone.getByLabel(`${say("suppliers.apply.shoot")} ${title}`).setInputFiles(photo);
      await expect(card(phone, title)).toContainText(say("suppliers.apply.uploaded"));
    }
    await next(phone, say("suppliers.apply.steps.account"));
    await fill(phone, {
      [say("suppliers.fields.bankHolder")]: farmer,
      [say("suppliers.fields.bankName")]: "云溪农村商业银行周家岭支行",
      [say("suppliers.fields.bankAccount")]: `62284800${run}`,
    });
    await next(phone, say("suppliers.apply.steps.goods"));
    await card(phone, say("suppliers.fields.categoryIds")).getByRole("checkbox").first().check();
    await card(phone, say("suppliers.fields.cityIds")).getByRole("checkbox").first().check();
    await fill(phone, { [say("suppliers.fields.goods")]: "时令青菜，日供 200 份" });
    await expect(phone.getByText(say("suppliers.apply.complete"))).toBeVisible();
    await next(phone, say("suppliers.apply.steps.agreement"));
    await phone.getByLabel(say("suppliers.apply.agree")).check();
    await phone.getByRole("button", { name: say("suppliers.apply.submit") }).click();
    await expect(phone.getByText(say("suppliers.applicationStates.submitted"), { exact: true })).toBeVisible();
  });

  const desk = await as("merchandiser");
  const address = say("suppliers.fields.address");
  const review =
    await test.step("the merchandiser judges item by item and returns the address with a reason", async () => {
      await desk.goto(`/suppliers/applications?q=${encodeURIComponent(farmer)}`);
      await desk.getByRole("link", { name: farmer }).click();
      const items = desk.getByRole("region", { name: say("suppliers.review.verdicts") });
      await expect(items).toBeVisible();
      const names = await items
        .getByRole("group")
        .evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")));
      expect(names.length).toBeGreaterThan(10);
      for (const name of names.filter((one) => one !== say("suppliers.review.pick", { name: address }))) {
        const ok = items
          .getByRole("group", { name: name ?? "", exact: true })
          .getByRole("button")
          .first();
        await ok.click();
        await expect(ok).toHaveAttribute("aria-pressed", "true");
      }
      const { pathname } = new URL(desk.url());
      await verdict(desk, address, "fix").click();
      await items.getByRole("button", { name: "地址不完整", exact: true }).click();
      await desk.getByRole("button", { name: say("suppliers.review.return", { count: 1 }) }).click();
      await dialog(desk)
        .getByRole("button", { name: say("suppliers.review.return", { count: 1 }) })
        .click();
      await expect(desk).toHaveURL(/\/suppliers\/applications$/);
      return pathname;
    });

  await test.step("the farmer mends only what was marked", async () => {
    await phone.reload();
    await alive(phone);
    await expect(phone.getByText(say("suppliers.apply.askedTitle", { count: 1 }))).toBeVisible();
    await expect(phone.getByText(say("suppliers.apply.reason", { reason: "地址不完整" }))).toBeVisible();
    await expect(phone.getByRole("textbox")).toHaveCount(1);
    await fill(phone, { [address]: "云溪市周家岭村 21 号" });
    await phone.getByLabel(say("suppliers.apply.agree")).check();
    await phone.getByRole("button", { name: say("suppliers.apply.resubmit") }).click();
    await expect(phone.getByText(say("suppliers.apply.state.again", { round: 2 }))).toBeVisible();
  });

  await test.step("approved with a contract, listed among the suppliers", async () => {
    await visit(desk, review);
    await verdict(desk, address, "ok").click();
    await desk.getByRole("button", { name: say("suppliers.review.approve") }).click();
    await dialog(desk)
      .getByRole("button", { name: say("suppliers.review.approve") })
      .click();
    await expect(desk).toHaveURL(/\/suppliers\/sup_/);
    await expect(desk.getByRole("heading", { name: farmer, level: 1 })).toBeVisible();
    await desk.goto(`/suppliers?q=${encodeURIComponent(farmer)}`);
    await expect(desk.getByRole("row").filter({ hasText: farmer })).toContainText(say("suppliers.states.active"));
    await phone.reload();
    await alive(phone);
    await expect(phone.getByRole("heading", { name: say("suppliers.apply.state.approved") })).toBeVisible();
    await expect(phone.getByText(like("suppliers.apply.state.approvedText"))).toBeVisible();
  });
});
