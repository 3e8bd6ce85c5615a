import fc from "fast-check";
import { expect, test } from "vitest";
import { type Fen, fen, least, minus, plus, rate, share, split, sum, times, zero } from "../kernel/money";
import * as recipes from "./rules";
import { accounts, type Base, type JournalDraft, journalTypes, refKinds } from "./schema";

const leaderId = "ldr_1";
const supplierId = "sup_1";

type Line = {
  id: string;
  paid: Fen;
  coupon: Fen;
  cost: Fen;
  commission: Fen;
  refunded: Fen;
  couponBack: Fen;
  commissionBack: Fen;
  state: "paid" | "committed" | "done" | "released";
};
type Withdrawal = { id: string; amount: Fen; tax: Fen; state: "requested" | "submitted" | "succeeded" | "over" };

/** Cheaper than expect() in a loop that runs a million times. */
const must = (holds: boolean, words: string) => {
  if (!holds) throw new Error(words);
};

/** The business in memory: it chooses only what the business allows, and books through the recipes. */
class Model {
  balances = new Map<string, number>();
  keys = new Set<string>();
  hits = new Map<string, number>();
  lines: Line[] = [];
  refunds: { id: string; amount: Fen; paid: boolean }[] = [];
  withdrawals: Withdrawal[] = [];
  statements: { id: string; amount: Fen; state: "approved" | "paying" | "paid"; attempt: number }[] = [];
  counter = 0;
  accepted = 0;
  claimed = 0;
  adjusted = 0;
  chargedToLeader = 0;

  id = (head: string) => `${head}_${++this.counter}`;
  signed = (code: string) => this.balances.get(code) ?? 0;
  natural = (code: string): Fen => {
    const kind = accounts[code.split(":")[0] as Base].kind;
    return fen(kind === "liability" || kind === "revenue" ? -this.signed(code) : this.signed(code));
  };

  book(journal: JournalDraft) {
    if (journal.legs.length === 0) return;
    must(!this.keys.has(journal.idemKey), `${journal.idemKey} twice`);
    this.keys.add(journal.idemKey);
    must(journal.legs.reduce((total, l) => total + l.amount, 0) === 0, journal.idemKey);
    this.hits.set(journal.type, (this.hits.get(journal.type) ?? 0) + 1);
    for (const leg of journal.legs) {
      must(leg.amount !== 0, `${journal.type} has an empty leg`);
      this.balances.set(leg.account, this.signed(leg.account) + leg.amount);
    }
    for (const leg of journal.legs) {
      const [base, owner] = leg.account.split(":") as [Base, string?];
      const facts: { kind: string; owned?: true } = accounts[base];
      must((owner !== undefined) === (facts.owned === true), leg.account);
      if (facts.owned) must(this.natural(leg.account) >= 0, `${journal.type} overdraws ${leg.account}`);
    }
    if (this.natural(`leaderReceivable:${leaderId}`) > 0) {
      must(this.natural(`leaderAvailable:${leaderId}`) === 0, `${journal.type}: she owes and still has money to draw`);
    }
  }

  bearer(n: number): recipes.LossBearer {
    return [
      { bearer: "platform" } as const,
      { bearer: "driver" } as const,
      { bearer: "leader", leaderId, available: this.natural(`leaderAvailable:${leaderId}`) } as const,
      { bearer: "supplier", supplierId, pending: this.natural(`supplierPending:${supplierId}`) } as const,
    ][n % 4] as recipes.LossBearer;
  }
  charge(bearer: recipes.LossBearer, amount: Fen) {
    if (bearer.bearer === "leader") this.chargedToLeader += amount;
    if (bearer.bearer === "supplier") this.claimed += amount;
  }

