import "server-only";
import type { Reaction } from "#lib/platform/news";
import type { Sweep } from "#lib/platform/sweep";
import { sendWaiting } from "./commands";

export const reactions: Reaction[] = [];
export const sweeps: Sweep[] = [{ name: "notifications.send", everySeconds: 2, run: () => sendWaiting() }];
