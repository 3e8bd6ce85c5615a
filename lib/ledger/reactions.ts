import "server-only";
import { systemActor } from "#lib/identity/schema";
import type { Sweep } from "#lib/platform/sweep";
import { sealJournals } from "./commands";

export const sweeps: Sweep[] = [
  { name: "ledger.seal", everySeconds: 60, run: () => sealJournals(systemActor("ledger")) },
];