  /** One step of the day, chosen by `kind` and shaped by `n`; steps that make no sense now are skipped. */
  step(kind: number, n: number) {
    const line = this.lines[n % Math.max(this.lines.length, 1)];
    const moving = this.withdrawals.filter((w) =>
      kind === 14 ? w.state === "requested" : w.state === "submitted" || w.state === "succeeded",
    );
    const withdrawal = moving[n % Math.max(moving.length, 1)];
    const statement = this.statements[n % Math.max(this.statements.length, 1)];
    const owed = this.natural(`leaderReceivable:${leaderId}`);
    switch (kind) {
      case 0: {
        const goods = fen(100 + (n % 9000));
        const coupon = fen(n % 3 === 0 ? n % 90 : 0);
        const made = {
          id: this.id("oln"),
          paid: minus(goods, coupon),
          coupon,
          cost: rate(goods, 7000),
          commission: rate(goods, n % 2000),
          refunded: zero,
          couponBack: zero,
          commissionBack: zero,
          state: "paid" as const,
        };
        this.lines.push(made);
        this.book(recipes.orderPaid({ transactionId: made.id, orderId: made.id, paid: made.paid }));
        break;
      }
      case 1: {
        const amount = fen(1 + (n % 5000));
        const id = this.id("ord");
        this.book(recipes.paidTooLate({ transactionId: id, orderId: id, paid: amount }));
        this.refunds.push({ id: this.id("rfd"), amount, paid: false });
        break;
      }
      case 2:
        if (line?.state === "paid") {
          line.state = "committed";
          this.book(recipes.orderCommitted({ orderId: line.id, amount: minus(line.paid, line.refunded) }));
        }
        break;
      case 3: {
        const cost = fen(1 + (n % 20_000));
        this.accepted += cost;
        this.book(recipes.goodsAccepted({ receiptId: this.id("rcp"), supplierId, cost }));
        break;
      }
      case 4:
        if (line?.state === "committed") {
          line.state = "done";
          this.book(
            recipes.lineCompleted({
              lineId: line.id,
              orderId: line.id,
              leaderId,
              paid: minus(line.paid, line.refunded),
              coupon: minus(line.coupon, line.couponBack),
              cost: line.cost,
              commission: minus(line.commission, line.commissionBack),
            }),
          );
        }
        break;
      case 5: {
        if (!line || line.refunded === line.paid) break;
        const left = minus(line.paid, line.refunded);
        const amount = n % 5 === 0 ? left : least(left, fen(1 + (n % Math.max(1, Math.ceil(line.paid / 3)))));
        const after = plus(line.refunded, amount);
        const coupon = minus(share(line.coupon, after, line.paid), line.couponBack);
        const commission = minus(share(line.commission, after, line.paid), line.commissionBack);
        const refundId = this.id("rfd");
        if (line.state === "paid" || line.state === "committed") {
          this.book(
            recipes.refundBeforeCompletion({
              refundId,
              orderId: line.id,
              amount,
              isCommitted: line.state === "committed",
            }),
          );
        } else {
          const reversal = recipes.reversalOf({
            leaderId,
            amount: commission,
            isReleased: line.state === "released",
            available: this.natural(`leaderAvailable:${leaderId}`),
          });
          this.book(
            recipes.refundAfterCompletion({ refundId, orderId: line.id, amount, coupon, commission: reversal }),
          );
        }
        line.refunded = after;
        line.couponBack = plus(line.couponBack, coupon);
        line.commissionBack = plus(line.commissionBack, commission);
        this.refunds.push({ id: refundId, amount, paid: false });
        break;
      }
      case 6: {
        const refund = this.refunds.find((r) => !r.paid);
        if (refund) {
          refund.paid = true;
          this.book(
            recipes.refundPaid({ refundId: refund.id, orderId: "ord", amount: refund.amount, from: "channelPending" }),
          );
        }
        break;
      }
      case 7: {
        const due = this.lines.filter((l) => l.state === "done");
        const amount = sum(due.map((l) => minus(l.commission, l.commissionBack)));
        for (const l of due) l.state = "released";
        if (amount > 0) this.book(recipes.commissionReleased({ key: this.id("day"), leaderId, amount, owed }));
        break;
      }
      case 8: {
        const bearer = this.bearer(n);
        const amount = fen(1 + (n % 700));
        this.charge(bearer, amount);
        this.book(recipes.claimRaised({ claimId: this.id("clm"), amount, bearer }));
        break;
      }
      case 9: {
        const amount = fen(1 + (n % 300));
        this.claimed += amount;
        this.book(
          recipes.penaltyRaised({
            claimId: this.id("clm"),
            supplierId,
            amount,
            pending: this.natural(`supplierPending:${supplierId}`),
          }),
        );
        break;
      }
      case 10: {
        const bearer = this.bearer(n);
        const cost = fen(1 + (n % 400));
        this.charge(bearer, cost);
        this.book(recipes.goodsLost({ idemKey: this.id("lost"), ref: "dlv", cost, bearer }));
        break;
      }
      case 11: {
        const pending = this.natural(`supplierPending:${supplierId}`);
        const receivable = this.natural(`supplierReceivable:${supplierId}`);
        const adjustments = fen((n % 5) - 2 === 0 ? 0 : ((n % 5) - 2) * (n % 100));
        const net = minus(plus(pending, adjustments), receivable);
        const payable = fen(Math.max(0, n % 4 === 0 ? net + (n % 50) : net));
        this.adjusted += adjustments;
        const id = this.id("stm");
        this.book(
          recipes.statementApproved({ statementId: id, supplierId, payable, adjustments, pending, receivable }),
        );
        if (payable > 0) this.statements.push({ id, amount: payable, state: "approved", attempt: 0 });
        break;
      }
      case 12:
        if (statement?.state === "approved") {
          statement.state = "paying";
          statement.attempt++;
          this.book(
            recipes.statementSubmitted({
              statementId: statement.id,
              supplierId,
              amount: statement.amount,
              attempt: statement.attempt,
            }),
          );
        } else if (statement?.state === "paying" && n % 4 === 0) {
          statement.state = "approved";
          this.book(
            recipes.statementBounced({
              statementId: statement.id,
              supplierId,
              amount: statement.amount,
              attempt: statement.attempt,
            }),
          );
        } else if (statement?.state === "paying") {
          statement.state = "paid";
          this.book(recipes.statementPaid({ statementId: statement.id, amount: statement.amount }));
        }
        break;
      case 13: {
        const available = this.natural(`leaderAvailable:${leaderId}`);
        if (available === 0 || owed > 0) break;
        const amount = n % 3 === 0 ? available : fen(1 + (n % available));
        const id = this.id("wdr");
        this.withdrawals.push({ id, amount, tax: fen(n % 2 === 0 ? 0 : Math.floor(amount / 10)), state: "requested" });
        this.book(recipes.payoutRequested({ withdrawalId: id, leaderId, amount }));
        break;
      }
      case 14:
        if (withdrawal?.state === "requested" && n % 4 === 0) {
          withdrawal.state = "over";
          this.book(recipes.payoutRejected({ withdrawalId: withdrawal.id, leaderId, amount: withdrawal.amount, owed }));
        } else if (withdrawal?.state === "requested") {
          withdrawal.state = "submitted";
          this.book(
            recipes.payoutSubmitted({
              withdrawalId: withdrawal.id,
              leaderId,
              amount: withdrawal.amount,
              tax: withdrawal.tax,
            }),
          );
        }
        break;
      case 15:
        if (withdrawal?.state === "submitted" && n % 3 === 0) {
          withdrawal.state = "over";
          this.book(
            recipes.payoutFailed({
              withdrawalId: withdrawal.id,
              leaderId,
              amount: withdrawal.amount,
              tax: withdrawal.tax,
              owed,
            }),
          );
        } else if (withdrawal?.state === "submitted") {
          withdrawal.state = "succeeded";
          this.book(
            recipes.payoutSucceeded({ withdrawalId: withdrawal.id, net: minus(withdrawal.amount, withdrawal.tax) }),
          );
        } else if (withdrawal?.state === "succeeded" && n % 3 === 0) {
          withdrawal.state = "over";
          this.book(
            recipes.payoutReturned({
              withdrawalId: withdrawal.id,
              leaderId,
              amount: withdrawal.amount,
              tax: withdrawal.tax,
              owed,
            }),
          );
        }
        break;
      case 16:
        this.book(recipes.capitalPaidIn({ key: this.id("fnd"), amount: fen(1 + n) }));
        break;
      case 17:
        this.book(
          recipes.fundsMoved({
            key: this.id("fnd"),
            from: "bank",
            to: "channelOperation",
            amount: fen(1 + (n % 1000)),
          }),
        );
        break;
      case 18:
        this.book(recipes.channelSettled({ key: this.id("fnd"), amount: fen(1 + (n % 1000)) }));
        break;
      case 19:
        this.book(recipes.goodsRevalued({ key: this.id("pol"), ref: "por", from: fen(n % 500), to: fen(n % 300) }));
        break;
    }
  }

