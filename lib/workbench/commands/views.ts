import "server-only";
import { record, stale } from "#lib/audit/steps";
import { Prisma } from "#lib/generated/prisma/client";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { type ListSpec, readListParams, searchOf, writeQuestion } from "#lib/kernel/list";
import { Refusal } from "#lib/kernel/refusal";
import { now } from "#lib/platform/clock";
import { transact } from "#lib/platform/db";
import { type Lists, listed } from "../lists";
import { partyOf } from "../rules";
import type { ListLayout, SaveViewInput } from "../schema";

const mostViews = 100;

/**
 * Keeps a question under a name, or with `id` renames it, shares it or gives it another question; what the list does not know
 * is left out of it. Only the owner changes a view. Refuses: forbidden, notFound, staleVersion, tooManyViews.
 */
export async function saveView(actor: Actor, lists: Lists, input: SaveViewInput): Promise<string> {
  const { list, deed } = listed(lists, input.list);
  authorise(actor, deed);
  const at = now();
  const data = {
    name: input.name,
    scope: input.scope,
    query: writeQuestion(readListParams(searchOf(input.query), list.spec as ListSpec)),
    layout: input.layout ?? Prisma.DbNull,
    changedAt: at,
  };
  return transact(async (tx) => {
    const old = input.id ? await tx.savedView.findUnique({ where: { id: input.id } }) : null;
    if (input.id && (old?.ownerId !== actor.id || old.list !== input.list)) throw new Refusal("notFound");
    const id = old?.id ?? newId("svw", at);
    if (old) {
      const changed = await tx.savedView.updateMany({
        where: { id, version: input.version ?? old.version },
        data: { ...data, version: { increment: 1 } },
      });
      if (changed.count === 0) throw await stale(tx, actor, { subjectType: "savedView", subjectId: id });
    } else {
      if ((await tx.savedView.count({ where: { list: input.list, ownerId: actor.id } })) >= mostViews)
        throw new Refusal("tooManyViews", { most: mostViews });
      await tx.savedView.create({
        data: {
          ...data,
          id,
          list: input.list,
          party: partyOf(actor),
          ownerId: actor.id,
          ownerName: actor.name,
          createdAt: at,
        },
      });
    }
    const kept = { list: input.list, name: input.name, scope: input.scope, query: data.query };
    if (input.scope === "team" || old?.scope === "team")
      await record(tx, actor, {
        deed: "lists.share",
        subjectType: "savedView",
        subjectId: id,
        ...(old ? { before: { list: old.list, name: old.name, scope: old.scope, query: old.query } } : {}),
        after: kept,
      });
    return id;
  });
}

/** Drops a view of one's own. Refuses: forbidden, notFound. */
export async function dropView(actor: Actor, lists: Lists, id: string): Promise<void> {
  await transact(async (tx) => {
    const view = await tx.savedView.findUnique({ where: { id } });
    if (!view || view.ownerId !== actor.id) throw new Refusal("notFound");
    authorise(actor, listed(lists, view.list).deed);
    await tx.savedView.delete({ where: { id } });
    if (view.scope === "team")
      await record(tx, actor, {
        deed: "lists.unshare",
        subjectType: "savedView",
        subjectId: id,
        before: { list: view.list, name: view.name, scope: view.scope, query: view.query },
      });
  });
}

/** Remembers how a person sets out a list. Refuses: forbidden, notFound. */
export async function saveLayout(actor: Actor, lists: Lists, name: string, layout: ListLayout): Promise<void> {
  authorise(actor, listed(lists, name).deed);
  const data = { layout, changedAt: now() };
  await transact((tx) =>
    tx.listLayout.upsert({
      where: { ownerId_list: { ownerId: actor.id, list: name } },
      create: { ownerId: actor.id, list: name, ...data },
      update: data,
    }),
  );
}
