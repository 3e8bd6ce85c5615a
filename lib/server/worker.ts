import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { Logger, type Runner, run } from "graphile-worker";
import { isAway, pool, prisma } from "#lib/platform/db";
import { log } from "#lib/platform/log";
import { onStop } from "./stop";
import { parsedCronItems, standing, stopTasks, taskList } from "./tasks";

// exports leave much behind in little time: collected early, a million rows grow the worker by 15 MB in place of 170, as fast
setFlagsFromString("--heap-growing-percent=20");

const levels = { error: "error", warning: "warn", info: "debug", debug: "debug" } as const;
const logger = new Logger(
  (scope) => (level, message) => log[levels[level]]({ task: scope.taskIdentifier, job: scope.jobId }, message),
);
const says = (error: unknown) => (error instanceof Error ? error.message : String(error));
let runner: Runner | undefined;
let isOver = false;

// what graphile-worker cannot write about a job while the database is away nobody waits for; the standing jobs are added anew
process.on("unhandledRejection", (error) => {
  if (!isAway(error)) throw error;
  log.warn({ error: says(error) }, "the database is away");
});

onStop(async () => {
  isOver = true;
  stopTasks();
  await runner?.stop();
  await prisma.$disconnect();
  await pool.end();
});

while (!isOver) {
  try {
    runner = await run({
      pgPool: pool,
      concurrency: 4,
      pollInterval: 1_000,
      noHandleSignals: true,
      parsedCronItems,
      taskList,
      logger,
    });
    for (const job of standing) await runner.addJob(job, {}, { jobKey: job });
    log.info("the worker waits for jobs");
    process.send?.("ready");
    await runner.promise;
  } catch (error) {
    if (isOver) break;
    if (!isAway(error)) {
      log.fatal({ error: says(error) }, "the worker ended");
      process.exit(1);
    }
    log.warn({ error: says(error) }, "the worker waits for its database");
    await runner?.stop().catch(() => undefined);
    runner = undefined;
    await sleep(1_000);
  }
}
