import { currentActor, currentSignInId } from "#app/_adapters/session";
import { isSignedIn } from "#lib/identity/commands/sign-in";
import { topicOf } from "#lib/notifications/rules";
import { liveStream } from "#lib/platform/live";
import { shared } from "#lib/platform/shared";

const mostTopics = 20;
const mostStreams = 20;
const open = shared("live.streams", () => new Map<string, number>());

/** What changes under `?topics=` (comma separated), as server-sent events for as long as the session stands. */
export async function GET(request: Request): Promise<Response> {
  const [actor, signInId] = await Promise.all([currentActor(), currentSignInId()]);
  if (!actor || !signInId) return new Response(null, { status: 401 });
  const asked = (new URL(request.url).searchParams.get("topics") ?? "").split(",").slice(0, mostTopics);
  const names = new Map(
    asked.flatMap((name) => {
      const topic = topicOf(actor, name);
      return topic ? [[topic, name] as const] : [];
    }),
  );
  if (names.size === 0) return new Response(null, { status: 403 });
  const count = open.get(signInId) ?? 0;
  if (count >= mostStreams) return new Response(null, { status: 429 });
  open.set(signInId, count + 1);
  const left = () => {
    const still = (open.get(signInId) ?? 1) - 1;
    if (still > 0) open.set(signInId, still);
    else open.delete(signInId);
  };
  return new Response(
    liveStream(names, () => isSignedIn(signInId), left),
    // `no-transform` keeps Next's compression, which would hold the words back, away
    {
      headers: {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store, no-transform",
        "x-accel-buffering": "no",
      },
    },
  );
}
