import { createHash, randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { runMigrations } from "graphile-worker";
import pg from "pg";
import { loadEnv, root, Sentence } from "./setup.mjs";

/** The number Prisma Migrate locks, so that neither runs beside the other. */
const migrateLock = 72707369;
/** The role the app works as: it owns nothing (prisma/roles.sql). */
export const appRole = "lintuan_app";

const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const place = (url) => {
  const { hostname, port, pathname } = new URL(url);
  return { server: `${hostname}:${port || 5432}`, database: decodeURIComponent(pathname.slice(1)) };
};

/** A database address that cannot be used, as one sentence. */
function unreachable(url, error) {
  const { server, database } = place(url);
  const why = {
    ECONNREFUSED: "nothing answers there",
    ENOTFOUND: "there is no such host",
    EAI_AGAIN: "there is no such host",
    ETIMEDOUT: "it does not answer",
    "28P01": "it refuses the user or the password",
    28000: "it refuses the user",
    "3D000": `it has no database "${database}", and this user may not make one`,
    42501: `it has no database "${database}", and this user may not make one`,
  };
  const reason = why[error.code] ?? (/timeout/i.test(error.message) ? "it does not answer" : error.message);
  return new Sentence(`Cannot use the database at ${server}: ${reason}. Check DATABASE_URL.`);
}

async function connected(url, settings = {}) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000, ...settings });
  client.on("error", () => {});
  await client.connect();
  return client;
}

/** Makes the database of the address unless it is there. Refuses: a server that cannot be reached or says no. */
export async function ensureDatabase(url) {
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url)) {
    throw new Sentence("DATABASE_URL is not a postgresql:// address.");
  }
  try {
    await (await connected(url)).end();
    return;
  } catch (error) {
    if (error.code !== "3D000") throw unreachable(url, error);
  }
  const maintenance = new URL(url);
  maintenance.pathname = "/postgres";
  try {
    const client = await connected(maintenance.href);
    try {
      await client.query(`CREATE DATABASE ${pg.escapeIdentifier(place(url).database)}`);
    } finally {
      await client.end();
    }
  } catch (error) {
    // another starter made it a moment earlier
    if (error.code !== "42P04") throw unreachable(url, error);
  }
}

/** Applies the pending folders of prisma/migrations as Prisma would, each in one transaction; answers their names. */
async function applyMigrations(client, folder) {
  await client.query(`CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
    migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
    started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`);
  const { rows } = await client.query(
    "SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL",
  );
  const failed = rows.find((row) => !row.finished_at);
  if (failed) {
    throw new Sentence(
      `The migration ${failed.migration_name} failed earlier: mend it, then run npx prisma migrate resolve --config .config/prisma.ts --rolled-back ${failed.migration_name}.`,
    );
  }
  const applied = [];
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const name of names.map((entry) => entry.name).sort()) {
    const sql = readFileSync(path.join(folder, name, "migration.sql"), "utf8");
    const checksum = sha256(sql);
    const earlier = rows.find((row) => row.migration_name === name);
    if (earlier) {
      if (earlier.checksum !== checksum) {
        throw new Sentence(`The migration ${name} was changed after it was applied: put it back and write a new one.`);
      }
      continue;
    }
    const id = randomUUID();
    await client.query("INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ($1, $2, $3)", [
      id,
      checksum,
      name,
    ]);
    try {
      // several statements in one simple query are one transaction
      await client.query(sql);
    } catch (error) {
      await client.query("UPDATE _prisma_migrations SET logs = $2 WHERE id = $1", [id, String(error)]);
      throw new Sentence(`The migration ${name} failed: ${error.message}.`);
    }
    await client.query("UPDATE _prisma_migrations SET finished_at = now(), applied_steps_count = 1 WHERE id = $1", [
      id,
    ]);
    applied.push(name);
  }
  return applied;
}

/** Puts every changed file of prisma/functions into the database, all or none; answers their names. */
async function applyFunctions(client, folder) {
  const files = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith(".sql"))
        .sort()
    : [];
  const { rows } = await client.query("SELECT name, checksum FROM sql_function_source");
  const known = new Map(rows.map((row) => [row.name, row.checksum]));
  const changed = [];
  await client.query("BEGIN");
  try {
    for (const file of files) {
      const name = path.basename(file, ".sql");
      const sql = readFileSync(path.join(folder, file), "utf8");
      const checksum = sha256(sql);
      if (known.get(name) === checksum) continue;
      try {
        await client.query(sql);
      } catch (error) {
        throw new Sentence(`The function prisma/functions/${file} failed: ${error.message}.`);
      }
      await client.query(
        "INSERT INTO sql_function_source (name, checksum) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET checksum = excluded.checksum",
        [name, checksum],
      );
      changed.push(name);
    }
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  }
  return changed;
}

