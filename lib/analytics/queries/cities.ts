import "server-only";
import { sees } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { servedCities } from "#lib/pickup/queries";

/** The served cities this actor may look at, for the choice above a report. Refuses: forbidden. */
export async function citiesOf(actor: Actor): Promise<{ id: string; name: string }[]> {
  const mine = sees(actor, "analytics.see").cityIds;
  const all = await servedCities();
  return all.filter((c) => !mine || mine.includes(c.id)).map((c) => ({ id: c.id, name: c.name }));
}
