import "server-only";
import { decide, report } from "#lib/aftersales/commands";
import { cloneSession } from "#lib/campaigns/commands/clone";
import { addFlashSlot, approveSlot, publishSlot } from "#lib/campaigns/commands/flash";
import { addItems } from "#lib/campaigns/commands/items";
import { approveSession, draftSession, publishSession } from "#lib/campaigns/commands/sessions";
import { arriveDelivery, loadDeliveries, signDelivery } from "#lib/fulfilment/commands/delivery";
import { verifyPickup } from "#lib/fulfilment/commands/pickup";
import { completeDue } from "#lib/fulfilment/commands/uncollected";
import { bindPhone } from "#lib/identity/commands/residents";
import { type Actor, systemActor } from "#lib/identity/schema";
import { addDays, atClock, type Day, dateOf, later, minute } from "#lib/kernel/time";
import { applyAsLeader, approveLeader } from "#lib/leaders/commands";
import { sealJournals } from "#lib/ledger/commands";
import { cancelOrder } from "#lib/orders/commands/change";
import { cutOffSession, lockSession } from "#lib/orders/commands/cutoff";
import { placeOrders, prepareOrders } from "#lib/orders/commands/place";
import { addCity, addRoute, addWarehouse } from "#lib/pickup/commands";
import { today as businessToday, now, underClock } from "#lib/platform/clock";
import { prisma, transact } from "#lib/platform/db";
import { drain } from "#lib/platform/news";
import { acceptPurchase, receive } from "#lib/procurement/commands";
import { approveBatch, executeBatch, makeBatch } from "#lib/settlement/commands/batches";
import { moveFunds, payInCapital } from "#lib/settlement/commands/funds";
import { releaseDue } from "#lib/settlement/commands/release";
import {
  approveStatement,
  confirmStatement,
  disputeStatement,
  makeStatement,
  payStatement,
  sendStatement,
  settleStatement,
} from "#lib/settlement/commands/statements";
import { requestWithdrawal } from "#lib/settlement/commands/withdrawals";
import { channelRefunds, channelTakes, channelTransfers, tellChannelHistory } from "./cast/channel";
import { claimRound, makeCoupons } from "./cast/coupons";
import { addGroupSlot, endGroupsDue, groupRound } from "./cast/groups";
import { asLeader, asOperator, asSupplier, hireStaff, openSupplierLogins, residentOf } from "./cast/people";
import { applyAsSupplier, putOnSale, takeOn } from "./cast/supply";
import { city, districts, leaders, products, residentName, suppliers } from "./cast/town";
import { reactions } from "./wiring";

const clock = systemActor("clock");
const ordersADay = 103;
const residentCount = 260;
const sideBySide = 6;

