import "server-only";
import { hour, later, startOf } from "#lib/kernel/time";
import { now, today } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import type { Reaction } from "#lib/platform/news";
import type { Sweep } from "#lib/platform/sweep";
import { backfill, followAudit, foundNews, reenter } from "./findables";
import { nightly } from "./proof";
import { countedNews, noticeUncounted, rollNews, workOff } from "./rollups";

export const reactions: Reaction[] = [
  {
    name: "analytics.count",
    on: countedNews,
    run: (tx, event) => rollNews(tx, [event.id]),
    runMany: (tx, events) =>
      rollNews(
        tx,
        events.map((e) => e.id),
      ),
  },
  {
    name: "analytics.find",
    on: foundNews,
    run: (tx, event) => reenter(tx, [event.subjectId]),
    runMany: (tx, events) =>
      reenter(
        tx,
        events.map((e) => e.subjectId),
      ),
  },
];

/** After midnight the day's last notices are waited for before it is proved. */
const settled = hour;

export const sweeps: Sweep[] = [
  { name: "analytics.backlog", everySeconds: 2, run: workOff },
  { name: "analytics.uncounted", everySeconds: 600, run: noticeUncounted },
  { name: "analytics.followAudit", everySeconds: 2, run: followAudit },
  { name: "analytics.findAll", everySeconds: 1, run: backfill },
  {
    name: "analytics.proof",
    everySeconds: 300,
    run: async () => {
      const due = later(startOf(today()), settled);
      if (now() < due || (await prisma.rollupProof.count({ where: { at: { gte: due } } })) > 0) return 0;
      await nightly();
      return 1;
    },
  },
];
