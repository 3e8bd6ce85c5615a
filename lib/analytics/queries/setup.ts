import "server-only";
import { z } from "zod";
import { can, type Deed } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { prisma } from "#lib/platform/db";
import { type SetupStep, setupKeys } from "../schema";

const places: Record<SetupStep["key"], { deed: Deed; href: string; wanted: number }> = {
  network: { deed: "points.edit", href: "/points/network", wanted: 1 },
  points: { deed: "points.edit", href: "/points/new", wanted: 1 },
  leaders: { deed: "leaders.review", href: "/leaders/applications", wanted: 1 },
  suppliers: { deed: "suppliers.review", href: "/suppliers/applications", wanted: 1 },
  products: { deed: "catalog.list", href: "/products", wanted: 1 },
  // what one makes another checks: payouts, statements
  people: { deed: "people.edit", href: "/people", wanted: 2 },
  session: { deed: "sessions.publish", href: "/sessions/new", wanted: 1 },
};
const counts = z.tuple([z.record(z.enum(setupKeys), z.number())]);

/**
 * What a young instance still needs, counted from the data; null once everything is there, or for who has put the list away or
 * does not set things up.
 */
export async function setupSteps(actor: Actor): Promise<SetupStep[] | null> {
  if (actor.kind !== "operator" || !can(actor, "points.edit")) return null;
  const [found] = counts.parse(
    await prisma.$queryRaw`
      select (select count(*) from (select 1 from route limit 1) x)::int as network,
        (select count(*) from (select 1 from pickup_point where state = 'open'::point_state limit 1) x)::int as points,
        (select count(*) from (select 1 from leader l join pickup_point p on p.leader_id = l.id where l.state = 'active'::leader_state limit 1) x)::int as leaders,
        (select count(*) from (select 1 from supplier where state = 'active'::supplier_state limit 1) x)::int as suppliers,
        (select count(*) from (select 1 from sku where is_listed limit 1) x)::int as products,
        (select count(*) from (select 1 from app_user where kind = 'operator'::user_kind and state = 'active'::user_state and 'finance'::role = any(roles) limit 2) x)::int as people,
        (select count(*) from (select 1 from sale_session where state not in ('draft'::session_state, 'cancelled'::session_state) limit 1) x)::int as session`,
  );
  const steps = setupKeys.map((key) => {
    const { deed, href, wanted } = places[key];
    const count = found[key] ?? 0;
    return { key, count, done: count >= wanted, href: can(actor, deed) ? href : null };
  });
  if (steps.every((step) => step.done)) return null;
  const choice = await prisma.noticePreference.findUnique({
    where: { userId_kind: { userId: actor.id, kind: "setup" } },
  });
  return choice?.inApp === false ? null : steps;
}
