import "server-only";
import type { Reaction } from "#lib/platform/news";
import type { Sweep } from "#lib/platform/sweep";
import { sweepSignIns } from "./commands/sign-in";

export const reactions: Reaction[] = [];
export const sweeps: Sweep[] = [{ name: "identity.tidy", everySeconds: 3600, run: sweepSignIns }];
