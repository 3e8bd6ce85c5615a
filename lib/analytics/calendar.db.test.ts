import { describe, expect, test } from "vitest";
import type { Actor } from "#lib/identity/schema";
import { type Day, dateOf, day, dayFromDate } from "#lib/kernel/time";
import { prisma } from "#lib/platform/db";
import { operator } from "#lib/testing/builders";
import { fillCalendar, removeNote, renameNote, writeNote } from "./commands/reports";
import { knownDays } from "./queries/calendar";
import { notesOf } from "./queries/reports";

const desk = operator("merchandiser");
const on = async (actor: Actor, text: string) =>
  (await notesOf(actor, { from: day(text), to: day(text) })).map((n) => n.text);

describe("the calendar", () => {
  test("begins with what the libraries know of 2020 to 2032", async () => {
    const [from, to] = [day("2020-01-01"), day("2032-12-31")];
    const rows = await prisma.dayNote.findMany({
      where: { day: { gte: dateOf(from), lte: dateOf(to) } },
      orderBy: { id: "asc" },
    });
    const seeded = rows.map(({ id, day, kind, text, textEn }) => ({ id, day: dayFromDate(day), kind, text, textEn }));
    expect(seeded.length).toBeGreaterThan(400);
    expect(seeded).toEqual(knownDays(from, to).sort((a, b) => (a.id < b.id ? -1 : 1)));
  });

  test("is kept by merchandisers and operations: a day off is added, renamed and taken away", async () => {
    const id = await writeNote(desk, { day: "2027-10-08", kind: "rest", text: "国庆", textEn: "National Day" });
    await renameNote(operator("operations"), { id, text: "国庆补休" });
    expect(await on(desk, "2027-10-08")).toEqual(["国庆补休", "重阳节"]);
    for (const actor of [operator("support"), { ...desk, cityIds: ["somewhere"] }])
      for (const change of [
        () => renameNote(actor, { id, text: "x" }),
        () => removeNote(actor, { id }),
        () => writeNote(actor, { day: "2027-10-08", kind: "work", text: "x" }),
      ])
        await expect(change()).rejects.toMatchObject({ code: "forbidden" });
    await removeNote(desk, { id });
    expect(await on(desk, "2027-10-08")).toEqual(["重阳节"]);
  });

  test("a year is filled once more without doubling what stands, and a renamed festival keeps its name", async () => {
    const spring = "dnt_20280126f";
    await renameNote(desk, { id: spring, text: "春节（年货）", textEn: "" });
    await removeNote(desk, { id: "dnt_20281026f" });
    expect(await fillCalendar(desk, { year: 2028 })).toBe(1);
    expect(await fillCalendar(desk, { year: 2034 })).toBe(13);
    expect(await on(desk, "2028-01-26" as Day)).toEqual(["春节（年货）"]);
    await expect(fillCalendar(operator("support"), { year: 2034 })).rejects.toMatchObject({ code: "forbidden" });
  });
});
