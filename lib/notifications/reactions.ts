import "server-only";
import type { Reaction } from "#lib/platform/news";
import type { Sweep } from "#lib/platform/sweep";
import { forgetNotices, noticingOf, ringing, settleNotices } from "./bell";
import { sendWaiting } from "./commands";
import { notify } from "./steps";

export const reactions: Reaction[] = [
  {
    name: "notifications.ring",
    on: ringing,
    run: async (tx, event) => {
      const noticing = await noticingOf(tx, event);
      if (noticing) await notify(tx, noticing);
    },
  },
];
export const sweeps: Sweep[] = [
  { name: "notifications.send", everySeconds: 2, run: () => sendWaiting() },
  { name: "notifications.settle", everySeconds: 5, run: settleNotices },
  { name: "notifications.forget", everySeconds: 3600, run: forgetNotices },
];
