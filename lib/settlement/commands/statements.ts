import "server-only";
import { z } from "zod";
import { record } from "#lib/audit/steps";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { type Fen, fen, minus, negate, sum, zero } from "#lib/kernel/money";
import { isRefusal, Refusal } from "#lib/kernel/refusal";
import { next } from "#lib/kernel/states";
import { addDays, type Day, dateOf, day, dayFromDate, zone } from "#lib/kernel/time";
import { platformBalances } from "#lib/ledger/queries";
import {
  statementApproved as approvedJournal,
  statementPaid as paidJournal,
  statementBounced,
  statementSubmitted,
} from "#lib/ledger/rules";
import { lockedBalance, post } from "#lib/ledger/steps";
import { now, today } from "#lib/platform/clock";
import { prisma, type Tx, transact } from "#lib/platform/db";
import { bytesOf, keepFile } from "#lib/platform/files";
import { announce } from "#lib/platform/news";
import { sha256 } from "#lib/platform/pii";
import { statementApproved, statementConfirmed, statementDisputed, statementPaid, statementSent } from "../events";
import { unstated } from "../gather";
import { tellSupplier } from "../notices";
import { carriedOver, closingOf, mayAdjust, statementLife, statementText } from "../rules";

/**
 * Drafts a supplier's statement up to a finished day: every accepted receipt and claim that stands on no statement yet,
 * after what the one before carried over. Returns its id.
 * Refuses: notFound, periodOpen (the day is not over), nothingToState.
 */
export async function makeStatement(
  actor: Actor,
  input: { supplierId: string; toDay: string },
): Promise<{ id: string }> {
  const toDay = day(input.toDay);
  return transact(
    async (tx) => {
      await tx.$queryRaw`select id from supplier where id = ${input.supplierId} for update`;
      const supplier = await tx.supplier.findUnique({ where: { id: input.supplierId }, select: { id: true } });
      if (!supplier) throw new Refusal("notFound");
      authorise(actor, "settlement.make", { supplierId: supplier.id });
      if (toDay >= today()) throw new Refusal("periodOpen", { day: toDay }, [{ field: "toDay", code: "periodOpen" }]);
      const previous = await tx.supplierStatement.findFirst({
        where: { supplierId: supplier.id },
        orderBy: { toDay: "desc" },
      });
      if (previous && dayFromDate(previous.toDay) >= toDay) throw new Refusal("nothingToState");
      const events = await unstated(tx, supplier.id, toDay);
      const first = events.map((e) => e.day).sort()[0];
      if (!first) throw new Refusal("nothingToState");
      const fromDay: Day = previous ? addDays(dayFromDate(previous.toDay), 1) : first;
      const at = now();
      const id = newId("stm", at);
      await tx.supplierStatement.create({
        data: {
          id,
          supplierId: supplier.id,
          fromDay: dateOf(fromDay),
          toDay: dateOf(toDay),
          state: "draft",
          openingFen: 0n,
          receiptsFen: 0n,
          claimsFen: 0n,
          adjustmentsFen: 0n,
          closingFen: 0n,
          payableFen: 0n,
          hash: "",
          createdAt: at,
          createdBy: actor.id,
        },
      });
      await tx.statementLine.createMany({
        data: events.map((e) => ({
          id: newId("sml", at),
          statementId: id,
          kind: e.kind,
          sourceId: e.sourceId,
          day: dateOf(e.day),
          words: e.words,
          quantity: e.quantity,
          amountFen: e.amountFen,
          evidence: e.evidence as object,
        })),
      });
      const claimIds = events.filter((e) => e.kind === "claim").map((e) => e.sourceId);
      if (claimIds.length > 0)
        await tx.supplierClaim.updateMany({
          where: { id: { in: claimIds }, state: "open" },
          data: { state: "stated" },
        });
      const sums = await recount(tx, id);
      await record(tx, actor, {
        deed: "settlement.make",
        subjectType: "statement",
        subjectId: id,
        after: { fromDay, toDay, lines: events.length, closingFen: sums.closing },
      });
      return { id };
    },
    { timeoutMs: 60_000 },
  );
}

