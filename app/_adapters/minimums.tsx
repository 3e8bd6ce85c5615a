import "server-only";
import { MinimumPanel } from "#components/promotions/minimum-panel";
import { minimumsOf } from "#lib/orders/queries/minimums";
import { page } from "./page";
import { requireActor } from "./session";

/** What of a session or slot stands only when so many come; nothing where no item has a minimum. */
export async function Minimums({ of }: { of: { sessionId: string } | { slotId: string } }) {
  const actor = await requireActor("operator");
  const minimums = await page(() => minimumsOf(actor, of));
  return minimums.length === 0 ? null : <MinimumPanel minimums={minimums} />;
}