/** Gives the app's role what it needs and no more. Answers false where this user may not make roles. */
async function applyRoles(client, { password, login }) {
  const { rows } = await client.query(
    `SELECT r.rolsuper, r.rolcreaterole, r.rolname, EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS made
     FROM pg_roles r WHERE r.rolname = current_user`,
    [appRole],
  );
  const me = rows[0];
  const mayMake = me.rolsuper || me.rolcreaterole;
  if (!me.made && !mayMake) return false;
  if (!me.made) {
    // roles belong to the whole server: another database's migration may be making the same one
    await client.query(
      `DO $$ BEGIN CREATE ROLE ${appRole}; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`,
    );
  }
  if (password) {
    const { rows: quoted } = await client.query("SELECT quote_literal($1) AS word", [password]);
    await client.query(`ALTER ROLE ${appRole} LOGIN PASSWORD ${quoted[0].word}`);
  }
  if (mayMake) {
    for (const member of [me.rolsuper ? undefined : me.rolname, login]) {
      if (member && member !== appRole) await client.query(`GRANT ${appRole} TO ${pg.escapeIdentifier(member)}`);
    }
  }
  await client.query("BEGIN");
  try {
    await client.query(readFileSync(path.join(root, "prisma", "roles.sql"), "utf8"));
    await client.query(`
      GRANT USAGE ON SCHEMA graphile_worker TO ${appRole};
      GRANT ALL ON ALL TABLES IN SCHEMA graphile_worker TO ${appRole};
      GRANT ALL ON ALL SEQUENCES IN SCHEMA graphile_worker TO ${appRole};
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA graphile_worker TO ${appRole};`);
    // graphile-worker locks its tables by row security for everybody but their owner, and the worker is not the owner
    await client.query(`
      DO $$ DECLARE locked record; BEGIN
        FOR locked IN SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname = 'graphile_worker' AND c.relrowsecurity
          AND NOT EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'lintuan_app')
        LOOP
          EXECUTE format('CREATE POLICY lintuan_app ON graphile_worker.%I TO ${appRole} USING (true) WITH CHECK (true)', locked.relname);
        END LOOP;
      END $$`);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  }
  return true;
}

/**
 * Brings a database to this version: migrations, SQL functions, the job queue's own tables, the app's role and its grants.
 * Several starters may call it at once; one works, the others wait.
 * @param {string} url the owner's address
 * @param {{ password?: string, login?: string }} [role] the app role's password where the server is ours; else the login the app connects as
 * @returns {Promise<{ applied: string[], functions: string[], restricted: boolean }>} `restricted`: the app's role is there
 */
export async function migrate(url, role = {}) {
  const client = await connected(url, { options: "-c timezone=UTC" }).catch((error) => {
    throw unreachable(url, error);
  });
  try {
    await client.query("SELECT pg_advisory_lock($1)", [migrateLock]);
    const applied = await applyMigrations(client, path.join(root, "prisma", "migrations"));
    const functions = await applyFunctions(client, path.join(root, "prisma", "functions"));
    await runMigrations({ connectionString: url, logger: await quietLogger() });
    const restricted = await applyRoles(client, role);
    return { applied, functions, restricted };
  } finally {
    await client.end();
  }
}

async function quietLogger() {
  const { Logger } = await import("graphile-worker");
  return new Logger(() => () => {});
}

async function main() {
  loadEnv();
  const { DATABASE_URL: app, MIGRATE_DATABASE_URL: owner = app } = process.env;
  if (!owner) throw new Sentence("Set DATABASE_URL (and MIGRATE_DATABASE_URL, if another role owns the tables).");
  await ensureDatabase(owner);
  const login = app && app !== owner ? decodeURIComponent(new URL(app).username) : undefined;
  const { applied, functions, restricted } = await migrate(owner, { login });
  for (const name of applied) process.stdout.write(`migration ${name}\n`);
  for (const name of functions) process.stdout.write(`function ${name}\n`);
  process.stdout.write(`${place(owner).database} is up to date\n`);
  if (!restricted)
    process.stdout.write(`The role ${appRole} could not be made: the app works with its login's own rights.\n`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main().catch((error) => {
    process.stderr.write(`${error instanceof Sentence ? error.message : error.stack}\n`);
    process.exitCode = 1;
  });
}