/** Adds the lines up again, writes the sums and the hash. */
async function recount(tx: Tx, id: string): Promise<{ closing: Fen; payable: Fen; hash: string }> {
  const statement = await tx.supplierStatement.findUniqueOrThrow({ where: { id }, include: { lines: true } });
  const previous = await tx.supplierStatement.findFirst({
    where: { supplierId: statement.supplierId, toDay: { lt: statement.fromDay } },
    orderBy: { toDay: "desc" },
  });
  const of = (kind: string) => sum(statement.lines.filter((l) => l.kind === kind).map((l) => fen(l.amountFen)));
  const opening = previous ? carriedOver(fen(previous.closingFen)) : zero;
  const sums = { opening, receipts: of("receipt"), claims: negate(of("claim")), adjustments: of("adjustment") };
  const { closing, payable } = closingOf(sums);
  const hash = sha256(
    statementText({
      supplierId: statement.supplierId,
      fromDay: dayFromDate(statement.fromDay),
      toDay: dayFromDate(statement.toDay),
      ...sums,
      closing,
      lines: statement.lines.map((l) => ({
        kind: l.kind,
        sourceId: l.sourceId,
        quantity: l.quantity,
        amountFen: fen(l.amountFen),
      })),
    }),
  );
  await tx.supplierStatement.update({
    where: { id },
    data: {
      openingFen: sums.opening,
      receiptsFen: sums.receipts,
      claimsFen: sums.claims,
      adjustmentsFen: sums.adjustments,
      closingFen: closing,
      payableFen: payable,
      hash,
    },
  });
  return { closing, payable, hash };
}

const load = async (tx: Tx, id: string) => {
  await tx.$queryRaw`select id from supplier_statement where id = ${id} for update`;
  const statement = await tx.supplierStatement.findUnique({ where: { id } });
  if (!statement) throw new Refusal("notFound");
  return statement;
};
type Statement = Awaited<ReturnType<typeof load>>;

/** An adjustment moves what is handed over to the next statement only while there is no next one, or the hand-over stays the same. */
async function recountAlone(tx: Tx, statement: Statement): Promise<{ closing: Fen; hash: string }> {
  const sums = await recount(tx, statement.id);
  if (carriedOver(sums.closing) !== carriedOver(fen(statement.closingFen))) {
    const later = await tx.supplierStatement.count({
      where: { supplierId: statement.supplierId, fromDay: { gt: statement.toDay } },
    });
    if (later > 0) throw new Refusal("laterStatement");
  }
  return sums;
}

/**
 * Adds a line that no receipt or claim stands for (deposit of crates, agreed correction), with its reason and, if there is
 * one, a file. Refuses: illegalTransition (the supplier has agreed), reasonRequired, laterStatement, fileKind, fileTooBig.
 */
export async function adjustStatement(
  actor: Actor,
  input: { id: string; words: string; direction: "plus" | "minus"; amountFen: number; file?: unknown },
): Promise<void> {
  await transact(async (tx) => {
    const statement = await load(tx, input.id);
    authorise(actor, "settlement.make", { supplierId: statement.supplierId });
    if (!mayAdjust(statement.state))
      throw new Refusal("illegalTransition", { state: statement.state, event: "adjust" });
    if (input.words.trim().length < 2) throw new Refusal("reasonRequired");
    const at = now();
    const lineId = newId("sml", at);
    const given = input.file instanceof File && input.file.size > 0 ? await bytesOf(input.file) : null;
    const kept =
      given &&
      (await keepFile(tx, {
        purpose: "evidence",
        ownerKind: "supplier",
        ownerId: statement.supplierId,
        name: given.name,
        bytes: given.bytes,
        at,
        by: actor.id,
      }));
    const amount = input.direction === "plus" ? fen(input.amountFen) : negate(fen(input.amountFen));
    await tx.statementLine.create({
      data: {
        id: lineId,
        statementId: statement.id,
        kind: "adjustment",
        sourceId: lineId,
        day: dateOf(today()),
        words: input.words.trim(),
        quantity: 0,
        amountFen: amount,
        evidence: { reason: input.words.trim(), by: actor.name, photoFileIds: kept ? [kept.id] : [] },
      },
    });
    const sums = await recountAlone(tx, statement);
    await record(tx, actor, {
      deed: "settlement.adjust",
      subjectType: "statement",
      subjectId: statement.id,
      before: { closingFen: statement.closingFen },
      after: { closingFen: sums.closing },
      reason: input.words,
    });
  });
}

