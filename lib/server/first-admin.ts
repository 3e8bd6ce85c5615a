import "server-only";
import { inviteFirstAdministrator } from "#lib/identity/commands/people";
import { systemActor } from "#lib/identity/schema";
import { pool, prisma } from "#lib/platform/db";

// The starter reads this one line; nothing is printed when somebody can already sign in.
const link = await inviteFirstAdministrator(systemActor("start"));
if (link) process.stdout.write(`LINK ${link.path}\n`);
await prisma.$disconnect();
await pool.end();
