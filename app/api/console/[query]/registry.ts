import "server-only";
import { z } from "zod";
import type { $ZodType, output } from "zod/v4/core";
import { searchEverything } from "#lib/analytics/queries/search";
import { colleaguesFor } from "#lib/audit/queries";
import { conflictsOf } from "#lib/campaigns/queries/conflicts";
import { itemChoices } from "#lib/campaigns/queries/items";
import { barDetail, homesAround } from "#lib/campaigns/queries/schedule";
import { sessionTotals } from "#lib/campaigns/queries/sessions";
import { thoughtInput } from "#lib/campaigns/schema/schedule";
import type { Actor } from "#lib/identity/schema";
import { parseDay } from "#lib/kernel/time";
import { bellOf } from "#lib/notifications/queries";
import { saleBoard } from "#lib/orders/queries/board";
import { openPoints } from "#lib/pickup/queries";
import { today } from "#lib/platform/clock";
import { runOf } from "#lib/workbench/queries";
import { runInput } from "#lib/workbench/schema";

type Locale = "zh-CN" | "en";
type Entry<S extends $ZodType> = {
  input: S;
  run: (actor: Actor, input: output<S>, locale: Locale) => Promise<object>;
};
const entry = <S extends $ZodType>(given: Entry<S>): Entry<S> => given;

/** Reads that a live screen may ask for by name; each checks the actor itself, like any query. */
export const registry = {
  search: entry({
    input: z.object({ q: z.string().max(100).default("") }),
    run: async (actor, { q }, locale) => ({ hits: await searchEverything(actor, q, locale) }),
  }),
  colleagues: entry({
    input: z.object({ subjectType: z.string().max(40), subjectId: z.string().max(40) }),
    run: async (actor, subject) => ({ colleagues: await colleaguesFor(actor, subject) }),
  }),
  saleBoard: entry({
    input: z.union([z.object({ slotId: z.string().max(28) }), z.object({ sessionId: z.string().max(28) })]),
    run: saleBoard,
  }),
  sessionTotals: entry({
    input: z.object({ id: z.string().max(28) }),
    run: (actor, { id }) => sessionTotals(actor, id),
  }),
  conflicts: entry({
    input: thoughtInput,
    run: async (actor, { id, startsAt, endsAt, ...thought }) => ({
      conflicts: await conflictsOf(
        actor,
        thought.kind === "moveSession"
          ? {
              kind: "moveSession",
              sessionId: id,
              opensAt: startsAt,
              cutoffAt: endsAt,
              businessDay: thought.businessDay,
            }
          : { kind: thought.kind, slotId: id, startsAt, endsAt, sessionId: thought.sessionId },
      ),
    }),
  }),
  barDetail: entry({ input: z.object({ id: z.string().max(40) }), run: (actor, { id }) => barDetail(actor, id) }),
  homesAround: entry({
    input: z.object({ day: z.string().transform((text) => parseDay(text) ?? today()) }),
    run: async (actor, { day }) => ({ homes: await homesAround(actor, day) }),
  }),
  run: entry({ input: runInput, run: (actor, { id }, locale) => runOf(actor, id, locale) }),
  openPoints: entry({ input: z.object({}), run: async (actor) => ({ points: await openPoints(actor) }) }),
  notices: entry({ input: z.object({}), run: (actor, _, locale) => bellOf(actor, locale) }),
  itemChoices: entry({
    input: z.object({ sessionId: z.string().max(28), q: z.string().max(60).default("") }),
    run: async (actor, { sessionId, q }) => ({ choices: await itemChoices(actor, sessionId, q) }),
  }),
} as const;