/** Takes an adjustment off again. Refuses: illegalTransition, notFound, laterStatement. */
export async function dropAdjustment(actor: Actor, input: { id: string; lineId: string }): Promise<void> {
  await transact(async (tx) => {
    const statement = await load(tx, input.id);
    authorise(actor, "settlement.make", { supplierId: statement.supplierId });
    if (!mayAdjust(statement.state))
      throw new Refusal("illegalTransition", { state: statement.state, event: "adjust" });
    const line = await tx.statementLine.findFirst({
      where: { id: input.lineId, statementId: statement.id, kind: "adjustment" },
    });
    if (!line) throw new Refusal("notFound");
    await tx.statementLine.delete({ where: { id: line.id } });
    const sums = await recountAlone(tx, statement);
    await record(tx, actor, {
      deed: "settlement.adjust",
      subjectType: "statement",
      subjectId: statement.id,
      before: { closingFen: statement.closingFen },
      after: { closingFen: sums.closing },
      reason: line.words,
    });
  });
}

type StatementChange = Parameters<Tx["supplierStatement"]["updateMany"]>[0]["data"];

async function go(
  tx: Tx,
  statement: Statement,
  event: Parameters<
    typeof next<Statement["state"], "send" | "confirm" | "dispute" | "approve" | "pay" | "bounce" | "settle">
  >[2],
  facts: StatementChange,
): Promise<Statement["state"]> {
  const to = next(statementLife, statement.state, event);
  const done = await tx.supplierStatement.updateMany({
    where: { id: statement.id, state: statement.state },
    data: { ...facts, state: to },
  });
  if (done.count !== 1) throw new Refusal("illegalTransition", { state: statement.state, event });
  return to;
}

/** Shows the statement to the supplier, for the first time or again after a dispute. Refuses: illegalTransition. */
export async function sendStatement(actor: Actor, input: { id: string }): Promise<void> {
  await transact(async (tx) => {
    const statement = await load(tx, input.id);
    authorise(actor, "settlement.make", { supplierId: statement.supplierId });
    const sums = await recountAlone(tx, statement);
    await go(tx, statement, "send", { sentAt: now(), sentBy: actor.id });
    await record(tx, actor, {
      deed: "settlement.send",
      subjectType: "statement",
      subjectId: statement.id,
      after: { closingFen: sums.closing, hash: sums.hash },
    });
    await tellSupplier(tx, {
      supplierId: statement.supplierId,
      from: dayFromDate(statement.fromDay),
      to: dayFromDate(statement.toDay),
      closing: sums.closing,
    });
    await announce(tx, {
      type: statementSent,
      subjectId: statement.id,
      payload: { supplierId: statement.supplierId, closingFen: sums.closing },
    });
  });
}

/** The supplier's owner agrees to exactly what they saw. Refuses: staleVersion, illegalTransition, forbidden. */
export async function confirmStatement(actor: Actor, input: { id: string; hash: string }): Promise<void> {
  await transact(async (tx) => {
    const statement = await load(tx, input.id);
    if (actor.kind === "supplier" && statement.state === "draft") throw new Refusal("notFound");
    authorise(actor, "settlement.confirm", { supplierId: statement.supplierId });
    if (statement.hash !== input.hash) throw new Refusal("staleVersion");
    await go(tx, statement, "confirm", { confirmedAt: now(), confirmedBy: actor.id });
    await record(tx, actor, {
      deed: "settlement.confirm",
      subjectType: "statement",
      subjectId: statement.id,
      after: { hash: input.hash, closingFen: statement.closingFen },
    });
    await announce(tx, {
      type: statementConfirmed,
      subjectId: statement.id,
      payload: { supplierId: statement.supplierId },
    });
  });
}

const addNote = (tx: Tx, actor: Actor, statementId: string, text: string) =>
  tx.statementNote.create({
    data: { statementId, at: now(), authorName: actor.name, authorKind: actor.kind, text: text.trim() },
  });

