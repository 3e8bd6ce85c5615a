import type { Page } from "@playwright/test";
import { addDays, type Day, dayOf, dayText } from "#lib/kernel/time";
import { shopTime } from "./api";
import { dialog, expect, test, visit } from "./people";
import { press, putOnTheShelf } from "./shelf";
import { say } from "./words";

const goods = `阳光葡萄 ${String(Date.now()).slice(-6)}`;
const said = (page: Page) => page.locator("p[role=status]");
const verdict = (page: Page, title: "free" | "blocked") =>
  page.getByRole("region", { name: say(`schedule.move.${title}`) });
const clock = (day: Day, from: string, to: string) => `${dayText(day)} ${from}–${to}`;
/** The bar of a window, by what it says of itself. */
const bar = (page: Page, window: string) => page.getByRole("button", { name: new RegExp(`${goods}.*${window}`) });

/** A session of the day with the goods in it, on sale in time. */
async function openSession(desk: Page, day: Day): Promise<string> {
  await visit(desk, `/sessions/new?day=${day}`);
  await desk.getByLabel(say("campaigns.name"), { exact: true }).fill(`排期 ${goods}`);
  await desk.getByLabel(say("campaigns.opensAt"), { exact: true }).fill(`${day}T06:00`);
  await desk.getByLabel(say("campaigns.cutoffAt"), { exact: true }).fill(`${day}T23:00`);
  await press(desk, say("campaigns.create"));
  await press(desk, say("campaigns.addItems"));
  await dialog(desk).getByRole("searchbox").fill(goods);
  await dialog(desk)
    .getByRole("checkbox", { name: new RegExp(goods) })
    .check();
  await dialog(desk)
    .getByRole("button", { name: `${say("campaigns.addItemsSubmit")} 1` })
    .click();
  await press(desk, say("campaigns.publish"));
  await press(desk, say("campaigns.publishVerb", { items: 1 }));
  await expect(desk.getByText(say("campaigns.phases.scheduled"), { exact: true })).toBeVisible();
  return new URL(desk.url()).pathname.split("/").at(-1) ?? "";
}

/** Pulls a bar by so many hours of the one-day view. */
async function drag(page: Page, window: string, hours: number, letGo = true) {
  const box = await bar(page, window).boundingBox();
  const track = await page.locator("[data-track]").first().boundingBox();
  if (!box || !track) throw new Error(`no bar at ${window}`);
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + (track.width / 24) * hours, y, { steps: 6 });
  if (letGo) await page.mouse.up();
}

