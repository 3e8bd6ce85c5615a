import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { completeDue } from "#lib/fulfilment/commands/uncollected";
import { residentByOpenid } from "#lib/identity/commands/residents";
import { systemActor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { fen } from "#lib/kernel/money";
import { addDays, atClock, later } from "#lib/kernel/time";
import { cancelOrder } from "#lib/orders/commands/change";
import { placeOrder } from "#lib/orders/commands/place";
import { quote } from "#lib/orders/queries";
import { refundLine, shorten } from "#lib/orders/steps";
import { now, underClock } from "#lib/platform/clock";
import { prisma, transact } from "#lib/platform/db";
import { checkRules } from "#lib/server/audit";
import {
  makeOffer,
  makeResident,
  makeSession,
  makeSku,
  makeSupplier,
  makeTown,
  operator,
  residentActor,
  type Town,
  testDay,
  testMorning,
} from "#lib/testing/builders";
import { closeSession, goodsIn, handToLeader, order, pay, tell } from "#lib/testing/trade";
import { claimCoupon, grantCoupons } from "./commands/coupons";
import { activateTemplate, changeTemplate, createTemplate, endTemplate, pauseTemplate } from "./commands/templates";
import { claimableCoupons, couponsFor, myCoupons, templateFigures } from "./queries/coupons";
import { sweeps } from "./reactions";
import type { CreateTemplateInput } from "./schema/coupons";
import { voidCoupons } from "./steps";

const at = <T>(work: () => Promise<T>) => underClock(testMorning, work);
const maker = operator("merchandiser");
const checker = operator("operations");
const system = systemActor("test");

let town: Town;
let supplierId: string;
beforeAll(async () => {
  town = await at(makeTown);
  supplierId = await at(() => makeSupplier());
});

const terms = (e: Partial<CreateTemplateInput> = {}): CreateTemplateInput => ({
  name: "满减券",
  kind: "amount",
  amountFen: 300,
  grant: "claim",
  funder: "platform",
  budgetFen: 50_000,
  claimFrom: atClock(testDay, "00:00"),
  claimTo: atClock(addDays(testDay, 7), "00:00"),
  validDays: 7,
  ...e,
});
const versionOf = async (id: string) => (await prisma.couponTemplate.findUniqueOrThrow({ where: { id } })).version;
const ref = async (templateId: string) => ({ templateId, version: await versionOf(templateId) });
async function template(e: Partial<CreateTemplateInput> = {}): Promise<string> {
  const id = await createTemplate(maker, terms(e));
  await activateTemplate(checker, await ref(id));
  return id;
}
async function sale(options: { priceFen?: number; supplierId?: string } = {}) {
  const skuId = await makeSku({ supplierId: options.supplierId ?? supplierId });
  const sessionId = await makeSession(town);
  return { skuId, sessionId, ...(await makeOffer(town, { sessionId, skuId, priceFen: options.priceFen ?? 1000 })) };
}
const claim = (residentId: string, templateId: string) => claimCoupon(residentActor(residentId), { templateId });
const rules = new Set([
  ...["couponShares", "couponsCounted", "couponUsedOnce", "couponSubsidy", "couponCommissionBase", "leaderIdentity"],
  ...[
    "supplierIdentity",
    "claimBooked",
    "sales",
    "journalSumsToZero",
    "noOverdraft",
    "fullyRefundedLeavesNothing",
    "owesDrawsNothing",
  ],
]);
const findings = async () =>
  (
    await checkRules(
      (sql, values) => import("#lib/platform/db").then(({ pool }) => pool.query(sql, values)),
      now(),
      rules,
    )
  )
    .flatMap((r) => r.violations)
    .filter((v) => v.detail !== "looked at nothing");
const balance = async (code: string) =>
  (await prisma.posting.findMany({ where: { account: { code } } })).reduce((n, p) => n + Number(p.amountFen), 0);

describe("claiming", () => {
  test("a hundred coupons and five hundred who want one at once: exactly a hundred have one, nobody two", () =>
    at(async () => {
      const id = await template({ quota: 100 });
      const people = await Promise.all(Array.from({ length: 250 }, makeResident));
      const answers = await Promise.allSettled([...people, ...people].map((p) => claim(p, id)));
      expect(answers.filter((a) => a.status === "fulfilled")).toHaveLength(100);
      for (const a of answers)
        if (a.status === "rejected") expect(["couponAllGone", "couponTaken"]).toContain(a.reason.code);
      const coupons = await prisma.coupon.findMany({ where: { templateId: id } });
      expect(coupons).toHaveLength(100);
      expect(new Set(coupons.map((c) => c.residentId)).size).toBe(100);
      expect((await prisma.couponTemplate.findUniqueOrThrow({ where: { id } })).claimed).toBe(100);
    }));

  test("a person's allowance is exact when she taps ten times at once", () =>
    at(async () => {
      const id = await template({ perPerson: 3 });
      const resident = await makeResident();
      const answers = await Promise.allSettled(Array.from({ length: 10 }, () => claim(resident, id)));
      expect(answers.filter((a) => a.status === "fulfilled")).toHaveLength(3);
      for (const a of answers)
        if (a.status === "rejected") expect(a.reason).toMatchObject({ code: "couponTaken", facts: { limit: 3 } });
    }));

  test("only what is active, to be claimed and within its days can be claimed", () =>
    at(async () => {
      const resident = await makeResident();
      const draft = await createTemplate(maker, terms());
      await expect(claim(resident, draft)).rejects.toMatchObject({ code: "notFound" });
      await expect(claim(resident, await template({ grant: "manual" }))).rejects.toMatchObject({ code: "notFound" });
      const early = await template({ claimFrom: atClock(addDays(testDay, 1), "00:00") });
      await expect(claim(resident, early)).rejects.toMatchObject({ code: "couponNotYet" });
      const paused = await template();
      await pauseTemplate(maker, await ref(paused));
      await expect(claim(resident, paused)).rejects.toMatchObject({ code: "couponClosed" });
      const open = await template({ quota: 5, cityIds: [town.cityId] });
      await claim(resident, open);
      const seen = (await claimableCoupons(residentActor(resident), town.cityId)).find((c) => c.id === open);
      expect(seen).toMatchObject({ left: 4, taken: 1, perPerson: 1 });
      expect((await claimableCoupons(residentActor(resident), "rgn_elsewhere")).some((c) => c.id === open)).toBe(false);
    }));

  test("who is named by id, whole number or tail gets one; who is unknown, doubtful or has enough is told", () =>
    at(async () => {
      const id = await template({ grant: "manual", quota: 4 });
      const [a, b, c] = await Promise.all([makeResident(), makeResident(), makeResident()]);
      await prisma.resident.update({ where: { id: b }, data: { phoneTail: "7001" } });
      await prisma.resident.updateMany({ where: { id: { in: [c] } }, data: { phoneTail: "7002" } });
      await prisma.resident.update({ where: { id: await makeResident() }, data: { phoneTail: "7002" } });
      const granted = await grantCoupons(operator("support"), {
        templateId: id,
        to: `${a}, 7001\n7002 res_none`,
        reason: "补偿",
      });
      expect(granted.granted).toBe(2);
      expect(granted.skipped).toEqual([
        { to: "7002", why: "ambiguous" },
        { to: "res_none", why: "unknown" },
      ]);
      const again = await grantCoupons(operator("support"), { templateId: id, to: a, reason: "补偿" });
      expect(again).toEqual({ granted: 0, skipped: [{ to: a, why: "enough" }] });
      await expect(
        grantCoupons(operator("support"), {
          templateId: id,
          to: [c, await makeResident(), await makeResident()].join(),
          reason: "补偿",
        }),
      ).rejects.toMatchObject({ code: "couponQuota", facts: { left: 2 } });
      await expect(grantCoupons(maker, { templateId: id, to: c, reason: "补偿" })).rejects.toMatchObject({
        code: "forbidden",
      });
    }));
});

describe("a template's life", () => {
  test("nobody activates alone what has a large budget or none; a small one they may", () =>
    at(async () => {
      for (const budgetFen of [null, 100_001]) {
        const id = await createTemplate(maker, terms({ budgetFen }));
        await expect(activateTemplate(maker, await ref(id))).rejects.toMatchObject({ code: "twoPeople" });
        await changeTemplate(checker, { ...terms({ budgetFen, name: "改过" }), ...(await ref(id)) });
        await expect(activateTemplate(checker, await ref(id))).rejects.toMatchObject({ code: "twoPeople" });
        await activateTemplate(operator("finance"), await ref(id));
      }
      const small = await createTemplate(maker, terms({ budgetFen: 100_000 }));
      await activateTemplate(maker, await ref(small));
    }));

  test("two people at one template: the second is told, and what was promised cannot shrink", () =>
    at(async () => {
      const id = await template({ quota: 10 });
      await expect(changeTemplate(maker, { ...terms(), ...(await ref(id)) })).rejects.toMatchObject({
        code: "illegalTransition",
      });
      await pauseTemplate(maker, await ref(id));
      const stale = { ...(await ref(id)), version: 1 };
      await expect(changeTemplate(maker, { ...terms(), ...stale })).rejects.toMatchObject({ code: "staleVersion" });
      await expect(changeTemplate(maker, { ...terms({ quota: 9 }), ...(await ref(id)) })).rejects.toMatchObject({
        code: "couponOnlyUp",
      });
      await expect(
        changeTemplate(maker, { ...terms({ quota: 10, amountFen: 200 }), ...(await ref(id)) }),
      ).rejects.toMatchObject({
        code: "couponFrozen",
        fields: [{ field: "amountFen", code: "couponFrozen" }],
      });
      await changeTemplate(maker, { ...terms({ quota: 20, budgetFen: 60_000, name: "加量" }), ...(await ref(id)) });
      await endTemplate(maker, await ref(id));
      await expect(activateTemplate(checker, await ref(id))).rejects.toMatchObject({ code: "illegalTransition" });
    }));

  test("a funder is named and known; who answers for one city makes none for all", () =>
    at(async () => {
      await expect(createTemplate(maker, terms({ funder: "supplier", funderId: "sup_none" }))).rejects.toMatchObject({
        code: "notFound",
      });
      await expect(createTemplate({ ...maker, cityIds: [town.cityId] }, terms())).rejects.toMatchObject({
        code: "couponCities",
      });
      await expect(createTemplate(operator("support"), terms())).rejects.toMatchObject({ code: "forbidden" });
    }));
});

describe("using", () => {
  test("the quote takes the best, says why others are of no use, and the order stands at that price", () =>
    at(async () => {
      const { skuId } = await sale({ priceFen: 1500 });
      const resident = await makeResident();
      const used = await claim(resident, await template({ amountFen: 300, thresholdFen: 2000 }));
      const high = await claim(resident, await template({ amountFen: 900, thresholdFen: 9000 }));
      const q = await quote(residentActor(resident), { pickupPointId: town.pointId, items: [{ skuId, quantity: 2 }] });
      expect([q.couponFen, q.payableFen]).toEqual([300, 2700]);
      expect(q.coupons.map((c) => [c.id, c.amountFen, c.reason?.code ?? null])).toEqual([
        [used, 300, null],
        [high, 0, "couponThreshold"],
      ]);
      expect(q.orders[0]?.lines[0]).toMatchObject({ goodsFen: 3000, couponFen: 300 });
      const none = await quote(residentActor(resident), {
        pickupPointId: town.pointId,
        items: [{ skuId, quantity: 2 }],
        couponIds: [],
      });
      expect([none.couponFen, none.coupons]).toEqual([0, []]);
      const [orderId = ""] = await order(resident, town.pointId, [{ skuId, quantity: 2 }]);
      expect(await prisma.order.findUniqueOrThrow({ where: { id: orderId } })).toMatchObject({
        goodsFen: 3000n,
        couponFen: 300n,
        payableFen: 2700n,
      });
      expect(await prisma.orderLine.findFirstOrThrow({ where: { orderId } })).toMatchObject({
        paidFen: 2700n,
        couponFen: 300n,
        commissionBaseFen: 3000n,
      });
      expect(await prisma.coupon.findUniqueOrThrow({ where: { id: used } })).toMatchObject({
        state: "held",
        orderId,
        amountFen: 300n,
      });
      await pay(orderId);
      expect((await prisma.coupon.findUniqueOrThrow({ where: { id: used } })).state).toBe("used");
      expect((await myCoupons(residentActor(resident), { state: "used", limit: 10 })).rows.map((c) => c.id)).toEqual([
        used,
      ]);
      await cancelOrder(residentActor(resident), { orderId, reason: "不要了" });
      expect(await prisma.coupon.findUniqueOrThrow({ where: { id: used } })).toMatchObject({
        state: "open",
        orderId: null,
      });
      expect(await findings()).toEqual([]);
    }));

  test("one coupon and ten orders at once: it is used once", () =>
    at(async () => {
      const { skuId } = await sale();
      const resident = await makeResident();
      const id = await template({ amountFen: 200 });
      await claim(resident, id);
      const actor = residentActor(resident);
      const quotes = await Promise.all(
        Array.from({ length: 10 }, (_, i) =>
          quote(actor, { pickupPointId: town.pointId, items: [{ skuId, quantity: i + 1 }] }),
        ),
      );
      const answers = await Promise.allSettled(
        quotes.map((q, i) =>
          placeOrder(actor, {
            quoteToken: q.orders[0]?.quoteToken ?? "",
            contactName: "许",
            requestKey: `race-of-ten-${i}`,
          }),
        ),
      );
      expect(answers.filter((a) => a.status === "fulfilled")).toHaveLength(1);
      for (const a of answers)
        if (a.status === "rejected") expect(["couponGone", "quoteStale"]).toContain(a.reason.code);
      expect((await prisma.couponTemplate.findUniqueOrThrow({ where: { id } })).committedFen).toBe(200n);
    }));

  test("the spend budget is never overdrawn by many at once", () =>
    at(async () => {
      const { skuId } = await sale();
      const id = await template({ amountFen: 200, budgetFen: 900 });
      const people = await Promise.all(Array.from({ length: 20 }, makeResident));
      await Promise.all(people.map((p) => claim(p, id)));
      const quotes = await Promise.all(
        people.map((p) => quote(residentActor(p), { pickupPointId: town.pointId, items: [{ skuId, quantity: 1 }] })),
      );
      const answers = await Promise.allSettled(
        quotes.map((q, i) =>
          placeOrder(residentActor(people[i] as string), {
            quoteToken: q.orders[0]?.quoteToken ?? "",
            contactName: "许",
            requestKey: `budget-race-${i}`,
          }),
        ),
      );
      expect(answers.filter((a) => a.status === "fulfilled")).toHaveLength(4);
      for (const a of answers) if (a.status === "rejected") expect(a.reason.code).toBe("couponBudget");
      expect((await prisma.couponTemplate.findUniqueOrThrow({ where: { id } })).committedFen).toBe(800n);
    }));

  test("a paused template's coupons rest; what has run out is void", () =>
    at(async () => {
      const resident = await makeResident();
      const id = await template({ validDays: 1 });
      await claim(resident, id);
      await pauseTemplate(maker, await ref(id));
      const { skuId } = await sale();
      const q = await quote(residentActor(resident), { pickupPointId: town.pointId, items: [{ skuId, quantity: 1 }] });
      expect(q.coupons[0]?.reason?.code).toBe("couponPaused");
      await underClock(later(testMorning, 25 * 3_600_000), async () => {
        expect(await couponsFor(resident, now())).toEqual([]);
        expect(await transact((tx) => voidCoupons(tx, 1000))).toBeGreaterThan(0);
      });
      expect((await prisma.coupon.findFirstOrThrow({ where: { residentId: resident } })).state).toBe("void");
    }));
});

/** A paid, delivered and completed order with a coupon of each funder; answers its line. */
async function completed(coupons: { funder: "platform" | "supplier" | "leader"; amountFen: number }[], pieces = 3) {
  const own = await makeSupplier();
  const { skuId, sessionId } = await sale({ priceFen: 1000, supplierId: own });
  const resident = await makeResident();
  for (const [i, c] of coupons.entries()) {
    const funderId = c.funder === "supplier" ? own : c.funder === "leader" ? town.leaderId : null;
    await claim(resident, await template({ ...c, funderId, stacks: i > 0 }));
  }
  const [orderId = ""] = await order(resident, town.pointId, [{ skuId, quantity: pieces }]);
  await pay(orderId);
  await closeSession(sessionId);
  await underClock(atClock(addDays(testDay, 1), "05:00"), async () => {
    await goodsIn(sessionId);
    await handToLeader(sessionId);
  });
  const complete = () => underClock(atClock(addDays(testDay, 9), "05:00"), () => completeDue(system));
  const line = await prisma.orderLine.findFirstOrThrow({ where: { orderId } });
  return { own, line, orderId, complete };
}
const refund = (lineId: string, amountFen: number) =>
  transact((tx) =>
    refundLine(tx, system, {
      cause: "afterSale",
      causeId: newId("asc", now()),
      lineId,
      quantity: 1,
      amountFen: fen(amountFen),
      bearer: "platform",
    }),
  );

describe("the books", () => {
  test("each funder pays its own share at completion, and gets exactly that back with a refund in parts", () =>
    at(async () => {
      const before = await balance("couponSubsidy");
      const { own, line, complete } = await completed([
        { funder: "platform", amountFen: 300 },
        { funder: "supplier", amountFen: 200 },
        { funder: "leader", amountFen: 100 },
      ]);
      expect([line.paidFen, line.couponFen, line.commissionBaseFen]).toEqual([2400n, 600n, 2700n]);
      await complete();
      expect((await balance("couponSubsidy")) - before).toBe(300);
      expect(await prisma.supplierClaim.findMany({ where: { supplierId: own } })).toMatchObject([
        { kind: "coupon", amountFen: 200n },
      ]);
      expect(await findings()).toEqual([]);
      await underClock(atClock(addDays(testDay, 10), "09:00"), async () => {
        for (const part of [7, 1000, 1393]) await refund(line.id, part);
      });
      expect((await balance("couponSubsidy")) - before).toBe(0);
      const claims = await prisma.supplierClaim.findMany({ where: { supplierId: own } });
      expect(claims.reduce((n, c) => n + Number(c.amountFen), 0)).toBe(0);
      expect(await findings()).toEqual([]);
    }));

  test("for any coupons and any partial refunds before and after completion nothing is left over", () =>
    at(async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(
            fc.record({
              funder: fc.constantFrom("platform" as const, "supplier" as const, "leader" as const),
              amountFen: fc.integer({ min: 1, max: 900 }),
            }),
            { minLength: 1, maxLength: 3 },
          ),
          fc.array(fc.integer({ min: 1, max: 900 }), { maxLength: 3 }),
          fc.array(fc.integer({ min: 1, max: 900 }), { maxLength: 4 }),
          async (coupons, early, late) => {
            const { line, complete } = await completed(coupons);
            const run = async (parts: number[]) => {
              for (const part of parts) {
                const l = await prisma.orderLine.findUniqueOrThrow({ where: { id: line.id } });
                const left = Number(l.paidFen - l.refundedFen);
                if (left > 0) await refund(line.id, Math.min(left, part));
              }
            };
            await underClock(atClock(addDays(testDay, 2), "09:00"), () => run(early));
            await complete();
            await underClock(atClock(addDays(testDay, 10), "09:00"), () => run(late));
            expect(await findings()).toEqual([]);
          },
        ),
        { numRuns: 6 },
      );
    }));

  test("an order of which nothing came gives its coupon back; one partly refunded keeps it used", () =>
    at(async () => {
      const { skuId, sessionId } = await sale();
      const [lost, part] = await Promise.all([makeResident(), makeResident()]);
      const id = await template({ amountFen: 100 });
      const orders: string[] = [];
      for (const r of [lost, part]) {
        await claim(r, id);
        const [orderId = ""] = await order(r, town.pointId, [{ skuId, quantity: 2 }]);
        await pay(orderId);
        orders.push(orderId);
      }
      await closeSession(sessionId);
      for (const [i, orderId] of orders.entries()) {
        const line = await prisma.orderLine.findFirstOrThrow({ where: { orderId } });
        await transact((tx) =>
          shorten(tx, system, {
            cause: "short",
            causeId: `short-${i}`,
            bearer: "supplier",
            kind: "short",
            items: [{ lineId: line.id, quantity: i === 0 ? 2 : 1 }],
          }),
        );
      }
      const stateOf = async (residentId: string) =>
        (await prisma.coupon.findFirstOrThrow({ where: { residentId } })).state;
      expect([await stateOf(lost), await stateOf(part)]).toEqual(["open", "used"]);
      expect(await templateFigures(maker, id)).toMatchObject({ orders: 1, gmvFen: 950, costFen: 50 });
      expect(await findings()).toEqual([]);
    }));
});

