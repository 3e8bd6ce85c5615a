import "server-only";
import { z } from "zod";
import { prisma } from "#lib/platform/db";
import { type SettingKey, type SettingUnit, settingKeys, settings } from "#lib/platform/settings";
import { authorise } from "../rules";
import type { Actor } from "../schema";

export type SettingView = {
  key: SettingKey;
  group: (typeof settings)[SettingKey]["group"];
  unit: SettingUnit;
  value: number;
  default: number;
  min: number;
  max: number;
  /** 0 while the default stands. */
  version: number;
  changedAt: Date | null;
  changedBy: string | null;
};

/** Every setting with the value in force and who changed it last. Refuses: forbidden. */
export async function settingViews(actor: Actor): Promise<SettingView[]> {
  authorise(actor, "settings.see");
  const rows = await prisma.setting.findMany({ where: { key: { in: settingKeys } } });
  const users = await prisma.user.findMany({
    where: { id: { in: rows.map((row) => row.changedBy) } },
    select: { id: true, name: true },
  });
  return settingKeys.map((key) => {
    const row = rows.find((one) => one.key === key);
    const { group, unit, min, max, default: standard } = settings[key];
    return {
      key,
      group,
      unit,
      min,
      max,
      default: standard,
      value: row ? z.number().parse(row.value) : standard,
      version: row?.version ?? 0,
      changedAt: row?.changedAt ?? null,
      changedBy: row ? (users.find((user) => user.id === row.changedBy)?.name ?? row.changedBy) : null,
    };
  });
}