  /** What must hold after every history, told by the business rather than by the books. */
  check() {
    expect(
      [...this.balances.values()].reduce((a, b) => a + b, 0),
      "trial balance",
    ).toBe(0);
    const open = (states: Line["state"][]) =>
      sum(this.lines.filter((l) => states.includes(l.state)).map((l) => minus(l.paid, l.refunded)));
    expect(this.natural("customerPrepaid"), "prepaid = what is paid and not cut").toBe(open(["paid"]));
    expect(this.natural("customerCommitted"), "committed = what is cut and not completed").toBe(open(["committed"]));
    expect(this.natural("refundPayable"), "refund payable = refunds under way").toBe(
      sum(this.refunds.filter((r) => !r.paid).map((r) => r.amount)),
    );
    const over = this.lines.filter((l) => l.state === "done" || l.state === "released");
    const earned = sum(over.map((l) => minus(l.commission, l.commissionBack)));
    expect(this.natural("commission"), "commission expense = what completed lines still earn").toBe(earned);
    expect(this.natural("sales"), "sales = what completed lines kept").toBe(
      sum(over.map((l) => plus(minus(l.paid, l.refunded), minus(l.coupon, l.couponBack)))),
    );
    expect(this.natural("couponSubsidy")).toBe(sum(over.map((l) => minus(l.coupon, l.couponBack))));
    for (const l of this.lines.filter((one) => one.refunded === one.paid)) {
      expect([l.couponBack, l.commissionBack], "fully refunded leaves nothing").toEqual([l.coupon, l.commission]);
    }
    const moving = (state: Withdrawal["state"]) =>
      sum(this.withdrawals.filter((w) => w.state === state).map((w) => w.amount));
    expect(earned - this.chargedToLeader, "leader identity").toBe(
      this.natural(`leaderFrozen:${leaderId}`) +
        this.natural(`leaderAvailable:${leaderId}`) +
        moving("requested") +
        moving("submitted") +
        moving("succeeded") -
        this.natural(`leaderReceivable:${leaderId}`),
    );
    expect(this.natural(`payoutHold:${leaderId}`), "hold = requested").toBe(moving("requested"));
    const settled = sum(this.statements.filter((s) => s.state !== "approved").map((s) => s.amount));
    expect(this.accepted - this.claimed + this.adjusted, "supplier identity").toBe(
      this.natural(`supplierPending:${supplierId}`) +
        this.natural(`supplierPayable:${supplierId}`) +
        settled -
        this.natural(`supplierReceivable:${supplierId}`),
    );
  }
}

