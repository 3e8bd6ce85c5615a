import "server-only";
import { z } from "zod";
import { Refusal } from "#lib/kernel/refusal";
import { wall } from "#lib/platform/clock";
import { type Db, prisma } from "#lib/platform/db";
import { maskPhoneTail, sha256 } from "#lib/platform/pii";
import { authorise, can, type Deed, type Target } from "../rules";
import type { Actor, PersonRecord, PersonRow, ScopeChoices } from "../schema";
import { actorOfUser } from "../sessions";

type User = Awaited<ReturnType<typeof prisma.user.findFirstOrThrow>>;

async function names(
  users: readonly User[],
): Promise<(user: User) => Pick<PersonRow, "belongsTo" | "cities" | "sites">> {
  const ids = [
    ...new Set(
      users
        .flatMap((u) => [u.supplierId, u.leaderId, ...u.cityIds, ...u.siteIds])
        .filter((id): id is string => id !== null),
    ),
  ];
  const rows = z.array(z.object({ id: z.string(), name: z.string() })).parse(
    ids.length === 0
      ? []
      : await prisma.$queryRaw`
          select id, name from supplier where id = any(${ids}) union all select id, name from leader where id = any(${ids})
          union all select id, name from region where id = any(${ids}) union all select id, name from warehouse where id = any(${ids})
          union all select id, name from route where id = any(${ids})`,
  );
  const of = new Map(rows.map((row) => [row.id, row.name]));
  const named = (list: readonly string[]) => list.map((id) => of.get(id) ?? id);
  return (user) => ({
    belongsTo: of.get(user.supplierId ?? user.leaderId ?? "") ?? null,
    cities: named(user.cityIds),
    sites: named(user.siteIds),
  });
}

const rowOf = (user: User, more: Pick<PersonRow, "belongsTo" | "cities" | "sites">): PersonRow => ({
  id: user.id,
  kind: user.kind,
  name: user.name,
  login: user.email ?? maskPhoneTail(user.phoneTail),
  roles: user.roles,
  supplierRole: user.supplierRole,
  state: user.state,
  lastSignInAt: user.lastSignInAt,
  ...more,
});

/** Whether somebody signs in by this address: an installation started empty has none of the demo's people. */
export const hasAccount = async (email: string): Promise<boolean> =>
  (await prisma.user.count({ where: { email } })) > 0;

/** People by id, in any order; whoever asks has been allowed to see them. */
export async function peopleById(ids: readonly string[]): Promise<PersonRow[]> {
  const users = await prisma.user.findMany({ where: { id: { in: [...ids] } } });
  const more = await names(users);
  return users.map((user) => rowOf(user, more(user)));
}

/** A device in two words, from what it calls itself. */
function deviceOf(userAgent: string | null): string {
  const text = userAgent ?? "";
  const browser = /MicroMessenger/.test(text)
    ? "WeChat"
    : /Edg\//.test(text)
      ? "Edge"
      : /Firefox\//.test(text)
        ? "Firefox"
        : /Chrome\//.test(text)
          ? "Chrome"
          : /Safari\//.test(text)
            ? "Safari"
            : "";
  const system = /iPhone|iPad/.test(text)
    ? "iOS"
    : /Android/.test(text)
      ? "Android"
      : /Mac OS X/.test(text)
        ? "macOS"
        : /Windows/.test(text)
          ? "Windows"
          : /Linux/.test(text)
            ? "Linux"
            : "";
  return [browser, system].filter(Boolean).join(" · ") || "—";
}

/** One person with live sessions; a person may always see their own. Refuses: forbidden, notFound. */
export async function personRecord(actor: Actor, id: string): Promise<PersonRecord> {
  if (id !== actor.id) authorise(actor, "people.see");
  const user = await prisma.user.findUnique({ where: { id } });
  if (!user) throw new Refusal("notFound");
  const [more, sessions] = await Promise.all([
    names([user]),
    prisma.signIn.findMany({
      where: { userId: id, revokedAt: null, expiresAt: { gt: wall() } },
      orderBy: { lastSeenAt: "desc" },
      take: 50,
    }),
  ]);
  return {
    ...rowOf(user, more(user)),
    email: user.email,
    hasPhone: user.phoneCipher !== null,
    phoneMasked: maskPhoneTail(user.phoneTail),
    cityIds: user.cityIds,
    siteIds: user.siteIds,
    version: user.version,
    createdAt: user.createdAt,
    sessions: sessions.map((s) => ({
      id: s.id,
      via: s.via,
      createdAt: s.createdAt,
      lastSeenAt: s.lastSeenAt,
      ip: s.ip,
      device: deviceOf(s.userAgent),
    })),
  };
}

/** What may limit a person: the cities we trade in (all, before the first point stands), warehouses and routes. Refuses: forbidden. */
export async function scopeChoices(actor: Actor): Promise<ScopeChoices> {
  authorise(actor, "people.see");
  const [points, houses] = await Promise.all([
    prisma.pickupPoint.findMany({ distinct: ["cityId"], select: { cityId: true } }),
    prisma.warehouse.findMany({ distinct: ["cityId"], select: { cityId: true } }),
  ]);
  const traded = [...new Set([...points, ...houses].map((one) => one.cityId))];
  const [cities, warehouses, routes] = await Promise.all([
    prisma.region.findMany({
      where: { level: "city", ...(traded.length > 0 ? { id: { in: traded } } : {}) },
      orderBy: { id: "asc" },
      select: { id: true, name: true },
    }),
    prisma.warehouse.findMany({ orderBy: { id: "asc" }, select: { id: true, name: true } }),
    prisma.route.findMany({ orderBy: { id: "asc" }, select: { id: true, name: true } }),
  ]);
  return {
    cities,
    sites: [
      ...warehouses.map((w) => ({ ...w, kind: "warehouse" as const })),
      ...routes.map((r) => ({ ...r, kind: "route" as const })),
    ],
  };
}

/** Whom a one-time link is for; null when it is spent, expired or unknown. */
export async function invitationOf(
  token: string,
): Promise<{ name: string; email: string | null; purpose: string; isFirst: boolean } | null> {
  const invitation = await prisma.invitation.findUnique({ where: { tokenHash: sha256(token) } });
  if (!invitation || invitation.usedAt || invitation.expiresAt <= wall()) return null;
  const user = await prisma.user.findUnique({ where: { id: invitation.userId } });
  if (!user || user.state === "disabled") return null;
  return { name: user.name, email: user.email, purpose: invitation.purpose, isFirst: user.email === null };
}

/** Operators who can sign in, as the policy sees them: all, or those of these ids. Nobody's list: for asking who may see what. */
export async function colleagues(ids?: readonly string[]): Promise<Actor[]> {
  const users = await prisma.user.findMany({
    where: { kind: "operator", state: "active", ...(ids ? { id: { in: [...ids] } } : {}) },
    orderBy: { name: "asc" },
    take: 1000,
  });
  return users.map((user) => actorOfUser(user, null));
}

/** Everybody active of a kind who may do this there, as users: for what must be told to those who can act. */
export async function peopleWho(db: Db, kind: PersonRow["kind"], deed: Deed, target: Target = {}): Promise<User[]> {
  const users = await db.user.findMany({
    where: {
      kind,
      state: "active",
      ...(kind === "supplier" ? { supplierId: target.supplierId ?? "" } : {}),
      ...(kind === "leader" ? { leaderId: target.leaderId ?? "" } : {}),
    },
    orderBy: { id: "asc" },
  });
  return users.filter((user) => can(actorOfUser(user, null), deed, target));
}
