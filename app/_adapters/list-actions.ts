"use server";
import { getTranslations } from "next-intl/server";
import { z } from "zod";
import type { Actor } from "#lib/identity/schema";
import { lists } from "#lib/server/lists";
import type { Locale } from "#lib/words/locale";
import {
  startExport as begin,
  cancelRun as cancel,
  checkBulk as check,
  retryRun as retry,
  startBulk as start,
  undoRun as undo,
} from "#lib/workbench/commands/runs";
import { dropView as drop, saveLayout as keepLayout, saveView as save } from "#lib/workbench/commands/views";
import { runOf } from "#lib/workbench/queries";
import {
  type BulkInput,
  bulkInput,
  type ExportInput,
  exportInput,
  type ListLayout,
  layoutInput,
  type SaveViewInput,
  saveViewInput,
} from "#lib/workbench/schema";
import { call } from "./action";

const id = z.string().max(28);
const said = async (key: "viewSaved" | "viewDropped" | "cancelled" | "retried") => ({
  message: (await getTranslations("workbench.runs"))(key),
});
const seen = async (actor: Actor, runId: string, locale: Locale) => ({ run: await runOf(actor, runId, locale) });

export async function saveView(input: SaveViewInput) {
  return call(
    saveViewInput,
    input,
    async (actor, given) => ({ id: await save(actor, lists, given), ...(await said("viewSaved")) }),
    { anew: true },
  );
}

export async function dropView(viewId: string) {
  return call(
    id,
    viewId,
    async (actor, given) => {
      await drop(actor, lists, given);
      return said("viewDropped");
    },
    { anew: true },
  );
}

export async function saveLayout(list: string, layout: ListLayout): Promise<void> {
  await call(z.object({ list: z.string().max(40), layout: layoutInput }), { list, layout }, async (actor, given) => {
    await keepLayout(actor, lists, given.list, given.layout);
    return {};
  });
}

export async function startExport(input: ExportInput) {
  return call(exportInput, input, async (actor, given, locale) =>
    seen(actor, await begin(actor, lists, given, locale), locale),
  );
}

export async function checkBulk(input: BulkInput) {
  return call(bulkInput, input, async (actor, given, locale) =>
    seen(actor, await check(actor, lists, given, locale), locale),
  );
}

export async function startBulk(runId: string) {
  return call(id, runId, async (actor, given, locale) => {
    await start(actor, lists, given);
    return seen(actor, given, locale);
  });
}

export async function cancelRun(runId: string) {
  return call(
    id,
    runId,
    async (actor, given) => {
      await cancel(actor, given);
      return said("cancelled");
    },
    { anew: true },
  );
}

export async function retryRun(runId: string) {
  return call(
    id,
    runId,
    async (actor, given) => {
      await retry(actor, given);
      return said("retried");
    },
    { anew: true },
  );
}

export async function undoRun(runId: string) {
  return call(id, runId, async (actor, given, locale) => {
    await undo(actor, lists, given);
    return seen(actor, given, locale);
  });
}
