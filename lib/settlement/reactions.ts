import "server-only";
import { z } from "zod";
import { systemActor } from "#lib/identity/schema";
import { transferChanged } from "#lib/payments/events";
import type { Reaction } from "#lib/platform/news";
import type { Sweep } from "#lib/platform/sweep";
import { releaseDue } from "./commands/release";
import { makeDueStatements } from "./commands/statements";
import { applyTransferNews } from "./commands/withdrawals";

const said = z.object({ sourceId: z.string(), state: z.string(), failReason: z.string().nullable() });

export const reactions: Reaction[] = [
  {
    name: "settlement.bookTransfer",
    on: [transferChanged],
    run: (tx, event) => applyTransferNews(tx, systemActor("settlement"), said.parse(event.payload)),
  },
];

export const sweeps: Sweep[] = [
  { name: "commission.release", everySeconds: 30, run: () => releaseDue(systemActor("settlement")) },
  { name: "statements.make", everySeconds: 3600, run: () => makeDueStatements(systemActor("settlement")) },
];
