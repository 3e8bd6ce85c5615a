import "server-only";
import { setFlagsFromString } from "node:v8";
import { Logger, run } from "graphile-worker";
import { pool, prisma } from "#lib/platform/db";
import { log } from "#lib/platform/log";
import { onStop } from "./stop";
import { parsedCronItems, standing, stopTasks, taskList } from "./tasks";

// exports leave much behind in little time: collected early, a million rows grow the worker by 15 MB in place of 170, as fast
setFlagsFromString("--heap-growing-percent=20");

const levels = { error: "error", warning: "warn", info: "debug", debug: "debug" } as const;
const runner = await run({
  pgPool: pool,
  concurrency: 4,
  pollInterval: 1_000,
  noHandleSignals: true,
  parsedCronItems,
  taskList,
  logger: new Logger(
    (scope) => (level, message) => log[levels[level]]({ task: scope.taskIdentifier, job: scope.jobId }, message),
  ),
});
for (const job of standing) await runner.addJob(job, {}, { jobKey: job });
log.info("the worker waits for jobs");
process.send?.("ready");

onStop(async () => {
  stopTasks();
  await runner.stop();
  await prisma.$disconnect();
  await pool.end();
});
// a runner that ends by itself has lost its database: the starter must know
runner.promise.catch((error: unknown) => {
  log.fatal({ error: error instanceof Error ? error.message : String(error) }, "the worker ended");
  process.exit(1);
});