/** The supplier does not agree and says why; finance answers in the thread, adjusts, and sends it again. Refuses: illegalTransition, reasonRequired. */
export async function disputeStatement(actor: Actor, input: { id: string; text: string }): Promise<void> {
  await transact(async (tx) => {
    const statement = await load(tx, input.id);
    if (actor.kind === "supplier" && statement.state === "draft") throw new Refusal("notFound");
    authorise(actor, "settlement.confirm", { supplierId: statement.supplierId });
    if (input.text.trim().length < 4) throw new Refusal("reasonRequired");
    await go(tx, statement, "dispute", { disputedAt: now() });
    await addNote(tx, actor, statement.id, input.text);
    await record(tx, actor, {
      deed: "settlement.dispute",
      subjectType: "statement",
      subjectId: statement.id,
      after: { state: "disputed" },
      reason: input.text,
    });
    await announce(tx, {
      type: statementDisputed,
      subjectId: statement.id,
      payload: { supplierId: statement.supplierId },
    });
  });
}

/** A sentence in the statement's thread. Refuses: notFound (a supplier's view of a draft), forbidden. */
export async function noteStatement(actor: Actor, input: { id: string; text: string }): Promise<void> {
  await transact(async (tx) => {
    const statement = await load(tx, input.id);
    if (actor.kind === "supplier" && statement.state === "draft") throw new Refusal("notFound");
    authorise(actor, actor.kind === "supplier" ? "settlement.see" : "settlement.make", {
      supplierId: statement.supplierId,
    });
    await addNote(tx, actor, statement.id, input.text);
    await record(tx, actor, { deed: "settlement.note", subjectType: "statement", subjectId: statement.id });
  });
}

/**
 * A second person, neither maker nor sender, approves what the supplier confirmed; it becomes payable, a negative one
 * carries over. Refuses: twoPeople, staleVersion, illegalTransition.
 */
export async function approveStatement(actor: Actor, input: { id: string; hash: string }): Promise<void> {
  await transact(async (tx) => {
    const statement = await load(tx, input.id);
    authorise(actor, "settlement.approve", { supplierId: statement.supplierId });
    if (actor.id === statement.createdBy || actor.id === statement.sentBy) throw new Refusal("twoPeople");
    if (statement.hash !== input.hash) throw new Refusal("staleVersion");
    await go(tx, statement, "approve", { approvedAt: now(), approvedBy: actor.id });
    const pending = await lockedBalance(tx, `supplierPending:${statement.supplierId}`);
    const receivable = await lockedBalance(tx, `supplierReceivable:${statement.supplierId}`);
    await post(
      tx,
      approvedJournal({
        statementId: statement.id,
        supplierId: statement.supplierId,
        payable: fen(statement.payableFen),
        adjustments: fen(statement.adjustmentsFen),
        pending,
        receivable,
      }),
    );
    await record(tx, actor, {
      deed: "settlement.approve",
      subjectType: "statement",
      subjectId: statement.id,
      after: { hash: input.hash, payableFen: statement.payableFen },
    });
    await announce(tx, {
      type: statementApproved,
      subjectId: statement.id,
      payload: { supplierId: statement.supplierId, payableFen: Number(statement.payableFen) },
    });
  });
}

/** The payment order has gone to the bank. Refuses: nothingToPay, bankMissing, fundsShort, illegalTransition. */
export async function payStatement(actor: Actor, input: { id: string; hash: string }): Promise<void> {
  await transact(async (tx) => {
    const statement = await load(tx, input.id);
    authorise(actor, "settlement.pay", { supplierId: statement.supplierId });
    if (statement.hash !== input.hash) throw new Refusal("staleVersion");
    const amount = fen(statement.payableFen);
    if (amount === 0) throw new Refusal("nothingToPay");
    const supplier = await tx.supplier.findUniqueOrThrow({
      where: { id: statement.supplierId },
      select: { bankAccountTail: true },
    });
    if (!supplier.bankAccountTail) throw new Refusal("bankMissing");
    await tx.$queryRaw`select pg_advisory_xact_lock(hashtext('funds'))::text as locked`;
    const { bank = zero, supplierInTransit = zero } = await platformBalances(tx, ["bank", "supplierInTransit"]);
    const free = minus(bank, supplierInTransit);
    if (free < amount) throw new Refusal("fundsShort", { heldFen: free });
    const attempt = statement.payAttempts + 1;
    await go(tx, statement, "pay", { payAttempts: attempt });
    await post(
      tx,
      statementSubmitted({ statementId: statement.id, supplierId: statement.supplierId, amount, attempt }),
    );
    await record(tx, actor, {
      deed: "settlement.pay",
      subjectType: "statement",
      subjectId: statement.id,
      after: { amountFen: amount, attempt },
    });
  });
}