const steps = 20;

test("whatever happens in whatever order, every journal adds up, nobody is overdrawn and the books agree with the business", () => {
  const hits = new Map<string, number>();
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(steps - 1), fc.nat(1_000_000)), { minLength: 60, maxLength: 160 }),
      (history) => {
        const model = new Model();
        for (let i = 0; i < 6; i++) model.step([0, 3, 0, 2, 4, 0][i] ?? 0, i * 7919);
        for (const [kind, n] of history) {
          model.step(kind, n);
          if (kind > 11 && kind < 16) for (const next of [14, 15, 12]) model.step(next, n + next);
        }
        model.check();
        for (const [type, n] of model.hits) hits.set(type, (hits.get(type) ?? 0) + n);
      },
    ),
    { numRuns: 6_000 },
  );
  const missing = Object.keys(refKinds)
    .concat("goodsLost", "goodsRevalued")
    .filter((type) => (hits.get(type) ?? 0) < 1_000);
  expect(missing, `journal types the histories hardly reached: ${JSON.stringify([...hits])}`).toEqual([]);
});

test("every recipe's type is one the console can name", () => {
  expect(new Set(journalTypes).has("goodsLost")).toBe(true);
  expect(Object.keys(refKinds).length).toBeGreaterThan(20);
});

test("the worked example: 279 of commission falls back as 99 and 180 when 1,000 and then 1,794 are refunded", () => {
  const shares = split(fen(300), [2990, 1580]);
  expect(shares).toEqual([196, 104]);
  const paid = [minus(fen(2990), shares[0] as Fen), minus(fen(1580), shares[1] as Fen)] as const;
  expect(paid).toEqual([2794, 1476]);
  expect([rate(paid[0], 1000), rate(paid[1], 800)]).toEqual([279, 118]);
  const first = recipes.cumulativeShare(fen(279), 0, 1000, 2794);
  const second = recipes.cumulativeShare(fen(279), 1000, 2794, 2794);
  expect([first, second]).toEqual([99, 180]);
  expect(plus(first, second)).toBe(279);
});