describe("what is given by itself", () => {
  test("who joins gets one, who pays a first order another, and nobody either twice", () =>
    at(async () => {
      const [joining, first] = [await template({ grant: "signUp" }), await template({ grant: "firstOrder" })];
      const { id } = await residentByOpenid(`openid-new-${newId("res", now())}`);
      await tell();
      const of = async (templateId: string) => prisma.coupon.count({ where: { templateId, residentId: id } });
      expect([await of(joining), await of(first)]).toEqual([1, 0]);
      const { skuId } = await sale();
      for (let n = 0; n < 2; n++) {
        const [orderId = ""] = await order(id, town.pointId, [{ skuId, quantity: 1 }]);
        await pay(orderId);
        expect([await of(joining), await of(first)]).toEqual([1, 1]);
      }
      await Promise.all([1, 2].map((v) => endTemplate(maker, { templateId: v === 1 ? joining : first, version: 2 })));
    }));

  test("a template ends by itself when its claiming is over and no coupon of it is left open", () =>
    at(async () => {
      const id = await template({ claimTo: atClock(addDays(testDay, 1), "00:00"), validDays: 3 });
      await claim(await makeResident(), id);
      const stateOf = async () => (await prisma.couponTemplate.findUniqueOrThrow({ where: { id } })).state;
      const sweep = sweeps.find((s) => s.name === "promotions.expireCoupons");
      await underClock(atClock(addDays(testDay, 2), "00:00"), async () => sweep?.run());
      expect(await stateOf()).toBe("active");
      await underClock(atClock(addDays(testDay, 5), "00:00"), async () => sweep?.run());
      expect(await stateOf()).toBe("ended");
    }));
});
