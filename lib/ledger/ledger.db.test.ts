import { expect, test } from "vitest";
import { systemActor } from "#lib/identity/schema";
import { readListParams, searchOf } from "#lib/kernel/list";
import { fen } from "#lib/kernel/money";
import { pool, prisma, transact } from "#lib/platform/db";
import { listPage, viewAsk } from "#lib/platform/list";
import { operator } from "#lib/testing/builders";
import { asOwner } from "#lib/testing/owner";
import { sealJournals } from "./commands";
import { journalList } from "./lists";
import { accountStatement, accountsOf, journalRecord, platformBalances, trialBalance } from "./queries";
import {
  capitalPaidIn,
  commissionReleased,
  fundsMoved,
  goodsAccepted,
  lineCompleted,
  orderCommitted,
  orderPaid,
  payoutRequested,
} from "./rules";
import { journalListSpec } from "./schema";
import { lockedBalance, post } from "./steps";

const finance = operator("finance");

test("an unbalanced journal is refused at COMMIT, although each of its rows was accepted", async () => {
  const client = await pool.connect();
  try {
    await client.query("begin");
    const account = await client.query(
      "insert into account (code, base, kind, cached) values ('bank', 'bank', 'asset', false) on conflict (code) do update set base = 'bank' returning id",
    );
    const journal = await client.query(
      "insert into journal (idem_key, type, ref, at, business_day) values ('crooked', 'test', 'x', now(), current_date) returning id",
    );
    await client.query("insert into posting (journal_id, account_id, amount_fen) values ($1, $2, 100)", [
      journal.rows[0].id,
      account.rows[0].id,
    ]);
    await expect(client.query("commit")).rejects.toThrow(/does not sum to zero/);
  } finally {
    client.release();
  }
  expect(await prisma.journal.count({ where: { idemKey: "crooked" } })).toBe(0);
});

test("a journal without postings is refused at COMMIT", async () => {
  await expect(
    transact((tx) =>
      tx.journal.create({
        data: { idemKey: "empty", type: "test", ref: "x", at: new Date(), businessDay: new Date() },
      }),
    ),
  ).rejects.toThrow();
  expect(await prisma.journal.count({ where: { idemKey: "empty" } })).toBe(0);
});

test("what is written in the books is never changed or deleted: not by the app, nor by the owner in passing", async () => {
  await transact((tx) => post(tx, capitalPaidIn({ key: "c1", amount: fen(100_00) })));
  for (const table of ["journal", "posting", "journal_seal"]) {
    await expect(prisma.$executeRawUnsafe(`delete from ${table}`), table).rejects.toThrow(/permission denied/);
    await expect(prisma.$executeRawUnsafe(`truncate ${table} cascade`), table).rejects.toThrow(/permission denied/);
    await asOwner((client) => expect(client.query(`delete from ${table}`), table).rejects.toThrow(/only grows/));
  }
  await expect(prisma.$executeRawUnsafe("update posting set amount_fen = amount_fen + 1")).rejects.toThrow(
    /permission denied/,
  );
  await asOwner((client) => expect(client.query("update journal set memo = 'x'")).rejects.toThrow(/only grows/));
});

test("one business event makes one journal, however often and however concurrently it is told", async () => {
  const told = await Promise.all(
    Array.from({ length: 20 }, () =>
      transact((tx) => post(tx, orderPaid({ transactionId: "t1", orderId: "ord_1", paid: fen(990) }))),
    ),
  );
  expect(told.filter((keys) => keys.size === 1)).toHaveLength(1);
  expect(await prisma.journal.count({ where: { idemKey: "pay:t1" } })).toBe(1);
  expect(await platformBalances(prisma, ["customerPrepaid"])).toEqual({ customerPrepaid: 990 });
});

const earn = (leaderId: string, amount: number) =>
  transact(async (tx) => {
    const key = `${leaderId}-${amount}`;
    await post(
      tx,
      orderPaid({ transactionId: key, orderId: key, paid: fen(amount * 10) }),
      orderCommitted({ orderId: key, amount: fen(amount * 10) }),
      goodsAccepted({ receiptId: key, supplierId: "sup_1", cost: fen(amount * 7) }),
      lineCompleted({
        lineId: key,
        orderId: key,
        leaderId,
        paid: fen(amount * 10),
        coupon: fen(0),
        cost: fen(amount * 7),
        commission: fen(amount),
      }),
    );
    await post(tx, commissionReleased({ key, leaderId, amount: fen(amount), owed: fen(0) }));
  });

test("nobody draws more than there is, alone or all at once", async () => {
  await earn("ldr_over", 100);
  await expect(
    transact((tx) => post(tx, payoutRequested({ withdrawalId: "w0", leaderId: "ldr_over", amount: fen(101) }))),
  ).rejects.toMatchObject({ code: "balanceTooLow" });
  const tries = await Promise.allSettled(
    Array.from({ length: 12 }, (_, i) =>
      transact((tx) => post(tx, payoutRequested({ withdrawalId: `w${i + 1}`, leaderId: "ldr_over", amount: fen(40) }))),
    ),
  );
  expect(tries.filter((t) => t.status === "fulfilled")).toHaveLength(2);
  expect(await transact((tx) => lockedBalance(tx, "leaderAvailable:ldr_over"))).toBe(20);
});

