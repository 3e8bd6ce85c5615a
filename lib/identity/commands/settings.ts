import "server-only";
import { record, stale } from "#lib/audit/steps";
import { isRefusal } from "#lib/kernel/refusal";
import { now } from "#lib/platform/clock";
import { transact } from "#lib/platform/db";
import { changeSetting, type SettingKey } from "#lib/platform/settings";
import { authorise } from "../rules";
import type { Actor } from "../schema";

/** Changes one number of the registry, with a reason. Refuses: forbidden, settingRange, staleVersion. */
export async function editSetting(
  actor: Actor,
  input: { key: SettingKey; value: number; version: number; reason: string },
): Promise<void> {
  authorise(actor, "settings.edit");
  await transact(async (tx) => {
    const { before } = await changeSetting(tx, {
      key: input.key,
      value: input.value,
      version: input.version,
      at: now(),
      by: actor.id,
    }).catch(async (error: unknown) => {
      if (!isRefusal(error) || error.code !== "staleVersion") throw error;
      const row = await tx.setting.findUniqueOrThrow({ where: { key: input.key } });
      const behind = row.version - input.version;
      throw await stale(tx, actor, { subjectType: "setting", subjectId: input.key, behind });
    });
    await record(tx, actor, {
      deed: "settings.change",
      subjectType: "setting",
      subjectId: input.key,
      before: { [input.key]: before },
      after: { [input.key]: input.value },
      reason: input.reason,
    });
  });
}
