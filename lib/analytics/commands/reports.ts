import "server-only";
import type { z } from "zod";
import { record } from "#lib/audit/steps";
import { authorise, can } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { Refusal } from "#lib/kernel/refusal";
import { dateOf, day } from "#lib/kernel/time";
import { now } from "#lib/platform/clock";
import { transact } from "#lib/platform/db";
import { calendarBy, knownDays } from "../queries/calendar";
import { deedOver, mayChangeLine } from "../rules/explore";
import { metrics } from "../rules/metrics";
import type {
  calendarYearInput,
  noteInput,
  renameNoteInput,
  reportInput,
  saveReportInput,
  targetInput,
} from "../schema/explore";

/** Keeps a question under a name; the same name of one's own is written over. Returns its id. Refuses: forbidden. */
export async function saveReport(actor: Actor, input: z.infer<typeof saveReportInput>): Promise<string> {
  authorise(actor, "analytics.save");
  return transact(async (tx) => {
    const facts = { path: input.path, query: input.query, isTeam: input.team === "on", savedAt: now() };
    const { id } = await tx.savedReport.upsert({
      where: { ownerId_name: { ownerId: actor.id, name: input.name } },
      create: { id: newId("rpt", now()), name: input.name, ownerId: actor.id, ownerName: actor.name, ...facts },
      update: facts,
    });
    await record(tx, actor, { deed: "analytics.saveReport", subjectType: "report", subjectId: id, after: input });
    return id;
  });
}

/** Takes a report of one's own away; whoever sets targets may also take away the team's. Refuses: notFound, forbidden. */
export async function removeReport(actor: Actor, input: z.infer<typeof reportInput>): Promise<void> {
  authorise(actor, "analytics.save");
  await transact(async (tx) => {
    const report = await tx.savedReport.findUnique({ where: { id: input.id } });
    if (!report || (report.ownerId !== actor.id && !(report.isTeam && can(actor, "analytics.set"))))
      throw new Refusal("notFound");
    await tx.savedReport.delete({ where: { id: report.id } });
    await record(tx, actor, {
      deed: "analytics.removeReport",
      subjectType: "report",
      subjectId: report.id,
      before: { name: report.name, query: report.query },
    });
  });
}

/** Writes what happened on a day over every chart, or what day of the calendar it is. Refuses: forbidden, notFound (another city's desk). */
export async function writeNote(actor: Actor, input: z.input<typeof noteInput>): Promise<string> {
  const { kind = "note" } = input;
  const cityId = input.cityId ?? null;
  authorise(actor, deedOver(actor, { kind, byId: actor.id }), { cityId });
  if (!cityId && actor.cityIds.length > 0) throw new Refusal("forbidden");
  return transact(async (tx) => {
    const id = newId("dnt", now());
    await tx.dayNote.create({
      data: {
        id,
        day: dateOf(day(input.day)),
        kind,
        text: input.text,
        textEn: input.textEn || null,
        cityId,
        byId: actor.id,
        byName: actor.name,
        at: now(),
      },
    });
    await record(tx, actor, { deed: "analytics.note", subjectType: "dayNote", subjectId: id, after: input });
    return id;
  });
}

/** Gives a line of the calendar other words. Refuses: notFound, forbidden. */
export async function renameNote(actor: Actor, input: z.infer<typeof renameNoteInput>): Promise<void> {
  await transact(async (tx) => {
    const note = await tx.dayNote.findUnique({ where: { id: input.id } });
    if (!note) throw new Refusal("notFound");
    authorise(actor, deedOver(actor, note), { cityId: note.cityId });
    if (!mayChangeLine(actor, note)) throw new Refusal("forbidden");
    const after = { text: input.text, textEn: input.textEn || null };
    await tx.dayNote.update({ where: { id: note.id }, data: { ...after, byName: actor.name, at: now() } });
    await record(tx, actor, {
      deed: "analytics.renameNote",
      subjectType: "dayNote",
      subjectId: note.id,
      before: { text: note.text, textEn: note.textEn },
      after,
    });
  });
}

/** Puts what the libraries know of a year into the calendar, leaving what stands there; answers how many lines came. Refuses: forbidden. */
export async function fillCalendar(actor: Actor, { year }: z.infer<typeof calendarYearInput>): Promise<number> {
  authorise(actor, "calendar.edit");
  if (actor.cityIds.length > 0) throw new Refusal("forbidden");
  return transact(async (tx) => {
    const { count } = await tx.dayNote.createMany({
      data: knownDays(day(`${year}-01-01`), day(`${year}-12-31`)).map(({ day, ...rest }) => ({
        ...rest,
        day: dateOf(day),
        byId: calendarBy,
        byName: "",
        at: now(),
      })),
      skipDuplicates: true,
    });
    await record(tx, actor, {
      deed: "analytics.fillCalendar",
      subjectType: "calendar",
      subjectId: String(year),
      after: { year, count },
    });
    return count;
  });
}

/** Takes a line of the calendar away: a note of one's own, anybody's for whoever sets targets, the rest for who keeps the calendar. Refuses: notFound, forbidden. */
export async function removeNote(actor: Actor, input: z.infer<typeof reportInput>): Promise<void> {
  await transact(async (tx) => {
    const note = await tx.dayNote.findUnique({ where: { id: input.id } });
    if (!note) throw new Refusal("notFound");
    authorise(actor, deedOver(actor, note), { cityId: note.cityId });
    if (!mayChangeLine(actor, note)) throw new Refusal("forbidden");
    await tx.dayNote.delete({ where: { id: note.id } });
    await record(tx, actor, {
      deed: "analytics.removeNote",
      subjectType: "dayNote",
      subjectId: note.id,
      before: { text: note.text },
    });
  });
}

/** Sets what a metric should come to in a month, or takes the target away when blank. Refuses: forbidden, notFound (another city's desk). */
export async function setTarget(actor: Actor, input: z.infer<typeof targetInput>): Promise<void> {
  const { metric, month, cityId = "" } = input;
  authorise(actor, "analytics.set", { cityId: cityId || null });
  if (!cityId && actor.cityIds.length > 0) throw new Refusal("forbidden");
  const unit = metrics[metric].unit;
  const scale = unit === "money" || unit === "rate" ? 100 : 1;
  const value = Math.round(Number(input.value ?? 0) * scale);
  await transact(async (tx) => {
    const key = { metric, month, cityId };
    const by = { setBy: actor.id, setName: actor.name, setAt: now() };
    if (value > 0)
      await tx.metricTarget.upsert({
        where: { metric_month_cityId: key },
        create: { ...key, value, ...by },
        update: { value, ...by },
      });
    else await tx.metricTarget.deleteMany({ where: key });
    await record(tx, actor, {
      deed: "analytics.target",
      subjectType: "metricTarget",
      subjectId: `${metric} ${month} ${cityId}`.trim(),
      after: { value },
    });
  });
}
