import type { Page } from "@playwright/test";
import axe from "axe-core";
import { boards } from "#lib/analytics/schema/explore";
import { alive, expect, faultsOf, test, visit } from "./people";

const fresh = [
  "/analytics",
  ...boards.map((board) => `/analytics/${board}`),
  ...["/analytics/metrics", "/analytics/lines", "/aftersales/list", "/jobs", "/jobs/queue", "/jobs/workers"],
  ...["/notices", "/notices/settings", "/ledger/accounts/channelPending"],
];
const operators = [
  ...[
    "/today",
    "/orders",
    "/schedule",
    "/schedule?zoom=month&by=city",
    "/sessions",
    "/sessions/new",
    "/flash",
    "/flash/new",
    "/products",
    "/products/new",
  ],
  ...["/products/import", "/fulfilment", "/fulfilment/purchases", "/fulfilment/deliveries", "/points", "/points/new"],
  ...["/points/import", "/points/network", "/aftersales", "/suppliers", "/suppliers/applications", "/leaders"],
  ...["/leaders/applications", "/commission-rules", "/settlements", "/payouts", "/ledger", "/ledger/journals"],
  ...["/people", "/audit", "/messages", "/settings"],
  ...fresh,
];
const suppliers = [
  ...["/supplier", "/supplier/orders", "/supplier/products", "/supplier/products/new", "/supplier/products/import"],
  ...["/supplier/statements", "/supplier/profile", "/supplier/notices", "/supplier/notices/settings"],
];
const leaders = [
  ...["/leader", "/leader/pickup", "/leader/earnings", "/leader/earnings/lines", "/leader/earnings/withdraw"],
  ...["/leader/earnings/withdrawals", "/leader/share"],
];

async function opens(page: Page, path: string) {
  const before = faultsOf(page).length;
  const answer = await page.goto(path);
  expect.soft(answer?.status(), path).toBe(200);
  await alive(page);
  await expect.soft(page.getByRole("heading", { level: 1 }).first(), path).toBeVisible();
  expect.soft(faultsOf(page).slice(before), `${path}: nothing is complained about`).toEqual([]);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect.soft(wide, `${path}: nothing sticks out sideways`).toBeLessThanOrEqual(0);
}

/** What axe holds for serious: the rule, and where. */
async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import("axe-core") };
    return (await axe.run(document, { resultTypes: ["violations"] })).violations.flatMap((v) =>
      v.impact === "serious" || v.impact === "critical" ? v.nodes.map((n) => `${v.id}: ${n.target} ${n.html}`) : [],
    );
  });
  return found.map((one) => one.slice(0, 240));
}

async function look(page: Page, paths: readonly string[]) {
  for (const path of paths) {
    await opens(page, path);
    expect.soft(await barriers(page), `${path}: no barrier`).toEqual([]);
  }
}

/** The first record each list leads to. */
async function records(page: Page, lists: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const list of lists) {
    await page.goto(`${list}${list === "/products" ? "?view=all" : ""}`);
    await page.locator("main tbody a").first().waitFor();
    const links = await page
      .locator("main tbody a")
      .evaluateAll((all) => all.map((a) => new URL((a as HTMLAnchorElement).href).pathname));
    const record = links.find((path) => path.startsWith(`${list}/`));
    found.push(record ?? `nothing in ${list}`);
  }
  return found;
}

test("every page of the console opens, is quiet and has no barrier", async ({ as }) => {
  test.setTimeout(360_000);
  const desk = await as("administrator");
  await look(desk, operators);
});

test("every record of the console opens, is quiet and has no barrier", async ({ as }) => {
  test.setTimeout(180_000);
  const desk = await as("administrator");
  const lists = [
    ...[
      "/orders",
      "/sessions",
      "/products",
      "/fulfilment/purchases",
      "/fulfilment/deliveries",
      "/points",
      "/suppliers",
    ],
    ...["/suppliers/applications", "/leaders", "/leaders/applications", "/settlements", "/payouts", "/ledger/journals"],
    "/people",
  ];
  const found = await records(desk, lists);
  await visit(desk, "/aftersales/list?view=all");
  await desk.keyboard.press("j");
  await desk.keyboard.press("Enter");
  await desk.waitForURL(/\/aftersales\/asc_/);
  found.push(new URL(desk.url()).pathname);
  await visit(desk, "/payouts?view=all");
  await desk.keyboard.press("j");
  await desk.keyboard.press("Space");
  await desk.waitForURL(/peek=/);
  found.push(`/payouts/withdrawals/${new URL(desk.url()).searchParams.get("peek")}`);
  expect(found.filter((path) => path.startsWith("nothing"))).toEqual([]);
  await look(desk, found);
});

test("the console fits a phone", async ({ as }) => {
  test.setTimeout(180_000);
  const phone = await as("administrator", "phone");
  for (const path of operators) await opens(phone, path);
});

test("leader, supplier, warehouse and the open pages are made for a phone", async ({ as, guest }) => {
  test.setTimeout(180_000);
  await look(await as("leader", "phone"), leaders);
  const supplier = await as("supplierOwner", "phone");
  await look(supplier, [...suppliers, ...(await records(supplier, ["/supplier/orders", "/supplier/statements"]))]);
  await look(await as("warehouse", "phone"), ["/site", "/site/receiving"]);
  await look(await as("driver", "phone"), ["/site", "/site/delivery"]);
  await look(await guest("phone"), ["/sign-in", "/apply"]);
});

test("at 200 % zoom nothing is cut off", async ({ as }) => {
  test.setTimeout(180_000);
  const desk = await as("administrator");
  // what 1440 × 900 leaves at 200 %
  await desk.setViewportSize({ width: 720, height: 450 });
  await look(desk, ["/today", "/orders", "/analytics", "/analytics/products", "/jobs", "/products/new"]);
});

test("in English and in the dark it reads as well", async ({ as }) => {
  test.setTimeout(240_000);
  const desk = await as("administrator");
  const url = String(process.env.E2E_BASE_URL);
  await desk.context().addCookies([
    { name: "locale", value: "en", url },
    { name: "theme", value: "dark", url },
  ]);
  for (const path of ["/today", "/orders", "/settlements", "/payouts", "/fulfilment", "/settings", ...fresh]) {
    await look(desk, [path]);
    await expect.soft(desk.locator("html"), path).toHaveAttribute("lang", "en");
    await expect.soft(desk.locator("html"), path).toHaveAttribute("data-theme", "dark");
    const said = await desk.locator("main").locator("h1, h2, h3, th, button, legend, [role=tab]").allInnerTexts();
    expect
      .soft(
        said.filter((text) => /\p{Script=Han}/u.test(text)),
        `${path}: no Chinese left`,
      )
      .toEqual([]);
  }
});
