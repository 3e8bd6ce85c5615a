import "server-only";
import { z } from "zod";
import { Refusal } from "#lib/kernel/refusal";
import { type Db, prisma } from "./db";
import { shared } from "./shared";

/** What a number counts; the settings page draws its field and words by it. */
export type SettingUnit = "fen" | "minutes" | "hours" | "days" | "count" | "bp";
type Spec = {
  group: "orders" | "afterSales" | "fulfilment" | "money" | "security";
  unit: SettingUnit;
  default: number;
  min: number;
  max: number;
};

/** Everything the business may tune without a release. A missing row means the default. */
export const settings = {
  orderHoldMinutes: { group: "orders", unit: "minutes", default: 15, min: 1, max: 120 },
  flashHoldMinutes: { group: "orders", unit: "minutes", default: 5, min: 1, max: 120 },
  openHoldsMax: { group: "orders", unit: "count", default: 5, min: 1, max: 60 },
  lateNoticeMinutes: { group: "orders", unit: "minutes", default: 15, min: 0, max: 120 },
  remindMinutes: { group: "orders", unit: "minutes", default: 10, min: 1, max: 120 },
  quoteMinutes: { group: "orders", unit: "minutes", default: 10, min: 1, max: 60 },
  marginFloorBp: { group: "orders", unit: "bp", default: 800, min: 0, max: 5000 },
  couponApprovalFen: { group: "money", unit: "fen", default: 100_000, min: 0, max: 100_000_000 },
  householdKeepDays: { group: "orders", unit: "days", default: 30, min: 0, max: 365 },
  afterSaleAutoFen: { group: "afterSales", unit: "fen", default: 2000, min: 0, max: 100_000 },
  afterSaleAutoCount: { group: "afterSales", unit: "count", default: 3, min: 0, max: 100 },
  afterSaleAutoDays: { group: "afterSales", unit: "days", default: 30, min: 1, max: 365 },
  afterSaleInboxHours: { group: "afterSales", unit: "hours", default: 24, min: 1, max: 168 },
  purchaseAcceptMinutes: { group: "fulfilment", unit: "minutes", default: 20, min: 0, max: 720 },
  signHours: { group: "fulfilment", unit: "hours", default: 2, min: 1, max: 48 },
  warehouseNightPieces: { group: "fulfilment", unit: "count", default: 4000, min: 1, max: 10_000_000 },
  routeDayOrders: { group: "fulfilment", unit: "count", default: 300, min: 1, max: 1_000_000 },
  uncollectedFreshHours: { group: "fulfilment", unit: "hours", default: 3, min: 0, max: 72 },
  uncollectedDryDays: { group: "fulfilment", unit: "days", default: 3, min: 0, max: 30 },
  uncollectedReminderHours: { group: "fulfilment", unit: "hours", default: 2, min: 0, max: 24 },
  commissionFreezeDays: { group: "money", unit: "days", default: 7, min: 0, max: 60 },
  commissionFreezeMinutes: { group: "money", unit: "minutes", default: 0, min: 0, max: 1440 },
  withdrawalMinFen: { group: "money", unit: "fen", default: 100, min: 1, max: 1_000_000 },
  withdrawalMaxFen: { group: "money", unit: "fen", default: 200_000, min: 100, max: 20_000_000 },
  transferConfirmHours: { group: "money", unit: "hours", default: 24, min: 1, max: 72 },
  signInIdleHours: { group: "security", unit: "hours", default: 12, min: 1, max: 168 },
  signInDays: { group: "security", unit: "days", default: 7, min: 1, max: 90 },
} as const satisfies Record<string, Spec>;

export type SettingKey = keyof typeof settings;
export const settingKeys = Object.keys(settings) as SettingKey[];

const keepMs = 3000;
const cache = shared("settings", () => new Map<string, { value: number; until: number }>());

/** The value in force, in the unit its name ends with; read in the caller's transaction, else kept for three seconds. */
export async function setting(db: Db, key: SettingKey): Promise<number> {
  const kept = cache.get(key);
  if (db === prisma && kept && kept.until > performance.now()) return kept.value;
  const row = await db.setting.findUnique({ where: { key } });
  const value = row ? z.number().int().parse(row.value) : settings[key].default;
  if (db === prisma) cache.set(key, { value, until: performance.now() + keepMs });
  return value;
}

/** Refuses: settingRange (outside the bounds of the registry), staleVersion (somebody changed it first; version 0 = no row yet). */
export async function changeSetting(
  db: Db,
  change: { key: SettingKey; value: number; version: number; at: Date; by: string },
): Promise<{ before: number }> {
  const spec: Spec = settings[change.key];
  if (!Number.isSafeInteger(change.value) || change.value < spec.min || change.value > spec.max) {
    throw new Refusal("settingRange", { min: spec.min, max: spec.max }, [{ field: "value", code: "settingRange" }]);
  }
  const before = await setting(db, change.key);
  const facts = { value: change.value, changedAt: change.at, changedBy: change.by };
  const written =
    change.version === 0
      ? await db.setting.createMany({ data: { key: change.key, version: 1, ...facts }, skipDuplicates: true })
      : await db.setting.updateMany({
          where: { key: change.key, version: change.version },
          data: { ...facts, version: { increment: 1 } },
        });
  if (written.count === 0) throw new Refusal("staleVersion");
  cache.delete(change.key);
  return { before };
}
