import { currentActor } from "#app/_adapters/session";
import { readNotices } from "#lib/notifications/commands";
import { readNoticesInput } from "#lib/notifications/schema";

/** Marks one of one's own notices read (`{ id }`), or all (`{}`); beside the page, so that no navigation waits for it. */
export async function POST(request: Request): Promise<Response> {
  const actor = await currentActor();
  if (!actor) return new Response(null, { status: 401 });
  const input = readNoticesInput.safeParse(await request.json().catch(() => null));
  if (!input.success) return new Response(null, { status: 422 });
  await readNotices(actor, input.data);
  return new Response(null, { status: 204 });
}
