"use server";
import { getTranslations } from "next-intl/server";
import { z } from "zod";
import { act } from "#app/_adapters/action";
import type { ActionAnswer } from "#lib/kernel/answer";
import { Refusal } from "#lib/kernel/refusal";
import { daysBetween, daysFrom, parseDay } from "#lib/kernel/time";
import { transferPoint } from "#lib/leaders/commands";
import { transferPointInput } from "#lib/leaders/schema";
import {
  addCity,
  addPoint,
  addRoute,
  addWarehouse,
  changePointState,
  editPoint,
  importPointList,
  keepPointList,
  setCalendar,
} from "#lib/pickup/commands";
import {
  calendarInput,
  cityInput,
  editPointInput,
  pointInput,
  pointStateInput,
  routeInput,
  warehouseInput,
} from "#lib/pickup/schema";
import { bytesOf } from "#lib/platform/files";

type Previous = ActionAnswer | null;
const words = () => getTranslations("pickup");

export async function create(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(pointInput, async (actor, input) => {
    const id = await addPoint(actor, input);
    return { message: (await words())("created", { name: input.name }), redirect: `/points/${id}` };
  })(previous, form);
}

export async function edit(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(editPointInput, async (actor, input) => {
    await editPoint(actor, input);
    return { message: (await words())("saved") };
  })(previous, form);
}

export async function changeState(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(pointStateInput, async (actor, input) => {
    await changePointState(actor, input);
    return { message: (await words())(`${input.event}Done`) };
  })(previous, form);
}

export async function transfer(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(transferPointInput, async (actor, input) => {
    await transferPoint(actor, input);
    return { message: (await words())("transferred") };
  })(previous, form);
}

const calendarForm = z.object({
  scope: calendarInput.shape.scope,
  from: z.string(),
  to: z.string().optional(),
  mode: z.enum(["rest", "open"]),
  note: calendarInput.shape.note,
});

export async function saveCalendar(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(calendarForm, async (actor, input) => {
    const from = parseDay(input.from);
    const to = parseDay(input.to ?? input.from);
    if (!from || !to) throw new Refusal("invalid", {}, [{ field: "from", code: "date" }]);
    const count = daysBetween(from, to) + 1;
    if (count < 1 || count > 60) throw new Refusal("windowBackwards", {}, [{ field: "to", code: "windowBackwards" }]);
    await setCalendar(actor, {
      scope: input.scope,
      days: daysFrom(from, count),
      open: input.mode === "open",
      note: input.note,
    });
    return { message: (await words())("calendarSaved") };
  })(previous, form);
}

export async function saveCity(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(cityInput, async (actor, input) => {
    await addCity(actor, input);
    return { message: (await words())("citySaved") };
  })(previous, form);
}

export async function saveWarehouse(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(warehouseInput, async (actor, input) => {
    await addWarehouse(actor, input);
    return { message: (await words())("warehouseSaved") };
  })(previous, form);
}

export async function saveRoute(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(routeInput, async (actor, input) => {
    await addRoute(actor, input);
    return { message: (await words())("routeSaved") };
  })(previous, form);
}

/** Keeps the list and shows what is in it; nothing is imported yet. */
export async function checkList(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(z.object({ cityId: z.string().min(1, "required"), file: z.unknown() }), async (actor, input) => {
    const fileId = await keepPointList(actor, { cityId: input.cityId, ...(await bytesOf(input.file)) });
    return { redirect: `/points/import?file=${fileId}&cityId=${input.cityId}` };
  })(previous, form);
}

export async function importList(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(
    z.object({ cityId: z.string(), fileId: z.string(), open: z.literal("on").optional() }),
    async (actor, input) => {
      const done = await importPointList(actor, { ...input, open: input.open === "on" });
      return {
        message: (await words())("importDone", {
          created: done.created,
          changed: done.changed,
          unchanged: done.unchanged,
          problems: done.problems.length,
        }),
        redirect: "/points",
      };
    },
  )(previous, form);
}
