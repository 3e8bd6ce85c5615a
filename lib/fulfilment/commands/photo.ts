import "server-only";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { now } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { keepFile } from "#lib/platform/files";

/** Keeps a photo taken while receiving or signing; returns its id to be named in the receipt or signature. Refuses: forbidden, fileKind, fileTooBig. */
export async function keepPhoto(
  actor: Actor,
  e: { purpose: "receiptPhoto" | "deliveryPhoto"; name: string; bytes: Buffer },
): Promise<string> {
  authorise(actor, e.purpose === "receiptPhoto" ? "fulfilment.receive" : "fulfilment.sign");
  const file = await keepFile(prisma, {
    ...e,
    ownerKind: actor.kind,
    ownerId: actor.leaderId ?? actor.id,
    at: now(),
    by: actor.id,
  });
  return file.id;
}
