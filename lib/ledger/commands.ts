import "server-only";
import { z } from "zod";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { now } from "#lib/platform/clock";
import { transact } from "#lib/platform/db";

/** Seals up to `limit` journals into the hash chain. Returns how many. Refuses: forbidden. */
export async function sealJournals(actor: Actor, limit = 5000): Promise<number> {
  authorise(actor, "ledger.see");
  return transact(
    async (tx) => {
      const [row] = z
        .array(z.object({ sealed: z.number() }))
        .parse(await tx.$queryRaw`select seal_journals(${now()}::timestamptz, ${limit}::int) as sealed`);
      return row?.sealed ?? 0;
    },
    { timeoutMs: 60_000 },
  );
}
