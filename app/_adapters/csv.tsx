import "server-only";
import type { Actor } from "#lib/identity/schema";
import { type CsvCell, csvText } from "#lib/kernel/csv";
import { isRefusal } from "#lib/kernel/refusal";
import { currentActor } from "./session";

/** A download: the signed-in person's rows as a CSV file of this name. 401 without a session, 403 or 404 when it is not theirs to read. */
export async function csvFile(read: (actor: Actor) => Promise<{ name: string; rows: CsvCell[][] }>): Promise<Response> {
  const actor = await currentActor();
  if (!actor) return Response.json({ code: "unauthenticated" }, { status: 401 });
  try {
    const { name, rows } = await read(actor);
    return new Response(csvText(rows), {
      headers: {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(`${name}.csv`)}`,
        "cache-control": "no-store",
      },
    });
  } catch (error) {
    if (isRefusal(error))
      return Response.json({ code: error.code }, { status: error.code === "forbidden" ? 403 : 404 });
    throw error;
  }
}
