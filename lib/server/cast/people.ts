import "server-only";
import { inviteSupplierMember } from "#lib/identity/commands/members";
import { acceptInvitation, inviteFirstAdministrator, inviteOperator } from "#lib/identity/commands/people";
import { residentByOpenid } from "#lib/identity/commands/residents";
import { type Actor, type Role, systemActor } from "#lib/identity/schema";
import { prisma } from "#lib/platform/db";
import { demoAccounts, demoPassword } from "../demo-accounts.mjs";

/** The actors of a played day: the same Actor a signed-in person would be. */
export const asOperator = async (email: string): Promise<Actor> => {
  const user = await prisma.user.findUniqueOrThrow({ where: { email } });
  return {
    ...systemActor("cast"),
    kind: "operator",
    id: user.id,
    name: user.name,
    roles: user.roles,
    cityIds: user.cityIds,
    siteIds: user.siteIds,
  };
};
export const asSupplier = async (supplierId: string): Promise<Actor> => {
  const user = await prisma.user.findFirstOrThrow({ where: { supplierId, supplierRole: "owner" } });
  return { ...systemActor("cast"), kind: "supplier", id: user.id, name: user.name, supplierId, supplierRole: "owner" };
};
export const asLeader = async (leaderId: string): Promise<Actor> => {
  const user = await prisma.user.findFirstOrThrow({ where: { leaderId } });
  return { ...systemActor("cast"), kind: "leader", id: user.id, name: user.name, leaderId };
};
export const asResident = (id: string, name: string): Actor => ({ ...systemActor("cast"), kind: "resident", id, name });

/** A resident by the openid the channel gives her; made on first sight. */
export async function residentOf(openid: string, name: string): Promise<Actor> {
  const { id } = await residentByOpenid(openid, { nickname: name });
  return asResident(id, name);
}

const token = (path: string) => path.split("/").at(-1) ?? "";

/** Everybody who works at the desk, in the warehouse and on the road, each by an invitation they accept. */
export async function hireStaff(sites: { warehouseId: string; routeIds: string[] }): Promise<void> {
  const first = await inviteFirstAdministrator(systemActor("start"));
  const chief = demoAccounts.find((a) => a.role === "administrator");
  if (!chief) throw new Error("the demo has no administrator");
  if (first)
    await acceptInvitation({ token: token(first.path), password: demoPassword, name: chief.name, email: chief.login });
  const administrator = await asOperator(chief.login);
  for (const account of demoAccounts) {
    if (account.portal !== "console" || account === chief) continue;
    const { path } = await inviteOperator(administrator, {
      name: account.name,
      email: account.login,
      roles: [account.role as Role],
      cityIds: [],
      siteIds: account.role === "warehouse" ? [sites.warehouseId] : account.role === "driver" ? sites.routeIds : [],
    });
    await acceptInvitation({ token: token(path), password: demoPassword });
  }
}

/** The demo supplier's owner and staff sign in by password as well as by SMS. */
export async function openSupplierLogins(supplierId: string): Promise<void> {
  const owner = await asSupplier(supplierId);
  for (const account of demoAccounts.filter((a) => a.portal === "supplier")) {
    const { path } = await inviteSupplierMember(owner, {
      name: account.name,
      email: account.login,
      role: account.role === "owner" ? "owner" : "staff",
    });
    if (path) await acceptInvitation({ token: token(path), password: demoPassword });
  }
}
