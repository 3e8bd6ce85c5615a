import { Readable } from "node:stream";
import { currentActor } from "#app/_adapters/session";
import { isRefusal } from "#lib/kernel/refusal";
import { lists } from "#lib/server/lists";
import { runFile } from "#lib/workbench/queries";

type Context = { params: Promise<{ id: string }> };

/** Streams a run's file to whoever asked for it: 401 without a session, 404 when it is not theirs, 410 when it has expired. */
export async function GET(_: Request, { params }: Context): Promise<Response> {
  const { id } = await params;
  const actor = await currentActor();
  if (!actor) return Response.json({ code: "unauthenticated" }, { status: 401 });
  try {
    const file = await runFile(actor, lists, id);
    const body = file.body();
    return new Response(Readable.toWeb(body instanceof Readable ? body : Readable.from(body)) as ReadableStream, {
      headers: {
        "content-type": file.mime,
        ...(file.bytes === null ? {} : { "content-length": String(file.bytes) }),
        "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
        "content-security-policy": "default-src 'none'; sandbox",
        "x-content-type-options": "nosniff",
        "cache-control": "private, no-store",
      },
    });
  } catch (error) {
    if (isRefusal(error))
      return Response.json({ code: error.code }, { status: error.code === "fileExpired" ? 410 : 404 });
    throw error;
  }
}
