import type pg from "pg";
import { beforeAll, describe, expect, test } from "vitest";
import { decide, report } from "#lib/aftersales/commands";
import { verifyPickup } from "#lib/fulfilment/commands/pickup";
import { completeDue, markUncollected, settleUncollected } from "#lib/fulfilment/commands/uncollected";
import { systemActor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { addDays, atClock, dayOf, later, minute } from "#lib/kernel/time";
import { sealJournals } from "#lib/ledger/commands";
import { cancelOrder } from "#lib/orders/commands/change";
import { ensurePayment } from "#lib/orders/commands/place";
import { applyRefund, applyTransfer } from "#lib/payments/steps";
import { now, underClock } from "#lib/platform/clock";
import { prisma, transact } from "#lib/platform/db";
import { approveBatch, executeBatch, makeBatch } from "#lib/settlement/commands/batches";
import { moveFunds, payInCapital } from "#lib/settlement/commands/funds";
import { releaseDue } from "#lib/settlement/commands/release";
import {
  approveStatement,
  confirmStatement,
  makeStatement,
  payStatement,
  sendStatement,
  settleStatement,
} from "#lib/settlement/commands/statements";
import { requestWithdrawal } from "#lib/settlement/commands/withdrawals";
import {
  leaderActor,
  makeCategory,
  makeOffer,
  makeResident,
  makeSession,
  makeSku,
  makeSupplier,
  makeTown,
  operator,
  residentActor,
  supplierActor,
  testDay,
  testMorning,
} from "#lib/testing/builders";
import { asOwner } from "#lib/testing/owner";
import { closeSession, goodsIn, handToLeader, order, pay, tell } from "#lib/testing/trade";
import { audit, type ChannelBooks, checkChannel, checkRules } from "./audit";
import { auditRules } from "./audit-rules";

const system = systemActor("test");
const maker = operator("finance");
const checker = operator("finance");
const pickupDay = addDays(testDay, 1);
const end = atClock(addDays(testDay, 12), "12:00");

/** A small day with everything in it that a day has: the rules must see rows of every kind. */
async function play() {
  const town = await makeTown();
  const supplierId = await makeSupplier({ shortagePenaltyBp: 1_000 });
  await prisma.supplier.update({ where: { id: supplierId }, data: { bankName: "建设银行", bankAccountTail: "3381" } });
  const categoryId = await makeCategory({ isFresh: true });
  await prisma.category.update({
    where: { id: categoryId },
    data: { uncollectedPolicy: "writeOff", uncollectedBearer: "platform" },
  });
  const skuId = await makeSku({ supplierId, categoryId, casePack: 4 });
  const other = await makeSku({ supplierId, categoryId });
  const sessionId = await makeSession(town);
  await makeOffer(town, { sessionId, skuId, priceFen: 2_990, supplyFen: 1_900, commissionBp: 1_000, limit: 9 });
  await makeOffer(town, { sessionId, skuId: other, priceFen: 1_580, supplyFen: 990, commissionBp: 800, limit: 9 });

  const residents: string[] = [];
  const orders: string[] = [];
  for (let i = 0; i < 6; i++) {
    const residentId = await makeResident();
    const [orderId = ""] = await order(residentId, town.pointId, [
      { skuId, quantity: 2 },
      { skuId: other, quantity: 1 },
    ]);
    residents.push(residentId);
    orders.push(orderId);
    if (i < 5) await pay(orderId, later(testMorning, i * 1000));
  }
  await cancelOrder(residentActor(residents[4] ?? ""), { orderId: orders[4] ?? "", reason: "不要了" });
  await underClock(atClock(testDay, "22:59"), () => pay(orders[5] ?? "", later(atClock(testDay, "23:00"), minute)));
  await closeSession(sessionId);
  await underClock(atClock(pickupDay, "03:00"), () => goodsIn(sessionId, { [skuId]: 1 }));
  await underClock(atClock(pickupDay, "12:00"), () => handToLeader(sessionId));
  await underClock(atClock(pickupDay, "18:00"), async () => {
    const code = async (residentId: string) =>
      (await prisma.pickupCode.findFirstOrThrow({ where: { residentId } })).code;
    for (const r of residents.slice(0, 2))
      await verifyPickup(leaderActor(town.leaderId), {
        requestKey: `key-of-${r}`,
        pickupPointId: town.pointId,
        code: await code(r),
      });
    const left = await prisma.orderLine.findMany({ where: { orderId: orders[2] ?? "" } });
    await markUncollected(leaderActor(town.leaderId), { lineId: left.map((l) => l.id) });
    const [line] = await prisma.orderLine.findMany({ where: { orderId: orders[0] ?? "", skuId } });
    const [small] = await prisma.orderLine.findMany({ where: { orderId: orders[0] ?? "", skuId: other } });
    const me = residentActor(residents[0] ?? "");
    const photo = newId("fil", now());
    await prisma.storedFile.create({
      data: {
        id: photo,
        purpose: "afterSalePhoto",
        ownerKind: "resident",
        ownerId: me.id,
        name: "a.webp",
        mime: "image/webp",
        bytes: 1,
        sha256: "0",
        path: "00/0.webp",
        createdAt: now(),
        createdBy: me.id,
      },
    });
    const spoiled = await report(me, {
      orderLineId: line?.id ?? "",
      quantity: 1,
      reason: "quality",
      description: "两颗坏果",
      photoFileIds: [photo],
    });
    const missing = await report(me, {
      orderLineId: small?.id ?? "",
      quantity: 1,
      reason: "missing",
      description: "少一份",
      photoFileIds: [],
    });
    for (const [{ id }, responsible] of [
      [spoiled, "supplier"],
      [missing, "leader"],
    ] as const) {
      if ((await prisma.afterSale.findUniqueOrThrow({ where: { id } })).state === "applied")
        await decide(operator("support"), { id, decision: "approve", responsible, reason: "情况属实" });
    }
  });
  await underClock(atClock(addDays(pickupDay, 1), "09:00"), async () => {
    for (const m of await prisma.uncollectedMark.findMany()) await settleUncollected(system, m.orderLineId);
    await completeDue(system);
    await tell();
    const refunds = await prisma.refund.findMany();
    for (const [i, r] of refunds.entries()) {
      if (i > 0)
        await transact((tx) =>
          applyRefund(tx, { outRefundNo: r.outRefundNo, refundNo: `R${r.outRefundNo}`, state: "success", at: now() }),
        );
    }
    await prisma.channelNotice.create({
      data: {
        id: "ntf_1",
        provider: "wechatpay",
        noticeId: "n1",
        eventType: "TRANSACTION.SUCCESS",
        businessKey: "b1",
        resource: {},
        receivedAt: now(),
        appliedAt: now(),
      },
    });
    await tell();
  });
  await underClock(atClock(addDays(testDay, 10), "10:00"), async () => {
    await releaseDue(system);
    await payInCapital(maker, { amountFen: 1_000_000, reason: "开业注资" });
    await moveFunds(maker, { from: "bank", to: "channelOperation", amountFen: 500_000, reason: "充值运营账户" });
    const paid = await withdraw(town.leaderId, 200);
    await settled(paid, "success");
    const unconfirmed = await withdraw(town.leaderId, 150);
    await settled(unconfirmed, "fail");
    await requestWithdrawal(leaderActor(town.leaderId), { amountFen: 120 });
    const { id } = await makeStatement(maker, { supplierId, toDay: addDays(testDay, 6) });
    await sendStatement(maker, { id });
    const { hash } = await prisma.supplierStatement.findUniqueOrThrow({ where: { id } });
    await confirmStatement(supplierActor(supplierId), { id, hash });
    await approveStatement(checker, { id, hash });
    await payStatement(checker, { id, hash });
    await settleStatement(checker, { id, paymentRef: "CCB20261126-001" });
    await tell();
    await sealJournals(system);
  });
  // a session that is still open: prepaid money, held pieces
  await underClock(atClock(testDay, "10:00"), async () => {
    const open = await makeTown();
    const sessionToday = await makeSession(open, { day: testDay });
    const sku = await makeSku({ supplierId, categoryId });
    await makeOffer(open, { sessionId: sessionToday, skuId: sku });
    const [first = ""] = await order(await makeResident(), open.pointId, [{ skuId: sku, quantity: 1 }]);
    await pay(first);
    const payer = await makeResident();
    const [held = ""] = await order(payer, open.pointId, [{ skuId: sku, quantity: 2 }]);
    await ensurePayment(residentActor(payer), held);
    await tell();
    await sealJournals(system);
  });
}

async function withdraw(leaderId: string, amountFen: number): Promise<string> {
  const { id } = await requestWithdrawal(leaderActor(leaderId), { amountFen });
  const batch = await makeBatch(maker, { ids: [id] });
  const { hash } = await prisma.payoutBatch.findUniqueOrThrow({ where: { id: batch.id } });
  await approveBatch(checker, { id: batch.id, hash });
  await executeBatch(checker, { id: batch.id });
  return id;
}
async function settled(withdrawalId: string, state: "success" | "fail") {
  const { outBillNo } = await prisma.withdrawal.findUniqueOrThrow({ where: { id: withdrawalId } });
  await transact((tx) =>
    applyTransfer(tx, {
      outBillNo,
      transferBillNo: `T${outBillNo}`,
      state,
      failReason: state === "fail" ? "OVERDUE_CLOSE" : null,
      packageInfo: null,
      at: now(),
    }),
  );
  await tell();
}

beforeAll(() => underClock(testMorning, play));

test("a played day keeps every rule, and every rule saw something", () =>
  underClock(end, async () => {
    const result = await audit();
    expect(result.violations).toEqual([]);
    expect(result.rules.filter((r) => r.looked === 0).map((r) => r.name)).toEqual([]);
    expect(result.ok).toBe(true);
  }));

/** One corruption per rule, as only the database's owner with its guards off could do it. */
const plants: Record<string, string> = {
  journalSumsToZero: "update posting set amount_fen = amount_fen + 1 where id = (select max(id) from posting)",
  journalHasPostings:
    "insert into journal (idem_key, type, ref, at, business_day) values ('ghost', 'test', 'x', now(), current_date)",
  trialBalance: "delete from posting where id = (select max(id) from posting)",
  cachedBalance:
    "update account set balance_fen = balance_fen - 7 where id = (select id from account where base = 'leaderFrozen' limit 1)",
  noOverdraft:
    "update posting set amount_fen = -amount_fen where account_id = (select id from account where code = 'bank')",
  ownerNamed:
    "update account set owner_id = 'ldr_other' where id = (select id from account where base = 'leaderAvailable' limit 1)",
  sealChain: "update journal set ref = 'tampered' where id = (select min(id) from journal)",
  sealedSoon: "delete from journal_seal where seq = (select max(seq) from journal_seal)",
  paymentBooked:
    "update journal set idem_key = 'gone' where id = (select id from journal where type = 'orderPaid' limit 1)",
  bookingHasPayment:
    "update payment set state = 'closed' where id = (select id from payment where state = 'paid' limit 1)",
  orderPaidInFull:
    "update payment set amount_fen = amount_fen - 1 where order_id = (select id from customer_order where state = 'completed' limit 1)",
  refundsWithinPaid: "update refund set amount_fen = amount_fen + 1000000 where id = (select id from refund limit 1)",
  refundRowsAddUp: "update refund_line set amount_fen = amount_fen - 1 where id = (select max(id) from refund_line)",
  refundBooked:
    "update journal set idem_key = 'gone' where id = (select id from journal where idem_key like 'rf:%' limit 1)",
  refundPayable: "update refund set amount_fen = amount_fen + 1 where state <> 'success'",
  customerPrepaid: "update customer_order set state = 'cancelled' where state = 'paid'",
  customerCommitted:
    "update order_line set completed_at = null where id = (select id from order_line where completed_by = 'scan' and refunded_fen < paid_fen limit 1)",
  sales:
    "update order_line set refunded_fen = refunded_fen + 1 where id = (select id from order_line where completed_by = 'scan' and refunded_fen < paid_fen limit 1)",
  costOfSales:
    "update order_line set supply_price_fen = supply_price_fen + 1 where id = (select id from order_line where completed_by = 'scan' limit 1)",
  channelHeard: "update channel_notice set applied_at = null",
  newsTold: "update outbox_event set delivered_at = null where id = (select min(id) from outbox_event)",
  stockQuota: "update stock_pool set quota = quota + 1 where id = (select id from stock_pool limit 1)",
  stockCounted: "update stock_pool set sold = sold - 1 where id = (select id from stock_pool where sold > 0 limit 1)",
  limitsCounted: "insert into limit_count (key, subject, quantity) values ('o:none', 'res_none', 1)",
  holdsEnd:
    "with o as (update customer_order set state = 'pendingPayment', expires_at = '2020-01-01' where id = (select min(id) from customer_order) returning id) delete from payment p using o where p.order_id = o.id",
  offersDoNotOverlap:
    "alter table offer drop constraint offer_no_overlap; insert into offer select 'ofr_double', o.layer, o.sale_session_id, o.flash_slot_id, o.sku_id, o.city_id, o.starts_at, o.ends_at, o.state, o.price_fen, o.list_price_fen, o.list_price_basis, o.supply_price_fen, o.commission_bp, o.per_person_limit, o.stock_pool_id, o.lead_days, o.sort, o.successor_of_id from offer o where o.state = 'active' limit 1",
  couponShares:
    "insert into coupon_share (order_line_id, coupon_id, funder, amount_fen) select min(id), 'cpn_none', 'platform', 100 from order_line",
  couponsCounted:
    "insert into coupon_template (id, name, kind, amount_fen, \"grant\", funder, claimed, claim_from, claim_to, valid_days, state, created_at, created_by) values ('cpt_none', 'none', 'amount', 100, 'claim', 'platform', 1, '2026-01-01', '2027-01-01', 7, 'active', '2026-01-01', 'test')",
  couponUsedOnce:
    "insert into coupon_template (id, name, kind, amount_fen, \"grant\", funder, claimed, claim_from, claim_to, valid_days, state, created_at, created_by) values ('cpt_none', 'none', 'amount', 100, 'claim', 'platform', 1, '2026-01-01', '2027-01-01', 7, 'active', '2026-01-01', 'test'); insert into coupon (id, template_id, resident_id, nth, state, order_id, amount_fen, granted_at, granted_by, starts_at, expires_at) values ('cpn_none', 'cpt_none', 'res_none', 1, 'used', 'ord_none', 100, '2026-01-01', 'test', '2026-01-01', '2027-01-01')",
  couponSubsidy:
    "insert into coupon_share (order_line_id, coupon_id, funder, amount_fen) select id, 'cpn_none', 'platform', 100 from order_line where completed_by in ('scan', 'clock') and refunded_fen < paid_fen limit 1",
  couponCommissionBase:
    "update order_line set commission_base_fen = commission_base_fen + 1 where id = (select min(id) from order_line)",
  groupSeats: "update customer_order set group_id = 'grp_none' where id = (select min(id) from customer_order)",
  groupOrders:
    "insert into buyer_group (id, offer_id, flash_slot_id, sale_session_id, city_id, opened_by, size, taken, paid, state, opened_at, expires_at, decided_at) values ('grp_none', 'ofr', 'fls', 'ssn', 'rgn', 'res', 2, 1, 1, 'failed', '2026-01-01', '2026-01-02', '2026-01-02'); update customer_order set group_id = 'grp_none' where id = (select min(id) from customer_order where state = 'completed')",
  minimumsDecided:
    "update offer set min_count = 1, min_unit = 'pieces', min_scope = 'campaign' where sale_session_id in (select id from sale_session where state in ('locked', 'finished'))",
  pricesObserved:
    "update price_observation set pieces = pieces + 1 where (sku_id, city_id, day) = (select sku_id, city_id, day from price_observation limit 1)",
  struckPricesTrue:
    "update offer set list_price_fen = price_fen + 1, list_price_basis = 'lowest7d', list_price_day = '2020-01-01' where id = (select min(id) from offer where state = 'active')",
  lineCounters:
    "update order_line set picked = picked - 1 where id = (select id from order_line where picked > 0 and completed_at is not null limit 1)",
  orderAddsUp:
    "update customer_order set item_count = item_count + 1 where id = (select id from customer_order limit 1)",
  orderStateHolds:
    "update customer_order set state = 'arrived' where id = (select id from customer_order where state = 'completed' limit 1)",
  pickupCodeGiven: "delete from pickup_code where code = (select code from pickup_code limit 1)",
  purchaseCoversOrders:
    "update purchase_order_line set needed = needed + 1 where id = (select id from purchase_order_line limit 1)",
  purchaseAddsUp:
    "update purchase_order set accepted_fen = accepted_fen + 1 where id = (select id from purchase_order limit 1)",
  receiptBooked: "update receipt_line set amount_fen = amount_fen + 1 where id = (select min(id) from receipt_line)",
  deliveryAddsUp:
    "update delivery_line set signed = signed - 1 where id = (select id from delivery_line where signed > 0 limit 1)",
  pickedOnce: "update verification set pieces = pieces + 1 where id = (select id from verification limit 1)",
  afterSaleRefunded:
    "update after_sale set approved_fen = approved_fen + 1 where id = (select id from after_sale where approved_fen > 0 limit 1)",
  commissionExpense:
    "update order_line set commission_fen = commission_fen + 1 where id = (select id from order_line where completed_by = 'scan' limit 1)",
  commissionByRule:
    "update order_line set commission_bp = commission_bp + 100 where id = (select id from order_line where commission_fen > 0 limit 1)",
  reversalExact:
    "update order_line set commission_reversed_fen = commission_reversed_fen - 1 where id = (select id from order_line where commission_reversed_fen > 0 and refunded_fen > 0 limit 1)",
  fullyRefundedLeavesNothing:
    "update order_line set commission_reversed_fen = 0 where paid_fen > 0 and refunded_fen = paid_fen",
  leaderIdentity: "update withdrawal set amount_fen = amount_fen + 1, net_fen = net_fen + 1 where state = 'succeeded'",
  owesDrawsNothing:
    "with made as (insert into account (code, base, owner_id, kind, cached) select 'leaderReceivable:' || owner_id, 'leaderReceivable', owner_id, 'asset', true from account where base = 'leaderAvailable' limit 1 on conflict (code) do update set base = excluded.base returning id) insert into posting (journal_id, account_id, amount_fen) select (select min(id) from journal), id, 5 from made",
  frozenByLine:
    "update order_line set commission_state = 'frozen' where id = (select id from order_line where commission_state = 'released' limit 1)",
  releasedOnce:
    "update commission_release set amount_fen = amount_fen + 1 where order_line_id = (select order_line_id from commission_release limit 1)",
  payoutHold: "update withdrawal set amount_fen = amount_fen + 1, net_fen = net_fen + 1 where state = 'requested'",
  transferOnce: "update transfer set amount_fen = amount_fen + 1 where id = (select id from transfer limit 1)",
  oneOpenWithdrawal:
    "drop index withdrawal_one_open; insert into withdrawal (id, leader_id, amount_fen, net_fen, state, out_bill_no, requested_at) select 'wdr_two', leader_id, 1, 1, 'requested', 'two', now() from withdrawal where state = 'requested'",
  batchByTwo:
    "update payout_batch set total_fen = total_fen + 1 where id = (select id from payout_batch where state = 'executed' limit 1)",
  taxWithheld: "update withdrawal set tax_fen = 10 where state = 'succeeded'",
  supplierIdentity: "update receipt_line set amount_fen = amount_fen + 1 where id = (select min(id) from receipt_line)",
  claimBooked:
    "update supplier_claim set amount_fen = amount_fen + 1 where id = (select id from supplier_claim limit 1)",
  statementAddsUp: "update supplier_statement set closing_fen = closing_fen + 1",
  statementEvidence:
    "update statement_line set source_id = '999999' where id = (select id from statement_line where kind = 'receipt' limit 1)",
  statementByTwo:
    "alter table supplier_statement drop constraint supplier_statement_two_people; update supplier_statement set approved_by = created_by",
  statementBooked: "update supplier_statement set payment_ref = null where state = 'paid'",
  moneyHasTrail: "delete from audit_entry where deed = 'settlement.approve'",
  sumsOfFacts: "update rollup_city set refund_fen = refund_fen + 1 where basis = 'session'",
  sumsOfSplits: "delete from rollup_offer where basis = 'pickup'",
  sumsOfBuyers: "update buyer set orders = orders + 1 where no = (select min(no) from buyer)",
};

describe("a planted corruption is seen and named", () => {
  test("there is one for every rule", () =>
    expect(Object.keys(plants).sort()).toEqual(auditRules.map((r) => r.name).sort()));

  test.each(Object.entries(plants))("%s", (name, sql) =>
    asOwner(async (client: pg.Client) => {
      await client.query("begin");
      try {
        await client.query("set local session_replication_role = replica");
        await client.query(sql);
        const [result] = await checkRules((text, values) => client.query(text, values), end, new Set([name]));
        expect(result?.violations.length, "nothing was seen").toBeGreaterThan(0);
        for (const v of result?.violations ?? []) {
          expect(v.rule).toBe(name);
          expect(v.ref).not.toBe("—");
          expect(v.detail.length).toBeGreaterThan(3);
        }
      } finally {
        await client.query("rollback");
      }
    }),
  );

  test("a rule that sees no rows fails: it has proved nothing", () =>
    asOwner(async (client: pg.Client) => {
      await client.query("begin");
      await client.query("set local session_replication_role = replica");
      await client.query("delete from payout_batch");
      const [result] = await checkRules((text, values) => client.query(text, values), end, new Set(["batchByTwo"]));
      await client.query("rollback");
      expect(result).toMatchObject({ looked: 0, violations: [{ rule: "batchByTwo", detail: "looked at nothing" }] });
    }));
});

describe("the channel's own books", () => {
  async function theirs(): Promise<ChannelBooks> {
    const at = atClock(dayOf(testMorning), "10:00");
    const [payments, refunds, transfers] = [
      await prisma.payment.findMany(),
      await prisma.refund.findMany(),
      await prisma.transfer.findMany(),
    ];
    return {
      payments: payments.map((p) => ({
        out_trade_no: p.outTradeNo,
        state: p.state === "paid" ? "SUCCESS" : "NOTPAY",
        amount_fen: Number(p.amountFen),
        paid_at: p.state === "paid" ? at : null,
      })),
      refunds: refunds.map((r) => ({
        out_refund_no: r.outRefundNo,
        state: r.state === "success" ? "SUCCESS" : "PROCESSING",
        refund_fen: Number(r.amountFen),
        ended_at: r.state === "success" ? at : null,
      })),
      transfers: transfers.map((t) => ({
        out_bill_no: t.outBillNo,
        state: t.state === "success" ? "SUCCESS" : "FAIL",
        amount_fen: Number(t.amountFen),
        updated_at: at,
      })),
    };
  }
  const compared = (books: ChannelBooks) =>
    asOwner((client) => checkChannel((text, values) => client.query(text, values), books, end));

  test("agree with ours", async () => {
    const results = await compared(await theirs());
    expect(results.flatMap((r) => r.violations)).toEqual([]);
    expect(results.every((r) => r.looked > 0)).toBe(true);
  });

  test.each<[string, (b: ChannelBooks) => void]>([
    [
      "a payment they have and we do not",
      (b) => b.payments.push({ out_trade_no: "stranger", state: "SUCCESS", amount_fen: 100, paid_at: testMorning }),
    ],
    [
      "a payment we have and they do not",
      (b) =>
        b.payments.splice(
          b.payments.findIndex((p) => p.paid_at),
          1,
        ),
    ],
    [
      "another amount",
      (b) => {
        const p = b.payments.find((x) => x.paid_at);
        if (p) p.amount_fen += 1;
      },
    ],
    [
      "a refund they made and we did not",
      (b) => {
        const r = b.refunds.find((x) => x.state === "PROCESSING");
        if (r) Object.assign(r, { state: "SUCCESS", ended_at: testMorning });
      },
    ],
    [
      "a refund we think made",
      (b) => {
        const r = b.refunds.find((x) => x.state === "SUCCESS");
        if (r) r.state = "PROCESSING";
      },
    ],
    [
      "a transfer that failed there and is booked as paid here",
      (b) => {
        const t = b.transfers.find((x) => x.state === "SUCCESS");
        if (t) t.state = "FAIL";
      },
    ],
  ])("%s is a difference", async (_, spoil) => {
    const said = await theirs();
    spoil(said);
    expect((await compared(said)).flatMap((r) => r.violations)).toHaveLength(1);
  });

  test("what ended there minutes ago may still be on its way to us", async () => {
    const said = await theirs();
    said.payments.push({ out_trade_no: "fresh", state: "SUCCESS", amount_fen: 100, paid_at: later(end, -5 * minute) });
    expect((await compared(said)).flatMap((r) => r.violations)).toEqual([]);
  });
});