test("partial refunds in any sizes reverse commission and coupon exactly, to the last fen", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 500_000 }),
      fc.integer({ min: 0, max: 2_000 }),
      fc.integer({ min: 0, max: 5_000 }),
      fc.array(fc.integer({ min: 1, max: 60_000 }), { maxLength: 30 }),
      (paid, bp, coupon, parts) => {
        const commission = rate(plus(fen(paid), fen(coupon)), bp);
        let done = 0;
        let commissionBack = zero;
        let couponBack = zero;
        for (const part of [...parts, paid]) {
          const after = Math.min(paid, done + part);
          if (after === done) continue;
          const c = recipes.cumulativeShare(commission, done, after, paid);
          const k = recipes.cumulativeShare(fen(coupon), done, after, paid);
          expect(c).toBeGreaterThanOrEqual(0);
          commissionBack = plus(commissionBack, c);
          couponBack = plus(couponBack, k);
          expect(commissionBack).toBeLessThanOrEqual(commission);
          done = after;
        }
        expect([commissionBack, couponBack]).toEqual([commission, coupon]);
      },
    ),
    { numRuns: 2_000 },
  );
});

test("a recipe that does not add up is a bug and never reaches the books", () => {
  expect(() =>
    recipes.balanced({ idemKey: "x", type: "x", ref: "x", legs: [{ account: "bank", amount: fen(1) }] }),
  ).toThrow(/off by 1/);
});

test("a loss is taken from what is owed to its bearer first, and only the rest becomes a debt", () => {
  const legs = recipes.claimRaised({
    claimId: "clm_1",
    amount: fen(500),
    bearer: { bearer: "leader", leaderId, available: fen(200) },
  }).legs;
  expect(legs).toEqual([
    { account: `leaderAvailable:${leaderId}`, amount: 200 },
    { account: `leaderReceivable:${leaderId}`, amount: 300 },
    { account: "lossRecovery", amount: -500 },
  ]);
});

test("a statement pays its closing although later claims have already eaten into what is pending", () => {
  const journal = recipes.statementApproved({
    statementId: "stm_1",
    supplierId,
    payable: fen(100),
    adjustments: zero,
    pending: fen(70),
    receivable: zero,
  });
  expect(journal.legs).toEqual([
    { account: `supplierPending:${supplierId}`, amount: 70 },
    { account: `supplierReceivable:${supplierId}`, amount: 30 },
    { account: `supplierPayable:${supplierId}`, amount: -100 },
  ]);
});

test("raw multiplication never becomes money by accident", () => {
  expect(() => fen(1.5)).toThrow();
  expect(times(fen(125), 3)).toBe(375);
});
