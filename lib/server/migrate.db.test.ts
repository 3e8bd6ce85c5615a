import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { Logger, runOnce } from "graphile-worker";
import type pg from "pg";
import { describe, expect, test } from "vitest";
import { pool } from "#lib/platform/db";
import { asOwner } from "#lib/testing/owner";
import { appRole, migrate } from "./migrate.mjs";
import { root } from "./setup.mjs";

const ownerUrl = () => process.env.MIGRATE_DATABASE_URL ?? "";

async function definitions(client: pg.Client) {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select p.oid::regprocedure::text as name, pg_get_functiondef(p.oid) as definition
     from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     where n.nspname = 'public' and p.prokind in ('f', 'p')
       and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e') order by 1`,
  );
  return rows;
}

describe("the database", () => {
  test("follows from its migrations exactly as the schema says", () => {
    const cli = path.join(root, "node_modules", "prisma", "build", "index.js");
    const diff = spawnSync(
      process.execPath,
      [
        ...[cli, "migrate", "diff", "--config", ".config/prisma.ts", "--exit-code"],
        ...["--from-migrations", "prisma/migrations", "--to-schema", "prisma/schema"],
      ],
      { cwd: root, encoding: "utf8" },
    );
    expect(diff.stdout + diff.stderr).toContain("No difference detected");
    expect(diff.status).toBe(0);
  });

  test("that is up to date is left as it is", async () => {
    expect(await migrate(ownerUrl(), { password: "test" })).toEqual({ applied: [], functions: [], restricted: true });
  });

  test("is migrated once when several starters come at the same time", async () => {
    const done = await Promise.all([1, 2, 3].map(() => migrate(ownerUrl(), { password: "test" })));
    expect(done.flatMap(({ applied }) => applied)).toEqual([]);
  });

  test("runs the SQL functions that stand in their files", async () => {
    const folder = path.join(root, "prisma", "functions");
    const files = readdirSync(folder).filter((name) => name.endsWith(".sql"));
    await asOwner(async (client) => {
      const live = await definitions(client);
      await client.query("begin");
      for (const file of files) await client.query(readFileSync(path.join(folder, file), "utf8"));
      const written = await definitions(client);
      await client.query("rollback");
      expect(live).toEqual(written);
      const { rows } = await client.query("select name from sql_function_source order by name");
      expect(rows.map(({ name }) => `${name}.sql`)).toEqual(files.sort());
    });
  });

  test("puts a function back that somebody changed by hand, once its file is marked as new", async () => {
    await asOwner(async (client) => {
      const { rows } = await client.query("select name from sql_function_source order by name limit 1");
      const [first] = rows;
      if (!first) return;
      await client.query("update sql_function_source set checksum = 'another' where name = $1", [first.name]);
      expect((await migrate(ownerUrl(), { password: "test" })).functions).toEqual([first.name]);
    });
  });

  test("belongs to its owner: the app's role owns nothing", async () => {
    const { rows } = await pool.query<{ who: string; owned: number }>(
      "select current_user as who, (select count(*)::int from pg_class where pg_get_userbyid(relowner) = current_user) as owned",
    );
    expect(rows[0]).toEqual({ who: appRole, owned: 0 });
  });

  test.each(["journal", "posting", "audit_entry"])(
    "lets the app add to %s and change or remove nothing",
    async (table) => {
      const { rows } = await pool.query(
        `select has_table_privilege($1, 'INSERT') as add, has_table_privilege($1, 'UPDATE') as change,
              has_table_privilege($1, 'DELETE') as remove, has_table_privilege($1, 'TRUNCATE') as empty`,
        [table],
      );
      expect(rows[0]).toEqual({ add: true, change: false, remove: false, empty: false });
      await expect(pool.query(`delete from ${table}`)).rejects.toMatchObject({ code: "42501" });
    },
  );

  test("lets the app queue a job and work it", async () => {
    const worked: unknown[] = [];
    await pool.query(`select graphile_worker.add_job('greet', '{"name":"团长"}')`);
    await runOnce({
      pgPool: pool,
      parsedCronItems: [],
      noHandleSignals: true,
      logger: new Logger(() => () => {}),
      taskList: { greet: async (payload) => void worked.push(payload) },
    });
    expect(worked).toEqual([{ name: "团长" }]);
    expect((await pool.query("select count(*)::int as left from graphile_worker.jobs")).rows).toEqual([{ left: 0 }]);
  });

  test("does not let the app rewrite how it came about or make tables of its own", async () => {
    await expect(pool.query("delete from _prisma_migrations")).rejects.toMatchObject({ code: "42501" });
    await expect(pool.query("select * from sql_function_source")).rejects.toMatchObject({ code: "42501" });
    await expect(pool.query("create table mine (n int)")).rejects.toMatchObject({ code: "42501" });
  });
});
