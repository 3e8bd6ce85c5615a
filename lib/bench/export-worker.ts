import "server-only";
import { setFlagsFromString } from "node:v8";
import { prisma } from "#lib/platform/db";
import { lists } from "#lib/server/lists";
import { workRuns } from "#lib/workbench/work";

// as lib/server/worker.ts does
setFlagsFromString("--heap-growing-percent=20");
await prisma.user.count();
const before = process.memoryUsage().rss;
let most = before;
const watch = setInterval(() => {
  most = Math.max(most, process.memoryUsage().rss);
}, 50);
while (await workRuns(lists, () => false)) most = Math.max(most, process.memoryUsage().rss);
clearInterval(watch);
process.send?.({ growthMb: (most - before) / 1_048_576 });
process.disconnect?.();
await prisma.$disconnect();
process.exit(0);
