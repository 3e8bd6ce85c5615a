import "server-only";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { citiesOf } from "#lib/analytics/queries/cities";
import { narrowedTo } from "#lib/analytics/queries/names";
import { savedReports } from "#lib/analytics/queries/reports";
import { askOf } from "#lib/analytics/rules/explore";
import { can, sees } from "#lib/identity/rules";
import type { SearchParams } from "#lib/kernel/list";
import { today } from "#lib/platform/clock";

/** What every analytics page starts from: who asks, the address as a question, and what stands around the answer. */
export async function asked(searchParams: Promise<SearchParams>) {
  const actor = await requireActor("operator");
  return page(async () => {
    const mine = sees(actor, "analytics.see").cityIds ?? null;
    const { ask, notices } = askOf(await searchParams, today(), mine);
    const [cities, reports, narrowed] = await Promise.all([citiesOf(actor), savedReports(actor), narrowedTo(ask)]);
    return {
      actor,
      ask,
      notices,
      cities,
      reports,
      narrowed,
      isLimited: mine !== null,
      maySave: can(actor, "analytics.save"),
      maySet: can(actor, "analytics.set"),
      today: today(),
    };
  });
}
