import "server-only";
import { z } from "zod";
import { searchEverything } from "#lib/analytics/queries/search";
import { itemChoices } from "#lib/campaigns/queries/items";
import { sessionTotals } from "#lib/campaigns/queries/sessions";
import type { Actor } from "#lib/identity/schema";

type Locale = "zh-CN" | "en";
type Entry<S extends z.ZodType> = {
  input: S;
  run: (actor: Actor, input: z.infer<S>, locale: Locale) => Promise<object>;
};
const entry = <S extends z.ZodType>(given: Entry<S>): Entry<S> => given;

/** Reads that a live screen may ask for by name; each checks the actor itself, like any query. */
export const registry = {
  search: entry({
    input: z.object({ q: z.string().max(100).default("") }),
    run: async (actor, { q }, locale) => ({ hits: await searchEverything(actor, q, locale) }),
  }),
  sessionTotals: entry({
    input: z.object({ id: z.string().max(28) }),
    run: (actor, { id }) => sessionTotals(actor, id),
  }),
  itemChoices: entry({
    input: z.object({ sessionId: z.string().max(28), q: z.string().max(60).default("") }),
    run: async (actor, { sessionId, q }) => ({ choices: await itemChoices(actor, sessionId, q) }),
  }),
} as const;