test("an account without an owner, or an owner without an account of that kind, is a bug", async () => {
  await expect(
    transact((tx) =>
      post(tx, {
        idemKey: "b1",
        type: "t",
        ref: "r",
        legs: [
          { account: "leaderFrozen", amount: fen(1) },
          { account: "bank", amount: fen(-1) },
        ],
      }),
    ),
  ).rejects.toThrow(/needs an owner/);
  await expect(
    transact((tx) =>
      post(tx, {
        idemKey: "b2",
        type: "t",
        ref: "r",
        legs: [
          { account: "bank:x", amount: fen(1) },
          { account: "goods", amount: fen(-1) },
        ],
      }),
    ),
  ).rejects.toThrow(/has no owner/);
});

test("cached balances are the sums of their postings, and both sides of the trial balance are equal", async () => {
  await earn("ldr_two", 55);
  const drift = await prisma.$queryRaw`
    select a.code from account a left join posting p on p.account_id = a.id where a.cached group by a.id having a.balance_fen <> coalesce(sum(p.amount_fen), 0)`;
  expect(drift).toEqual([]);
  const trial = await trialBalance(finance);
  expect(trial.differenceFen).toBe(0);
  expect(trial.debitFen).toBeGreaterThan(0);
  expect(trial.rows.find((r) => r.base === "leaderAvailable")).toMatchObject({ balanceFen: 75, owners: 2 });
});

test("an account's statement runs to its balance, page by page", async () => {
  for (let i = 0; i < 7; i++)
    await transact((tx) =>
      post(tx, fundsMoved({ key: `m${i}`, from: "bank", to: "channelOperation", amount: fen(10 + i) })),
    );
  const first = await accountStatement(finance, "channelOperation", { limit: 3 });
  const second = await accountStatement(finance, "channelOperation", { limit: 3, cursor: first.page.nextCursor });
  const third = await accountStatement(finance, "channelOperation", { limit: 3, cursor: second.page.nextCursor });
  const moves = [...first.page.rows, ...second.page.rows, ...third.page.rows];
  expect(moves.map((m) => m.amountFen)).toEqual([16, 15, 14, 13, 12, 11, 10]);
  expect(moves.map((m) => m.balanceFen)).toEqual([91, 75, 60, 46, 33, 21, 10]);
  expect(third.page.nextCursor).toBeNull();
  expect(first.account.balanceFen).toBe(91);
  expect((await accountsOf(finance, "leaderAvailable")).map((a) => [a.ownerId, a.balanceFen])).toEqual([
    ["ldr_two", 55],
    ["ldr_over", 20],
  ]);
});

test("journals are found by type, reference, account and page", async () => {
  const found = (query: string) => listPage(journalList, finance, readListParams(searchOf(query), journalListSpec));
  expect((await found("type=orderPaid")).rows).toHaveLength(3);
  expect((await found("q=pay:t1")).rows.map((j) => j.ref)).toEqual(["ord_1"]);
  expect((await found("account=leaderAvailable:ldr_two")).rows).toHaveLength(1);
  expect((await found("view=trade&where=touched.in.customerPrepaid&where=amount.gte.1")).rows).not.toHaveLength(0);
  const page = await listPage(journalList, finance, viewAsk("all", "-no"), 4);
  const rest = await listPage(journalList, finance, { ...viewAsk("all", "-no"), after: page.nextCursor }, 4);
  expect(Number(rest.rows[0]?.id)).toBeLessThan(Number(page.rows.at(-1)?.id));
});

test("the books are finance's and the auditor's to read, nobody else's", async () => {
  await expect(trialBalance(operator("support"))).rejects.toMatchObject({ code: "forbidden" });
  await expect(listPage(journalList, operator("merchandiser"), viewAsk("all"))).rejects.toMatchObject({
    code: "forbidden",
  });
  expect((await trialBalance(operator("auditor"))).differenceFen).toBe(0);
});

test("sealing chains every journal once, in order, and the seal no longer holds once a posting was tampered with", async () => {
  const sealer = systemActor("test");
  const both = await Promise.all([sealJournals(sealer), sealJournals(sealer)]);
  expect(both.reduce((a, b) => a + b)).toBe(await prisma.journal.count());
  await transact((tx) => post(tx, capitalPaidIn({ key: "late", amount: fen(1) })));
  expect(await sealJournals(sealer)).toBe(1);
  const seals = await prisma.journalSeal.findMany({ orderBy: { seq: "asc" } });
  expect(seals.map((s) => Number(s.seq))).toEqual(seals.map((_, i) => i + 1));
  for (const [i, s] of seals.entries()) expect(s.prevHash).toBe(i === 0 ? "0".repeat(64) : seals[i - 1]?.hash);
  const { id } = await prisma.journal.findUniqueOrThrow({ where: { idemKey: "capital:c1" } });
  expect((await journalRecord(finance, String(id))).seal?.holds).toBe(true);
  await asOwner(async (client) => {
    await client.query("set session_replication_role = replica");
    await client.query("update posting set amount_fen = amount_fen * 2 where journal_id = $1", [id]);
  });
  expect((await journalRecord(finance, String(id))).seal?.holds).toBe(false);
});
