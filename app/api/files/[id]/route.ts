import { Readable } from "node:stream";
import { currentActor } from "#app/_adapters/session";
import { readableFile } from "#lib/identity/queries/files";
import { anonymous } from "#lib/identity/schema";
import { isRefusal } from "#lib/kernel/refusal";
import { storage } from "#lib/platform/storage";

type Context = { params: Promise<{ id: string }> };

/** Streams a stored file to whoever the policy lets open it; documents open in a sandbox, tables download. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const { id } = await params;
  try {
    const file = await readableFile((await currentActor()) ?? anonymous, id);
    const tag = `"${file.id}"`;
    const headers = {
      "content-type": file.mime,
      "content-length": String(file.bytes),
      "content-disposition": `${/^(image\/|application\/pdf)/.test(file.mime) ? "inline" : "attachment"}; filename*=UTF-8''${encodeURIComponent(file.name)}`,
      "cache-control": "private, max-age=3600, immutable",
      // browsers open a PDF with a viewer of their own, which a sandbox would shut out
      "content-security-policy": file.mime === "application/pdf" ? "default-src 'none'" : "default-src 'none'; sandbox",
      "x-content-type-options": "nosniff",
      etag: tag,
    };
    if (request.headers.get("if-none-match") === tag)
      return new Response(null, { status: 304, headers: { etag: tag } });
    return new Response(Readable.toWeb(storage.open(file.path)) as ReadableStream, { headers });
  } catch (error) {
    if (isRefusal(error)) return Response.json({ code: error.code }, { status: 404 });
    throw error;
  }
}
