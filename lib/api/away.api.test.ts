import pg from "pg";
import { expect, test } from "vitest";
import { isAway, prisma } from "#lib/platform/db";
import { ask, tokenOf } from "#lib/testing/api";
import { makeResident } from "#lib/testing/builders";
import { asOwner } from "#lib/testing/owner";

/** Ends every other connection to this database, as a crash of it would. */
const cut =
  "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";

test("a call that loses the database on its way is answered 503 with Retry-After, and the next one is served", async () => {
  const token = await tokenOf(await makeResident());
  expect((await ask("GET", "/me", { token })).status).toBe(200);
  const said = await asOwner(async (owner) => {
    await owner.query("begin");
    await owner.query("lock table resident in access exclusive mode");
    const waiting = ask("GET", "/me", { token });
    for (let n = 0; n === 0; ) {
      const found = await owner.query("select count(*)::int as n from pg_locks where not granted");
      n = found.rows[0].n;
    }
    await owner.query(cut);
    await owner.query("commit");
    return waiting;
  });
  expect(said.body).toMatchObject({ status: 503, code: "unavailable", retry_after_ms: 1000 });
  expect(said.headers.get("retry-after")).toBe("1");
  expect((await ask("GET", "/me", { token })).status).toBe(200);
});

test("an absent database is away, a refused row is not", async () => {
  const nobody = new pg.Client("postgresql://none:none@127.0.0.1:1/none");
  expect(isAway(await nobody.connect().catch((error: unknown) => error))).toBe(true);
  const id = await makeResident();
  const twice = await prisma.resident
    .create({ data: { id, openid: "twice", nickname: "", createdAt: new Date(0) } })
    .catch((error: unknown) => error);
  expect(twice).toBeInstanceOf(Error);
  expect(isAway(twice)).toBe(false);
});
