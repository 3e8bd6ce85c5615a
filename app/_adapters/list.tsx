import "server-only";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { can } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { changeQuery, type ListParams, type ListSpec, readListParams, type SearchParams } from "#lib/kernel/list";
import { type ListDef, listCount, listPage, viewAsk } from "#lib/platform/list";
import { lists } from "#lib/server/lists";
import { listLayout, savedViews } from "#lib/workbench/queries";
import type { ListDesk, SavedView } from "#lib/workbench/schema";
import {
  cancelRun,
  checkBulk,
  dropView,
  retryRun,
  saveLayout,
  saveView,
  startBulk,
  startExport,
  undoRun,
} from "./list-actions";
import { page } from "./page";
import { requireActor } from "./session";

const actions = { saveView, dropView, saveLayout, startExport, checkBulk, startBulk, cancelRun, retryRun, undoRun };

/** What this person keeps of a list and may do with it; nothing for a list outside the registry. */
async function deskOf(actor: Actor, name: string): Promise<ListDesk | null> {
  const entry = Object.hasOwn(lists, name) ? lists[name] : undefined;
  if (!entry) return null;
  const [saved, layout] = await Promise.all([savedViews(actor, lists, name), listLayout(actor, name)]);
  return {
    saved,
    layout,
    actions,
    operations: Object.entries(entry.bulk ?? {}).flatMap(([operation, op]) => (op.may(actor) ? [operation] : [])),
    canReveal: entry.list.sheet.reveal !== undefined && can(actor, "pii.reveal"),
  };
}

/** A saved view named alone in the address is opened with its question; a view that is not there is named as unknown. */
async function openSaved(params: ListParams, saved: readonly SavedView[], search: SearchParams): Promise<ListParams> {
  if (params.saved === null) return params;
  const view = saved.find((one) => one.id === params.saved);
  if (!view) return { ...params, saved: null, unknown: [...params.unknown, "saved"] };
  const isBare = Object.keys(search).every((key) => key === "saved" || key === "peek");
  if (isBare && view.query !== "") {
    const path = (await headers()).get("x-lintuan-path")?.split("?")[0];
    if (path) redirect(`${path}${changeQuery(view.query, { saved: view.id })}`);
  }
  return params;
}

/**
 * A list's page in one call: reads the address, the rows, the count and each view's, for `<SomeTable {...list.props} />`.
 * `t` is the list's words: `views.<key>` names the tabs.
 */
export async function readList<Row extends { id: string }, const S extends ListSpec>(
  def: ListDef<Actor, Row, S>,
  search: SearchParams,
  t: (key: never) => string,
  options: { kind?: Actor["kind"]; limit?: number } = {},
) {
  const actor = await requireActor(options.kind ?? "operator");
  const read: ListParams = readListParams(search, def.spec as ListSpec);
  const [desk, rows, total, counts] = await page(() =>
    Promise.all([
      deskOf(actor, def.name),
      listPage(def, actor, read, options.limit),
      listCount(def, actor, read, read.exact),
      Promise.all((def.spec.views ?? []).map((view) => listCount(def, actor, viewAsk(view)))),
    ]),
  );
  const params = await openSaved(read, desk?.saved ?? [], search);
  return {
    actor,
    params: params as ListParams<S>,
    props: {
      list: def.name,
      fields: def.spec.fields ?? {},
      rows: rows.rows,
      nextCursor: rows.nextCursor,
      params,
      total,
      views: (def.spec.views ?? []).map((key, i) => ({
        key,
        label: t(`views.${key}` as never),
        count: counts[i]?.count ?? 0,
        isCapped: counts[i]?.isCapped ?? false,
      })),
      ...desk,
    },
  };
}
