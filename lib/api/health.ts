import "server-only";
import { existsSync, readdirSync } from "node:fs";
import { z } from "zod";
import { prisma } from "#lib/platform/db";
import { log } from "#lib/platform/log";
import { shared } from "#lib/platform/shared";
import { version } from "../../package.json";

export type Health = { status: "ok" | "unavailable"; version: string; database: "ok" | "unreachable" | "not migrated" };

const folder = "prisma/migrations";
/** The migrations this build came with; none where only the bundle was deployed. */
const ours = shared("api.migrations", () =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? [e.name] : []))
    : [],
);
const applied = z.array(z.object({ migration_name: z.string() }));

/** Whether this process can serve: the database answers and has every migration this build knows. */
export async function health(): Promise<Health> {
  try {
    const rows = applied.parse(
      await prisma.$queryRaw`select migration_name from _prisma_migrations where finished_at is not null and rolled_back_at is null`,
    );
    const done = new Set(rows.map((row) => row.migration_name));
    const isReady = done.size > 0 && ours.every((name) => done.has(name));
    return isReady
      ? { status: "ok", version, database: "ok" }
      : { status: "unavailable", version, database: "not migrated" };
  } catch (error) {
    log.warn({ error: error instanceof Error ? error.message : String(error) }, "the health check failed");
    return { status: "unavailable", version, database: "unreachable" };
  }
}

/** `GET /api/health`: 200 only when this process can serve, else 503. */
export async function healthAnswer(): Promise<Response> {
  const said = await health();
  return Response.json(said, { status: said.status === "ok" ? 200 : 503, headers: { "cache-control": "no-store" } });
}
