import { redirect } from "next/navigation";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { deliveryByToken } from "#lib/fulfilment/queries/deliveries";
import { homeOf } from "#lib/identity/rules";

/** A scanned delivery sheet opens that delivery where the person works. */
export default async function ScannedSheet({ params }: { params: Promise<{ token: string }> }) {
  const actor = await requireActor();
  const { token } = await params;
  const { id } = await page(() => deliveryByToken(actor, token));
  if (actor.kind === "leader") redirect(`/leader/deliveries/${id}`);
  redirect(homeOf(actor) === "/site" ? `/site/delivery#${id}` : `/fulfilment/deliveries/${id}`);
}