/** The bank has paid, under this reference. Refuses: illegalTransition, reasonRequired (no reference). */
export async function settleStatement(actor: Actor, input: { id: string; paymentRef: string }): Promise<void> {
  await transact(async (tx) => {
    const statement = await load(tx, input.id);
    authorise(actor, "settlement.pay", { supplierId: statement.supplierId });
    const paymentRef = input.paymentRef.trim();
    if (paymentRef.length < 4)
      throw new Refusal("reasonRequired", {}, [{ field: "paymentRef", code: "reasonRequired" }]);
    await go(tx, statement, "settle", { paidAt: now(), paidBy: actor.id, paymentRef });
    await post(tx, paidJournal({ statementId: statement.id, amount: fen(statement.payableFen) }));
    await record(tx, actor, {
      deed: "settlement.paid",
      subjectType: "statement",
      subjectId: statement.id,
      after: { paymentRef, amountFen: statement.payableFen },
    });
    await announce(tx, {
      type: statementPaid,
      subjectId: statement.id,
      payload: { supplierId: statement.supplierId, amountFen: Number(statement.payableFen) },
    });
  });
}

/** The bank sent the payment back; it is payable again. Refuses: illegalTransition, reasonRequired. */
export async function bounceStatement(actor: Actor, input: { id: string; reason: string }): Promise<void> {
  await transact(async (tx) => {
    const statement = await load(tx, input.id);
    authorise(actor, "settlement.pay", { supplierId: statement.supplierId });
    if (input.reason.trim().length < 2) throw new Refusal("reasonRequired");
    await go(tx, statement, "bounce", {});
    await post(
      tx,
      statementBounced({
        statementId: statement.id,
        supplierId: statement.supplierId,
        amount: fen(statement.payableFen),
        attempt: statement.payAttempts,
      }),
    );
    await record(tx, actor, {
      deed: "settlement.bounce",
      subjectType: "statement",
      subjectId: statement.id,
      after: { state: "approved" },
      reason: input.reason,
    });
  });
}

const dueRow = z.object({ supplier_id: z.string(), last_day: z.string(), days: z.number() });

/** Drafts the statements whose cycle has ended, by each supplier's contract; an empty cycle joins the next. Returns how many were made. */
export async function makeDueStatements(actor: Actor): Promise<number> {
  authorise(actor, "settlement.make");
  const before = today();
  const due = z.array(dueRow).parse(
    await prisma.$queryRaw`
      with cycle as (
        select s.id as supplier_id,
          coalesce((select c.cycle_days from supplier_contract c where c.supplier_id = s.id and c.effective_from <= ${now()} order by c.version desc limit 1), 7) as days,
          coalesce((select max(st.to_day) from supplier_statement st where st.supplier_id = s.id),
            (select ((min(r.at) at time zone ${zone})::date - 1) from receipt r join purchase_order po on po.id = r.purchase_order_id where po.supplier_id = s.id)) as last_day
        from supplier s)
      select supplier_id, to_char(last_day, 'YYYY-MM-DD') as last_day, days from cycle
      where last_day is not null and last_day + days < ${dateOf(before)}::date order by supplier_id`,
  );
  let made = 0;
  for (const d of due) {
    for (let toDay = addDays(day(d.last_day), d.days); toDay < before; toDay = addDays(toDay, d.days)) {
      try {
        await makeStatement(actor, { supplierId: d.supplier_id, toDay });
        made++;
        break;
      } catch (error) {
        if (!isRefusal(error) || error.code !== "nothingToState") throw error;
      }
    }
  }
  return made;
}
