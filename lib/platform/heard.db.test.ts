import { describe, expect, test } from "vitest";
import { Prisma } from "#lib/generated/prisma/client";
import { prisma } from "./db";
import { heard } from "./heard";

describe("the SQL behind an answer", () => {
  test("is the statement that ran, with its values, and gives the same answer when pasted", async () => {
    const day = new Date("2026-11-22T00:00:00Z");
    const ask = () =>
      prisma.$queryRaw<{ n: number; who: string }[]>`
        select count(*)::int as n, ${"O'Brien"} as who
        from generate_series(1, 3) i
        where i = any(${[1, 2]}::int[]) and ${day}::date = date '2026-11-22' ${Prisma.sql`and ${5} > i`}`;
    const { answer, sql } = await heard(ask);
    expect(answer).toEqual([{ n: 2, who: "O'Brien" }]);
    expect(sql).toHaveLength(1);
    expect(sql[0]).not.toContain("$");
    expect(await prisma.$queryRawUnsafe(sql[0] ?? "")).toEqual(answer);
  });

  test("is told to its own listener only, even side by side", async () => {
    const one = (n: number) =>
      heard(async () => {
        await prisma.$queryRaw`select ${n}::int as n`;
        await prisma.$queryRaw`select ${n}::int + 1 as n`;
      });
    const all = await Promise.all([one(10), one(20), one(30)]);
    expect(all.map((a) => a.sql.length)).toEqual([2, 2, 2]);
    expect(all.map((a) => a.sql[0])).toEqual(["select 10::int as n", "select 20::int as n", "select 30::int as n"]);
  });

  test("is heard inside a transaction too, without the transaction's own words", async () => {
    const { sql } = await heard(() =>
      prisma.$transaction(async (tx) => {
        await tx.$queryRaw`select ${7}::int as n`;
        await tx.$executeRaw`set local statement_timeout = 1000`;
      }),
    );
    expect(sql).toEqual(["select 7::int as n"]);
  });
});
