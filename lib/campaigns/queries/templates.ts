import "server-only";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { prisma } from "#lib/platform/db";
import { type TemplateView, templateItems } from "../schema";

/** Templates of a kind, by name. Refuses: forbidden. */
export async function templatesOf(actor: Actor, kind: TemplateView["kind"]): Promise<TemplateView[]> {
  authorise(actor, "sessions.see");
  const rows = await prisma.campaignTemplate.findMany({ where: { kind }, orderBy: { name: "asc" }, take: 200 });
  return rows.map(({ id, name, items, createdAt }) => ({
    id,
    name,
    kind,
    items: templateItems.parse(items).length,
    createdAt,
  }));
}