/** Repeatable chance (mulberry32): the demo tells the same story every time. */
function chance(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

async function each<T>(
  items: readonly T[],
  work: (item: T, i: number) => Promise<unknown>,
  width = sideBySide,
): Promise<void> {
  const queue = items.map((item, i) => [item, i] as const);
  await Promise.all(
    Array.from({ length: Math.min(width, queue.length) }, async () => {
      for (let next = queue.shift(); next; next = queue.shift()) await work(...next);
    }),
  );
}

type Person = Actor & { pointId: string; phoneTail: string };
type Town = {
  cityId: string;
  warehouseId: string;
  points: { id: string; leaderId: string }[];
  people: Person[];
  skus: { id: string; weight: number; supplierKey: string; saleFen: number }[];
  supplierIds: Map<string, string>;
  couponIds: string[];
  staff: Record<"merchandiser" | "operations" | "maker" | "checker" | "support" | "warehouse" | "driver", Actor>;
};

async function found(random: () => number): Promise<Town> {
  const cityId = await addCity(clock, city);
  const warehouseId = await addWarehouse(clock, {
    name: "云溪中心仓",
    kind: "central",
    cityId,
    address: "云溪市物流大道 88 号",
    unloadFrom: "01:00",
    unloadTo: "04:00",
  });
  const routeIds: string[] = [];
  for (const d of districts)
    routeIds.push(await addRoute(clock, { name: `${d.name}线`, warehouseId, leadDays: 1, departAt: "06:00" }));
  await hireStaff({ warehouseId, routeIds });
  const [merchandiser, operations, maker, checker, support, warehouse, driver] = await Promise.all(
    ["merchandiser", "operations", "finance", "finance2", "support", "warehouse", "driver"].map((n) =>
      asOperator(`${n}@lintuan.demo`),
    ),
  );
  const staff = { merchandiser, operations, maker, checker, support, warehouse, driver } as Town["staff"];

  const points: Town["points"] = [];
  for (const [i, l] of leaders.entries()) {
    const resident = await residentOf(`openid-leader-${i + 1}`, l.name);
    const { name, phone, district, pointName, address, lat, lng } = l;
    const id = await applyAsLeader(resident, {
      name,
      phone,
      cityId,
      district,
      pointName,
      address,
      lat,
      lng,
      about: i % 3 === 0 ? "小区里开便利店，早晚都有人。" : "住在小区里，邻居都认识。",
    });
    const d = districts.findIndex((x) => x.name === district);
    const made = await approveLeader(staff.operations, {
      id,
      pointId: undefined,
      routeId: routeIds[d],
      level: i % 5 === 0 ? 2 : 1,
    });
    points.push({ id: made.pointId, leaderId: made.leaderId });
  }

  const supplierIds = new Map<string, string>();
  const skus: Town["skus"] = [];
  for (const [i, facts] of suppliers.entries()) {
    const items = products[facts.key] ?? [];
    const licenceUntil = facts.key === "dairy" ? addDays(businessToday(), 42) : undefined;
    const { applicationId } = await applyAsSupplier(
      { ...facts, number: 4100 + i, cityId, productNames: items.map((p) => p[1]) },
      licenceUntil ? { licenceUntil } : {},
    );
    const supplierId = await takeOn(staff.merchandiser, applicationId, { cycleDays: 7, shortagePenaltyBp: 500 });
    supplierIds.set(facts.key, supplierId);
    const supplier = await asSupplier(supplierId);
    for (const [, name, spec, unit, supplyFen, saleFen, casePack, origin, shelfLifeDays] of items) {
      const id = await putOnSale(staff.merchandiser, supplier, {
        name,
        spec,
        unit,
        supplyFen,
        saleFen,
        casePack,
        origin,
        shelfLifeDays,
        dailyQuota: 60 + Math.floor(random() * 5) * 20,
      });
      skus.push({ id, weight: (saleFen < 1000 ? 3 : 1.4) * (0.4 + random()), supplierKey: facts.key, saleFen });
    }
  }
  await openSupplierLogins(supplierIds.get("greens") ?? "");

  const couponIds = await makeCoupons(staff, {
    from: businessToday(),
    cityId,
    supplierId: supplierIds.get("greens") ?? "",
  });

  const people: Person[] = [];
  await each(Array.from({ length: residentCount }), async (_, i) => {
    const person = await residentOf(`openid-resident-${i + 1}`, residentName(i));
    const phone = `15${String(600_000_000 + i * 7919)}`;
    await bindPhone(person, { phone });
    people[i] = {
      ...person,
      phoneTail: phone.slice(-4),
      pointId: points[Math.floor(((i * 13) % 97) % points.length)]?.id ?? "",
    };
  });
  await payInCapital(staff.maker, { amountFen: 60_000_000, reason: "股东投入运营资金" });
  await moveFunds(staff.maker, {
    from: "bank",
    to: "channelOperation",
    amountFen: 5_000_000,
    reason: "充值佣金付款账户",
  });
  return { cityId, warehouseId, points, people, skus, supplierIds, couponIds, staff };
}

/** The share of a day's orders in each hour of a session that opens at 23:00 (features §5.2). */
const curve: [hour: number, share: number][] = [
  [8, 0.1],
  [10, 0.16],
  [13, 0.16],
  [18, 0.2],
  [20, 0.22],
  [21, 0.16],
];

async function orderRound(town: Town, random: () => number, count: number): Promise<void> {
  const total = town.skus.reduce((n, s) => n + s.weight, 0);
  const pick = () => {
    let at = random() * total;
    for (const s of town.skus) {
      at -= s.weight;
      if (at <= 0) return s;
    }
    return town.skus[0];
  };
  const asks = Array.from({ length: count }, (_, i) => {
    const person = town.people[Math.floor(random() ** 1.6 * town.people.length)] as Person;
    const items = new Map<string, number>();
    const lines = 1 + Math.floor(random() * 3.2);
    for (let n = 0; n < lines; n++) {
      const sku = pick();
      if (sku) items.set(sku.id, (items.get(sku.id) ?? 0) + (random() < 0.25 ? 2 : 1));
    }
    return {
      residentId: person.id,
      phoneTail: person.phoneTail,
      contactName: person.name,
      requestKey: `seed-${now().getTime()}-${i}`,
      pickupPointId: person.pointId,
      items: [...items].map(([skuId, quantity]) => ({ skuId, quantity })),
    };
  });
  const candidates = await prepareOrders(clock, town.cityId, asks);
  const answers = await placeOrders(clock, candidates);
  const placed = answers.flatMap((a) => ("orderId" in a ? [a.orderId] : []));
  await channelTakes(placed.filter(() => random() < 0.965));
  await drain(reactions);
  for (const orderId of placed) {
    if (random() < 0.012) await cancelOrder(clock, { orderId, reason: "买重了" });
  }
}

const sessionOn = (day: Day) =>
  prisma.saleSession.findFirst({ where: { businessDay: dateOf(day) }, orderBy: { id: "desc" } });

async function scheduleDay(town: Town, random: () => number, day: Day): Promise<void> {
  const previous = await sessionOn(addDays(day, -1));
  let id: string;
  if (previous)
    ({ id } = await cloneSession(town.staff.merchandiser, {
      fromId: previous.id,
      businessDay: day,
      name: `${day.slice(5)} 日常团`,
    }));
  else {
    id = await draftSession(town.staff.merchandiser, {
      name: `${day.slice(5)} 日常团`,
      businessDay: day,
      opensAt: atClock(addDays(day, -1), "23:00"),
      cutoffAt: atClock(day, "23:00"),
      lateNoticeMinutes: 15,
      cityIds: [town.cityId],
    });
    await addItems(town.staff.merchandiser, {
      sessionId: id,
      items: town.skus.map((s) => ({ skuId: s.id, perPersonLimit: s.saleFen >= 3000 ? 3 : null })),
    });
  }
  const { state } = await publishSession(town.staff.merchandiser, { sessionId: id });
  if (state === "inReview") await approveSession(town.staff.operations, { sessionId: id });
  const approveSlots = async () => {
    for (const slot of await prisma.flashSlot.findMany({ where: { saleSessionId: id, state: "inReview" } }))
      await approveSlot(town.staff.operations, { slotId: slot.id });
  };
  if (previous) {
    for (const slot of await prisma.flashSlot.findMany({ where: { saleSessionId: id, state: "draft" } }))
      await publishSlot(town.staff.merchandiser, { slotId: slot.id });
    return approveSlots();
  }
  const offers = await prisma.offer.findMany({ where: { saleSessionId: id, layer: "session", state: "active" } });
  const deals = [...offers].sort(() => random() - 0.5).slice(0, 8);
  for (const [i, [from, to, name]] of (
    [
      ["10:00", "12:00", "早市秒杀"],
      ["20:00", "22:00", "晚市秒杀"],
    ] as const
  ).entries()) {
    await addFlashSlot(town.staff.merchandiser, {
      sessionId: id,
      name,
      startsAt: atClock(day, from),
      endsAt: atClock(day, to),
      items: deals.slice(i * 4, i * 4 + 4).map((o) => {
        const cut = Math.max(Number(o.supplyPriceFen), Math.floor((Number(o.priceFen) * 88) / 100));
        return { offerId: o.id, priceFen: Math.min(cut, Number(o.priceFen) - 1), quota: 20, perPersonLimit: 2 };
      }),
      publish: true,
    });
  }
  const session = { id, opensAt: atClock(addDays(day, -1), "23:00"), endsAt: atClock(day, "22:30") };
  const together = offers.filter((o) => !deals.includes(o)).slice(0, 3);
  await addGroupSlot(town.staff.merchandiser, session, together);
  await approveSlots();
}

async function receiveAll(town: Town, random: () => number, pickupDay: Day): Promise<void> {
  const orders = await prisma.purchaseOrder.findMany({
    where: { pickupDay: dateOf(pickupDay), state: { in: ["accepted", "receiving"] } },
    include: { lines: true },
  });
  for (const order of orders) {
    await receive(town.staff.warehouse, {
      purchaseOrderId: order.id,
      requestKey: `seed-receipt-${order.id}`,
      lines: order.lines
        .filter((l) => !l.isReceived)
        .map((l) => {
          const missing = random() < 0.012 ? Math.min(l.pieces, 1 + Math.floor(random() * 3)) : 0;
          const isDamaged = random() < 0.4;
          return {
            purchaseOrderLineId: l.id,
            accepted: l.pieces - missing,
            short: isDamaged ? 0 : missing,
            damaged: isDamaged ? missing : 0,
          };
        }),
    });
  }
  await drain(reactions);
}

async function deliverAll(town: Town, pickupDay: Day, step: "load" | "arrive" | "sign"): Promise<void> {
  const deliveries = await prisma.delivery.findMany({
    where: {
      pickupDay: dateOf(pickupDay),
      state: step === "load" ? "preparing" : step === "arrive" ? "loaded" : "arrived",
    },
    orderBy: { id: "asc" },
  });
  if (deliveries.length === 0) return;
  if (step === "load") await loadDeliveries(town.staff.driver, { id: deliveries.map((d) => d.id) });
  else {
    await each(
      deliveries,
      async (d) =>
        step === "arrive"
          ? arriveDelivery(town.staff.driver, { id: d.id })
          : signDelivery(await asLeader(d.leaderId ?? ""), { id: d.id }),
      3,
    );
  }
  await drain(reactions);
}

/** Neighbours come by: a share of the bags of a day is handed over, each by its leader. */
async function handOver(pickupDay: Day, share: number, random: () => number): Promise<void> {
  const bags = await prisma.$queryRaw<{ resident_id: string; pickup_point_id: string; leader_id: string }[]>`
    select distinct o.resident_id, o.pickup_point_id, p.leader_id from customer_order o join pickup_point p on p.id = o.pickup_point_id
    where o.pickup_day = ${dateOf(pickupDay)}::date and o.state = 'arrived' order by 1`;
  await each(
    bags.filter(() => random() < share),
    async (b) =>
      verifyPickup(await asLeader(b.leader_id), {
        requestKey: `seed-${pickupDay}-${b.resident_id}`,
        pickupPointId: b.pickup_point_id,
        residentId: b.resident_id,
        pickupDay,
        method: random() < 0.7 ? "code" : "phone",
      }),
    4,
  );
  await drain(reactions);
}

const complaints = [
  ["quality", "叶子发黄，不新鲜", "supplier"],
  ["damaged", "压坏了两个", "driver"],
  ["missing", "袋子里少了一份", "warehouse"],
  ["quality", "有坏果", "supplier"],
  ["wrong", "送成了别的规格", "warehouse"],
] as const;

async function complain(town: Town, random: () => number, pickupDay: Day): Promise<void> {
  const lines = await prisma.orderLine.findMany({
    where: {
      pickupDay: dateOf(pickupDay),
      completedAt: { not: null },
      completedBy: { in: ["scan", "clock"] },
      refundedFen: 0n,
      afterSaleUntil: { gt: now() },
    },
    orderBy: { id: "asc" },
  });
  for (const line of lines) {
    if (random() >= 0.022) continue;
    const person = town.people.find((p) => p.id === line.residentId);
    const [reason, description, responsible] = complaints[Math.floor(random() * complaints.length)] ?? complaints[0];
    const leader = await asLeader(town.points.find((p) => p.id === line.pickupPointId)?.leaderId ?? line.leaderId);
    const made = await report(random() < 0.3 || !person ? leader : person, {
      orderLineId: line.id,
      quantity: 1,
      reason,
      description,
      photoFileIds: [],
    }).catch(() => null);
    if (made && !made.isAutomatic && random() < 0.85) {
      await decide(
        town.staff.support,
        random() < 0.8
          ? { id: made.id, decision: "approve", responsible, reason: "核实照片与批次" }
          : { id: made.id, decision: "reject", reason: "超出说明范围" },
      );
    }
  }
  await drain(reactions);
}

async function settleWeek(town: Town, toDay: Day, isLast: boolean): Promise<void> {
  for (const [key, supplierId] of town.supplierIds) {
    const made = await makeStatement(town.staff.maker, { supplierId, toDay }).catch(() => null);
    if (!made) continue;
    await sendStatement(town.staff.maker, { id: made.id });
    const owner = await asSupplier(supplierId);
    const hash = async () => (await prisma.supplierStatement.findUniqueOrThrow({ where: { id: made.id } })).hash;
    if (isLast && key === "fruit") {
      await disputeStatement(owner, {
        id: made.id,
        text: "11 月第二批草莓的破损数量与我们装车记录不一致，请核对照片。",
      });
      continue;
    }
    if (isLast && key === "greens") continue;
    await confirmStatement(owner, { id: made.id, hash: await hash() });
    if (isLast && key === "meat") continue;
    await approveStatement(town.staff.checker, { id: made.id, hash: await hash() });
    await payStatement(town.staff.maker, { id: made.id, hash: await hash() });
    await settleStatement(town.staff.maker, {
      id: made.id,
      paymentRef: `网银 ${toDay.replaceAll("-", "")}${made.id.slice(-4).toUpperCase()}`,
    });
  }
  await drain(reactions);
}

async function payLeaders(town: Town, isLast: boolean): Promise<void> {
  const ids: string[] = [];
  for (const [i, p] of town.points.entries()) {
    if (isLast && i === 0) continue;
    const account = await prisma.account.findUnique({ where: { code: `leaderAvailable:${p.leaderId}` } });
    const available = -Number(account?.balanceFen ?? 0n);
    if (available < 500) continue;
    const made = await requestWithdrawal(await asLeader(p.leaderId), { amountFen: available }).catch(() => null);
    if (made) ids.push(made.id);
  }
  const sent = isLast ? ids.slice(0, Math.max(1, ids.length - 5)) : ids;
  if (sent.length === 0) return;
  const batch = await makeBatch(town.staff.maker, { ids: sent });
  const { hash } = await prisma.payoutBatch.findUniqueOrThrow({ where: { id: batch.id } });
  await approveBatch(town.staff.checker, { id: batch.id, hash });
  await executeBatch(town.staff.maker, { id: batch.id });
  await drain(reactions);
  await channelTransfers((i) => (isLast && i === 1 ? "fail" : isLast && i > 8 ? "waitUserConfirm" : "success"));
  await drain(reactions);
}

type Event = { at: Date; run: () => Promise<unknown> };

/** What happens on one calendar day, each thing at its hour. */
function eventsOf(
  town: Town,
  random: () => number,
  day: Day,
  { index, isLast, isToday }: { index: number; isLast: boolean; isToday: boolean },
): Event[] {
  const at = (hhmm: string, run: () => Promise<unknown>): Event => ({ at: atClock(day, hhmm), run });
  const size = ordersADay * (0.85 + random() * 0.3);
  return [
    at("00:02", () => completeDue(clock, 5000)),
    at("02:20", () => receiveAll(town, random, day)),
    at("03:00", () => channelRefunds()),
    at("05:50", () => deliverAll(town, day, "load")),
    ...curve.map(([hour, share]) =>
      at(`${String(hour).padStart(2, "0")}:${10 + Math.floor(random() * 40)}`, () =>
        orderRound(town, random, Math.round(size * share)),
      ),
    ),
    at("09:30", () => releaseDue(clock)),
    ...([3, 14].includes(index) ? town.couponIds.slice(1) : []).map((templateId, i) =>
      at("07:30", () => claimRound(town.people.slice(index * 6 + i * 40, index * 6 + i * 40 + 60), templateId)),
    ),
    at("09:40", () => groupRound(day, town.people, [3, 3, 2])),
    at("14:50", endGroupsDue),
    at("19:20", () => groupRound(day, town.people, [3, 1])),
    ...(index > 8 && index % 7 === 2
      ? [at("10:05", () => settleWeek(town, addDays(day, -1), isLast)), at("11:05", () => payLeaders(town, isLast))]
      : []),
    at("15:20", () => deliverAll(town, day, "arrive")),
    at("15:55", () => deliverAll(town, day, "sign")),
    at("18:25", () => handOver(day, isToday ? 0.6 : 0.22, random)),
    at("20:35", () => handOver(day, isToday ? 0.7 : 0.15, random)),
    at("20:55", () => complain(town, random, addDays(day, 0))),
    at("21:40", () => channelRefunds()),
    at("12:05", () => scheduleDay(town, random, addDays(day, 1))),
    at("23:00", async () => {
      const session = await sessionOn(day);
      if (session?.state === "published") await cutOffSession(clock, { sessionId: session.id });
    }),
    at("23:16", async () => {
      const session = await sessionOn(day);
      if (session?.state !== "cutOff") return;
      // unpaid payments of a past nobody can ask the channel about are closed as the channel would have
      await prisma.payment.updateMany({
        where: { state: { in: ["created", "prepaid"] }, expiresAt: { lte: now() } },
        data: { state: "closed", nextQueryAt: null },
      });
      await lockSession(clock, { sessionId: session.id });
      await drain(reactions);
    }),
    at("23:24", async () => {
      const waiting = await prisma.purchaseOrder.findMany({ where: { state: "issued" } });
      for (const po of waiting)
        await acceptPurchase(po.id < "por_z" && random() < 0.7 ? await asSupplier(po.supplierId) : clock, {
          id: po.id,
        });
      await drain(reactions);
    }),
  ];
}

/**
 * Demo data: a town of our own and thirty days of its trade, played by the domain's commands under a past clock up to this
 * minute, in our books and in the channel's. `say` gets a line of progress.
 */
export async function seed(say: (line: string) => void, options: { days?: number } = {}): Promise<void> {
  const daysOfTrade = options.days ?? 30;
  const random = chance(20261123);
  const endsAt = now();
  const firstDay = addDays(businessToday(), -daysOfTrade);
  const began = atClock(addDays(firstDay, -1), "09:00");
  let instant = began;
  const town = await underClock(
    () => instant,
    async () => {
      const made = await found(random);
      say(`a town: ${made.points.length} points, ${made.supplierIds.size} suppliers, ${made.skus.length} products`);
      instant = atClock(addDays(firstDay, -1), "22:58");
      await scheduleDay(made, random, firstDay);
      return made;
    },
  );
  for (let i = 0; i <= daysOfTrade; i++) {
    const day = addDays(firstDay, i);
    for (const event of eventsOf(town, random, day, {
      index: i,
      isLast: i >= daysOfTrade - 6,
      isToday: i === daysOfTrade,
    }).sort((a, b) => a.at.getTime() - b.at.getTime())) {
      if (event.at > endsAt) continue;
      instant = event.at;
      await underClock(() => instant, event.run);
    }
    if (i % 6 === 5) say(`${i + 1} days`);
  }
  await underClock(
    () => later(endsAt, -2 * minute),
    async () => {
      await endGroupsDue();
      await groupRound(businessToday(), town.people, [2, 1]);
      await closeUp(town);
    },
  );
  const told = await tellChannelHistory();
  const orders = await prisma.order.count();
  say(`${orders} orders${told ? `, ${told.payments} payments told to the channel` : ""}`);
}

/** What stands open on the desk this morning: applications to review, and the reports the channel has had. */
async function closeUp(town: Town): Promise<void> {
  await channelRefunds();
  await prisma.shippingReport.updateMany({
    where: { state: "pending" },
    data: { state: "uploaded", uploadedAt: now(), nextAttemptAt: null, attempts: 1 },
  });
  const base = {
    cityId: town.cityId,
    productNames: ["黑木耳", "香菇"],
    goods: "黑木耳、香菇、平菇",
    categoryNames: [],
  };
  await applyAsSupplier({
    ...base,
    key: "mushroom",
    subjectType: "cooperative",
    name: "云溪菌香食用菌合作社",
    legalName: "冯立新",
    contactName: "冯立新",
    phone: "13700000021",
    address: "云溪市青石镇菌香村 3 组",
    number: 5201,
  });
  await applyAsSupplier({
    ...base,
    key: "honey",
    subjectType: "farmer",
    name: "青石镇蒋大山",
    legalName: "蒋大山",
    contactName: "蒋大山",
    phone: "13700000022",
    address: "云溪市青石镇 15 号",
    productNames: ["农家小白菜"],
    goods: "时令青菜",
    number: 5202,
  });
  for (const [i, name] of ["叶芳", "邵美云"].entries()) {
    const resident = await residentOf(`openid-hopeful-${i}`, name);
    await applyAsLeader(resident, {
      name,
      phone: `1391234567${i}`,
      cityId: town.cityId,
      district: "滨湖",
      pointName: i === 0 ? "听涛苑西门" : "月湖公寓 1 楼",
      address: `滨湖区听涛路 ${20 + i} 号`,
      lat: 30.229 + i * 0.004,
      lng: 120.241,
      about: "一楼有空房，可以放冰柜。",
    });
  }
  await transact(async (tx) => {
    await tx.$executeRaw`analyze`;
  }).catch(() => undefined);
  while ((await sealJournals(clock)) > 0);
  await drain(reactions);
}
