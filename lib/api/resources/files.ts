import "server-only";
import { Readable } from "node:stream";
import { leaderActor } from "#lib/identity/commands/tokens";
import { type FileView, readableFile } from "#lib/identity/queries/files";
import { type Actor, anonymous } from "#lib/identity/schema";
import { Refusal } from "#lib/kernel/refusal";
import { now } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { bytesOf, type FilePurpose, keepFile } from "#lib/platform/files";
import { storage } from "#lib/platform/storage";
import { type Api, route } from "../route";
import { count, id, shown, words, z } from "../shapes";

const purposes = { afterSalePhoto: "afterSalePhoto", deliveryPhoto: "deliveryPhoto" } as const satisfies Record<
  string,
  FilePurpose
>;

/** A leader's papers open to her as a leader too. Refuses: notFound. */
async function openable(actor: Actor, fileId: string): Promise<FileView> {
  try {
    return await readableFile(actor, fileId);
  } catch (error) {
    const leader = await leaderActor(actor);
    if (!leader) throw error;
    return readableFile(leader, fileId);
  }
}

/** Photos in, pictures out. */
export function fileRoutes(api: Api): void {
  route(api, {
    id: "uploadFile",
    tag: "files",
    method: "post",
    path: "/files",
    who: "resident",
    form: true,
    status: 201,
    cache: "never",
    body: z
      .strictObject({
        purpose: z.enum(["after_sale_photo", "delivery_photo"]),
        file: z.instanceof(File).openapi({ type: "string", format: "binary" }),
      })
      .openapi("FileUpload"),
    answer: z
      .object({
        id: id("fil"),
        url: words("/api/v1/files/fil_01kb2xk5cq9m3r7t4wvz"),
        name: words("IMG_2417.webp"),
        mime: words("image/webp"),
        bytes: count(184_320),
      })
      .openapi("File"),
    refuses: ["fileMissing", "fileTooBig", "fileKind", "notLeader"],
    run: async ({ actor, body }) => {
      const purpose = purposes[body.purpose];
      const owner = purpose === "deliveryPhoto" ? await leaderActor(actor) : actor;
      if (!owner) throw new Refusal("notLeader");
      const kept = await keepFile(prisma, {
        purpose,
        ...(await bytesOf(body.file)),
        ownerKind: owner.kind,
        ownerId: owner.leaderId ?? owner.id,
        at: now(),
        by: owner.id,
      });
      return { ...kept, url: `/api/v1/files/${kept.id}` };
    },
  });

  route(api, {
    id: "getFile",
    tag: "files",
    method: "get",
    path: "/files/{id}",
    who: "either",
    binary: true,
    params: z.object({ id: shown(z.string().max(40), "fil_01kb2xk5cq9m3r7t4wvz") }),
    refuses: ["notFound"],
    run: async ({ actor, params, c }) => {
      const file = await openable(actor, params.id);
      const tag = `"${file.id}"`;
      c.header("ETag", tag);
      c.header(
        "Cache-Control",
        actor.id === anonymous.id ? "public, max-age=3600, immutable" : "private, max-age=3600, immutable",
      );
      if (c.req.header("if-none-match") === tag) return c.body(null, 304);
      c.header("Content-Type", file.mime);
      c.header("Content-Length", String(file.bytes));
      c.header("Content-Disposition", `inline; filename*=UTF-8''${encodeURIComponent(file.name)}`);
      c.header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox");
      return c.body(Readable.toWeb(storage.open(file.path)) as ReadableStream);
    },
  });
}
