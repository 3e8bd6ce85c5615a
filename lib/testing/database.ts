import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, inject } from "vitest";

// Before the file's own imports: a database of its own, reached as the app's role; MIGRATE_DATABASE_URL is the owner's way in.
const cluster = inject("cluster");
const name = `test_${randomUUID().replaceAll("-", "")}`;

async function asAdmin(sql: string) {
  const admin = new pg.Client({ connectionString: cluster.owner.replace(/DATABASE$/, "postgres") });
  await admin.connect();
  try {
    await admin.query(sql);
  } finally {
    await admin.end();
  }
}

await asAdmin(`CREATE DATABASE ${name} TEMPLATE ${cluster.template} STRATEGY FILE_COPY`);
process.env.DATABASE_URL = cluster.app.replace(/DATABASE$/, name);
process.env.MIGRATE_DATABASE_URL = cluster.owner.replace(/DATABASE$/, name);
process.env.DATA_DIR = `${cluster.dataDir}/${name}`;

afterAll(async () => {
  const { pool, prisma } = await import("#lib/platform/db");
  await prisma.$disconnect();
  if (!pool.ended) await pool.end();
  await asAdmin(`DROP DATABASE ${name} WITH (FORCE)`);
});