test("a slot is put on the timeline, a second price at its time cannot be, and both are mended by mouse and by keys", async ({
  as,
}) => {
  test.setTimeout(180_000);
  const desk = await as("merchandiser");
  const day = addDays(dayOf(await shopTime()), 3);
  await putOnTheShelf(desk, goods);
  const session = await openSession(desk, day);

  await test.step("a slot begins with the time that was pointed at", async () => {
    await visit(desk, `/flash/new?session=${session}&day=${day}&from=10:00&to=12:00`);
    await desk.getByLabel(say("campaigns.name"), { exact: true }).fill("上午场");
    await expect(desk.getByLabel(say("campaigns.flash.startsAt"), { exact: true })).toHaveValue(`${day}T10:00`);
    await desk.getByRole("checkbox", { name: goods, exact: true }).check();
    await desk.getByLabel(`${goods} ${say("campaigns.flash.flashPrice")}`).fill("15.90");
    await desk.getByLabel(`${goods} ${say("campaigns.flash.flashQuota")}`).fill("5");
    await press(desk, say("campaigns.flash.createAndPublish"));
    await expect(desk.getByRole("heading", { name: "上午场" }).last()).toBeVisible();
  });

  await visit(desk, `/schedule?zoom=hour&by=slot&kind=flash&day=${day}`);
  await test.step("by mouse: it is moved by its hours, and the move is taken back", async () => {
    await drag(desk, clock(day, "10:00", "12:00"), 2);
    await expect(said(desk)).toContainText(clock(day, "12:00", "14:00"));
    await expect(bar(desk, clock(day, "12:00", "14:00"))).toBeVisible();
    await desk.getByRole("button", { name: say("ui.actions.undo") }).click();
    await expect(bar(desk, clock(day, "10:00", "12:00"))).toBeVisible();
  });

  await test.step("by keys: a copy beside it is announced as free and put down as a draft", async () => {
    await bar(desk, clock(day, "10:00", "12:00")).focus();
    await desk.keyboard.press("c");
    await expect(verdict(desk, "free")).toBeVisible();
    await expect(said(desk)).toHaveText(say("schedule.move.said.free", { window: clock(day, "12:00", "14:00") }));
    await desk.keyboard.press("Enter");
    await expect(bar(desk, clock(day, "12:00", "14:00"))).toContainText(say("schedule.phases.draft"));
  });

  await test.step("by keys: over the other price it is refused with the reason, and Escape puts it back", async () => {
    await bar(desk, clock(day, "12:00", "14:00")).focus();
    for (let i = 0; i < 4; i++) await desk.keyboard.press("ArrowLeft");
    await expect(verdict(desk, "blocked")).toContainText("时间重叠");
    await expect(bar(desk, clock(day, "10:00", "12:00"))).toContainText(say("schedule.conflict"));
    await desk.keyboard.press("Enter");
    await expect(verdict(desk, "blocked")).toBeVisible();
    await desk.keyboard.press("Escape");
    await expect(said(desk)).toHaveText(say("schedule.move.said.restored", { window: clock(day, "12:00", "14:00") }));
  });

  await test.step("by mouse: let go over the other price it waits with the way out, which is taken", async () => {
    await drag(desk, clock(day, "12:00", "14:00"), -1.5);
    await expect(verdict(desk, "blocked")).toBeVisible();
    const wayOut = say("schedule.move.fix.moveTo", { window: clock(day, "12:00", "14:00") });
    await verdict(desk, "blocked").getByRole("button", { name: wayOut }).click();
    await verdict(desk, "free")
      .getByRole("button", { name: say("schedule.move.save") })
      .click();
    await expect(verdict(desk, "free")).toBeHidden();
    await expect(bar(desk, clock(day, "12:00", "14:00"))).toContainText(say("schedule.phases.draft"));
  });

  await test.step("by the dialog: outside its session it cannot go, and is fitted in", async () => {
    await bar(desk, clock(day, "12:00", "14:00")).focus();
    await desk.keyboard.press("m");
    await dialog(desk).getByLabel(say("schedule.move.startsAt"), { exact: true }).fill(`${day}T22:00`);
    await dialog(desk)
      .getByLabel(say("schedule.move.endsAt"), { exact: true })
      .fill(`${addDays(day, 1)}T00:00`);
    await press(desk, say("schedule.move.submit"));
    const window = clock(day, "21:00", "23:00");
    await verdict(desk, "blocked")
      .getByRole("button", { name: say("schedule.move.fix.fit", { window }) })
      .click();
    await verdict(desk, "free")
      .getByRole("button", { name: say("schedule.move.save") })
      .click();
    await expect(bar(desk, window)).toBeVisible();
  });

  await test.step("a peek shows what it sells and what stands in its way", async () => {
    await bar(desk, clock(day, "21:00", "23:00")).focus();
    await desk.keyboard.press("Space");
    await expect(dialog(desk)).toContainText(goods);
    await expect(dialog(desk)).toContainText(say("schedule.peek.noConflicts"));
  });
});

test("a day off put into the calendar stands over the timeline and over the charts", async ({ as }) => {
  const desk = await as("merchandiser");
  const day = dayOf(await shopTime());
  const name = `盘点 ${String(Date.now()).slice(-5)}`;
  await visit(desk, "/schedule?zoom=day");
  await press(desk, say("schedule.calendar.open"));
  await dialog(desk).getByLabel(say("schedule.calendar.text"), { exact: true }).fill(name);
  await press(desk, say("schedule.calendar.add"));
  await expect(desk.getByText(say("schedule.calendar.added"))).toBeVisible();
  await visit(desk, "/analytics?period=d7");
  await expect(desk.getByText(say("explore.events.rest", { name }))).toBeVisible();
  await visit(desk, `/schedule?zoom=day&day=${day}`);
  await expect(desk.getByText(say("schedule.says.rest", { name })).first()).toBeAttached();
});
