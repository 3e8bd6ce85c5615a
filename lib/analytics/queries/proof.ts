import "server-only";
import { z } from "zod";
import { sees } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { dayFromDate } from "#lib/kernel/time";
import { prisma } from "#lib/platform/db";
import { type Proof, proofKinds } from "../schema/measures";

const rows = z.array(
  z.object({
    kind: z.enum(proofKinds),
    looked: z.number(),
    wrong: z.number(),
    expected: z.number(),
    found: z.number(),
    differences: z.array(z.object({ ref: z.string(), expected: z.string(), found: z.string() })),
  }),
);

/** The last comparison of the sums with the facts and the journals; null before the first night. Refuses: forbidden. */
export async function lastProof(actor: Actor): Promise<Proof | null> {
  sees(actor, "analytics.see");
  const last = await prisma.rollupProof.findFirst({ orderBy: { at: "desc" } });
  return (
    last && {
      at: last.at,
      from: dayFromDate(last.fromDay),
      to: dayFromDate(last.toDay),
      ok: last.ok,
      rows: rows.parse(last.rows),
    }
  );
}
