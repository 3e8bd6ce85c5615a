import "server-only";
import type { Actor, Role } from "#lib/identity/schema";
import { systemActor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { atClock, type Day, dateOf, day } from "#lib/kernel/time";
import { now } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { blindIndex, seal } from "#lib/platform/pii";

/** Monday morning, before a session that closes at 23:00: the instant most tests begin at. */
export const testDay: Day = day("2026-11-16");
export const testMorning = atClock(testDay, "09:00");

let counter = 0;
const next = () => ++counter;

export const operator = (...roles: Role[]): Actor => ({
  ...systemActor("test"),
  kind: "operator",
  id: `usr_test_${roles.join("_")}_${next()}`,
  name: roles.join("/"),
  roles,
});
export const residentActor = (id: string): Actor => ({ ...systemActor("test"), kind: "resident", id, name: "居民" });
export const leaderActor = (leaderId: string): Actor => ({
  ...systemActor("test"),
  kind: "leader",
  id: `usr_${leaderId}`,
  name: "团长",
  leaderId,
});
export const supplierActor = (supplierId: string, supplierRole: "owner" | "staff" = "owner"): Actor => ({
  ...systemActor("test"),
  kind: "supplier",
  id: `usr_${supplierId}_${supplierRole}`,
  name: "供应商",
  supplierId,
  supplierRole,
});

export async function makeResident(): Promise<string> {
  const id = newId("res", now());
  await prisma.resident.create({
    data: { id, openid: `openid-${id}`, nickname: `居民${next()}`, phoneTail: String(1000 + next()), createdAt: now() },
  });
  return id;
}

export async function makeLeader(cityId: string): Promise<string> {
  const id = newId("ldr", now());
  const phone = `139${String(10_000_000 + next())}`;
  await prisma.leader.create({
    data: {
      id,
      name: `团长${next()}`,
      phoneCipher: seal(phone, "leader.phone"),
      phoneIndex: blindIndex(phone),
      phoneTail: phone.slice(-4),
      cityId,
      state: "active",
      openid: `openid-${id}`,
      createdAt: now(),
    },
  });
  return id;
}

export async function makeSupplier(
  options: { autoAcceptMinutes?: number; shortagePenaltyBp?: number } = {},
): Promise<string> {
  const id = newId("sup", now());
  const phone = `138${String(10_000_000 + next())}`;
  await prisma.supplier.create({
    data: {
      id,
      name: `供应商${next()}`,
      subjectType: "company",
      contactName: "王经理",
      phoneCipher: seal(phone, "supplier.phone"),
      phoneIndex: blindIndex(phone),
      phoneTail: phone.slice(-4),
      state: "active",
      autoAcceptMinutes: options.autoAcceptMinutes ?? 20,
      createdAt: now(),
      contracts: {
        create: {
          id: newId("ctr", now()),
          version: 1,
          model: "supplyPrice",
          cycleDays: 7,
          shortagePenaltyBp: options.shortagePenaltyBp ?? 0,
          effectiveFrom: now(),
          createdBy: "test",
        },
      },
    },
  });
  return id;
}

export type Town = { cityId: string; warehouseId: string; routeId: string; pointId: string; leaderId: string };

/** A city with one warehouse, one route, one open point and its leader. */
export async function makeTown(): Promise<Town> {
  const n = next();
  const cityId = `rgn_test${n}`;
  await prisma.region.create({ data: { id: cityId, level: "city", name: `测试市${n}`, nameEn: `Test ${n}` } });
  const warehouseId = newId("whs", now());
  await prisma.warehouse.create({
    data: { id: warehouseId, name: "中心仓", kind: "central", cityId, address: "仓储路 1 号" },
  });
  const routeId = newId("rte", now());
  await prisma.route.create({ data: { id: routeId, name: "一线", warehouseId, cityId } });
  const leaderId = await makeLeader(cityId);
  const pointId = await makePoint({ cityId, routeId, leaderId });
  return { cityId, warehouseId, routeId, pointId, leaderId };
}

export async function makePoint(e: { cityId: string; routeId: string; leaderId: string }): Promise<string> {
  const id = newId("pkp", now());
  await prisma.pickupPoint.create({
    data: {
      id,
      name: `小区${next()}`,
      cityId: e.cityId,
      district: "城东",
      address: "和平路 1 号",
      lat: 39.9,
      lng: 116.4,
      routeId: e.routeId,
      leaderId: e.leaderId,
      state: "open",
      createdAt: now(),
    },
  });
  return id;
}

export async function makeCategory(
  options: {
    isFresh?: boolean;
    afterSaleHours?: number;
    completionDays?: number;
    uncollectedPolicy?: "writeOff" | "return";
  } = {},
): Promise<string> {
  const id = newId("cat", now());
  const isFresh = options.isFresh ?? true;
  await prisma.category.create({
    data: {
      id,
      name: `分类${next()}`,
      nameEn: "Category",
      picture: "leafy",
      isFresh,
      completionDays: options.completionDays ?? (isFresh ? 0 : 3),
      afterSaleHours: options.afterSaleHours ?? (isFresh ? 24 : 168),
      uncollectedPolicy: options.uncollectedPolicy ?? (isFresh ? "writeOff" : "return"),
      uncollectedBearer: "customer",
      taxClass: "vat9",
    },
  });
  return id;
}

export async function makeSku(e: {
  supplierId: string;
  categoryId?: string;
  name?: string;
  supplyFen?: number;
  saleFen?: number;
  casePack?: number;
  leadDays?: number;
}): Promise<string> {
  const at = now();
  const categoryId = e.categoryId ?? (await makeCategory());
  const productId = newId("prd", at);
  const id = newId("sku", at);
  const name = e.name ?? `商品${next()}`;
  await prisma.product.create({
    data: {
      id: productId,
      supplierId: e.supplierId,
      categoryId,
      name,
      spec: "500 g",
      unit: "份",
      origin: "本地",
      storage: "常温",
      description: "",
      state: "approved",
      searchText: name,
      identityKey: `${name}|500g|份|${productId}`,
      createdAt: at,
      changedAt: at,
      skus: {
        create: {
          id,
          supplierId: e.supplierId,
          code: id.slice(-8),
          casePack: e.casePack ?? 1,
          leadDays: e.leadDays ?? 0,
          taxClass: "vat9",
          supplyPriceFen: e.supplyFen ?? 300,
          salePriceFen: e.saleFen ?? 500,
          isListed: true,
        },
      },
    },
  });
  return id;
}

/** A published session from 08:00 to 23:00 of the test day, without offers. */
export async function makeSession(
  town: Pick<Town, "cityId">,
  options: { day?: Day; state?: "draft" | "published" } = {},
): Promise<string> {
  const d = options.day ?? testDay;
  const id = newId("ssn", now());
  await prisma.saleSession.create({
    data: {
      id,
      name: `${d} 日常团`,
      businessDay: dateOf(d),
      opensAt: atClock(d, "08:00"),
      cutoffAt: atClock(d, "23:00"),
      state: options.state ?? "published",
      cityIds: [town.cityId],
      publishedAt: now(),
      createdAt: now(),
      createdBy: "test",
    },
  });
  return id;
}

/** An active offer of a session; returns its id and its pool's. */
export async function makeOffer(
  town: Pick<Town, "cityId">,
  e: {
    sessionId: string;
    skuId: string;
    priceFen?: number;
    supplyFen?: number;
    quota?: number;
    limit?: number;
    commissionBp?: number | null;
  },
): Promise<{ offerId: string; poolId: string }> {
  const at = now();
  const session = await prisma.saleSession.findUniqueOrThrow({ where: { id: e.sessionId } });
  const poolId = newId("stk", at);
  await prisma.stockPool.create({
    data: { id: poolId, skuId: e.skuId, cityId: town.cityId, quota: e.quota ?? 100, createdAt: at },
  });
  await prisma.stockAllotment.create({ data: { poolId, delta: e.quota ?? 100, why: "open", ref: e.sessionId, at } });
  const offerId = newId("ofr", at);
  await prisma.offer.create({
    data: {
      id: offerId,
      layer: "session",
      saleSessionId: e.sessionId,
      skuId: e.skuId,
      cityId: town.cityId,
      startsAt: session.opensAt,
      endsAt: session.cutoffAt,
      state: "active",
      priceFen: e.priceFen ?? 500,
      supplyPriceFen: e.supplyFen ?? 300,
      lossReason: (e.priceFen ?? 500) < (e.supplyFen ?? 300) ? "overstock" : null,
      commissionBp: e.commissionBp === undefined ? 1000 : e.commissionBp,
      perPersonLimit: e.limit ?? null,
      stockPoolId: poolId,
    },
  });
  return { offerId, poolId };
}
