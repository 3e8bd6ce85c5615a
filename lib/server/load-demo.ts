import "server-only";
import { pool, prisma } from "#lib/platform/db";
import { seed } from "./seed";

await seed((line: string) => process.stdout.write(`${line}\n`));
await prisma.$disconnect();
await pool.end();
