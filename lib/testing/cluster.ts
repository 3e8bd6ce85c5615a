import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { startEmbedded } from "../server/embedded-pg.mjs";
import { appRole, ensureDatabase, migrate } from "../server/migrate.mjs";

/** What a test file needs to make its own database: the owner's and the app's address, with `DATABASE` for its name. */
export type Cluster = { owner: string; app: string; template: string; dataDir: string };

declare module "vitest" {
  export interface ProvidedContext {
    cluster: Cluster;
  }
}

const speed = [
  "fsync=off",
  "full_page_writes=off",
  "synchronous_commit=off",
  "max_connections=300",
  "shared_buffers=256MB",
];
const template = "template_app";

/** One throw-away server per run with one migrated template database; both are gone when the run ends. */
export default async function setup(project: TestProject) {
  const folder = await mkdtemp(path.join(os.tmpdir(), "lintuan-test-"));
  const server = await startEmbedded({ dir: path.join(folder, "pg"), durable: false, flags: speed });
  const stop = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const password = "test";
    await ensureDatabase(server.url(template));
    await migrate(server.url(template), { password });
    const admin = new pg.Client({ connectionString: server.url("postgres") });
    await admin.connect();
    await admin.query(`ALTER DATABASE ${template} IS_TEMPLATE true ALLOW_CONNECTIONS false`);
    await admin.end();
    project.provide("cluster", {
      owner: server.url("DATABASE"),
      app: server.url("DATABASE", { name: appRole, password }),
      template,
      dataDir: path.join(folder, "data"),
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}
