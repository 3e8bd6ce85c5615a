import {
  type Browser,
  type BrowserContext,
  test as base,
  type ConsoleMessage,
  devices,
  expect,
  type Page,
  request,
} from "@playwright/test";
import { demoAccounts } from "../lib/server/demo-accounts.mjs";

export { expect };

type Screen = "desk" | "phone";
type Session = Awaited<ReturnType<BrowserContext["storageState"]>>;
const screens = {
  desk: { ...devices["Desktop Chrome"], viewport: { width: 1440, height: 900 } },
  phone: { ...devices["Pixel 7"], viewport: { width: 390, height: 844 } },
};
const sessions = new Map<string, Session>();

/** The demo account of a role, as `npm start` prints it. */
export function account(key: string) {
  const found = demoAccounts.find((one) => one.key === key);
  if (!found) throw new Error(`the demo has no ${key}`);
  return found;
}

/** A session by password, or for the leader by WeChat, without the sign-in page; opened once a run. */
async function sessionOf(key: string): Promise<Session> {
  const known = sessions.get(key);
  if (known) return known;
  const { login, password } = account(key);
  const http = await request.newContext({ baseURL: process.env.E2E_BASE_URL });
  const { csrfToken } = await (await http.get("/api/auth/csrf")).json();
  const way = password ? "password" : "wechat";
  const answer = await http.post(`/api/auth/callback/${way}`, {
    form: { csrfToken, json: "true", ...(password ? { email: login, password } : { code: "sim:openid-leader-1" }) },
  });
  expect(answer.ok(), `${key} signs in`).toBe(true);
  const session = await http.storageState();
  await http.dispose();
  sessions.set(key, session);
  return session;
}

const faults = new WeakMap<Page, string[]>();

/** Everything a page threw or complained about since it was opened. */
export const faultsOf = (page: Page): string[] => faults.get(page) ?? [];

function listen(page: Page): Page {
  const heard: string[] = [];
  faults.set(page, heard);
  page.on("pageerror", (error) => heard.push(error.stack ?? error.message));
  page.on("console", (message: ConsoleMessage) => {
    if (message.type() === "error") heard.push(`${message.text()} ${message.location().url}`);
  });
  return page;
}

async function open(browser: Browser, screen: Screen, session?: Session): Promise<Page> {
  const { defaultBrowserType: _, ...look } = screens[screen];
  const context = await browser.newContext({
    ...look,
    baseURL: process.env.E2E_BASE_URL,
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    ...(session ? { storageState: session } : {}),
  });
  return listen(await context.newPage());
}

/** Stories with several people in them: each has a browser of their own. */
export const test = base.extend<{
  /** A page of somebody who has signed in, at a desk or on a phone 390 px wide. */
  as: (key: string, screen?: Screen) => Promise<Page>;
  /** A page of somebody nobody knows yet. */
  guest: (screen?: Screen) => Promise<Page>;
}>({
  as: async ({ browser }, use) => {
    const pages: Page[] = [];
    await use(async (key, screen = "desk") => {
      const page = await open(browser, screen, await sessionOf(key));
      pages.push(page);
      return page;
    });
    for (const page of pages) await page.context().close();
  },
  guest: async ({ browser }, use) => {
    const pages: Page[] = [];
    await use(async (screen = "desk") => {
      const page = await open(browser, screen);
      pages.push(page);
      return page;
    });
    for (const page of pages) await page.context().close();
  },
});

/** Opens a page and waits until it answers to fingers: what is typed before React has taken over would be lost. */
export async function visit(page: Page, path: string) {
  const answer = await page.goto(path);
  await alive(page);
  return answer;
}

/** Waits until React has taken over every field and button of the page. */
export async function alive(page: Page) {
  await page.waitForFunction(() =>
    [...document.querySelectorAll("button, input, select, textarea")].every((one) =>
      Object.keys(one).some((key) => key.startsWith("__reactProps")),
    ),
  );
}

/** The dialog that is open, for the second of two equal words. */
export const dialog = (page: Page) => page.getByRole("dialog");
