import "server-only";
import { record, stale } from "#lib/audit/steps";
import { newId } from "#lib/kernel/ids";
import { Refusal } from "#lib/kernel/refusal";
import { say } from "#lib/notifications/steps";
import { now, wall } from "#lib/platform/clock";
import { prisma, type Tx, transact } from "#lib/platform/db";
import { env } from "#lib/platform/env";
import { sha256 } from "#lib/platform/pii";
import { messages } from "#lib/words/index";
import { newInvitation } from "../invitations";
import { checkPassword, hashPassword } from "../password";
import { authorise } from "../rules";
import type { Actor, Role } from "../schema";
import { actorOfUser, forgetAllSignIns } from "../sessions";

type User = Awaited<ReturnType<typeof prisma.user.findFirstOrThrow>>;

async function load(tx: Tx, userId: string): Promise<User> {
  const user = await tx.user.findUnique({ where: { id: userId } });
  if (!user) throw new Refusal("notFound");
  return user;
}

/** Writes a person's rights over the version they were read at. Refuses: staleVersion. */
async function editUser(
  tx: Tx,
  actor: Actor,
  user: User,
  version: number | undefined,
  data: { roles: Role[] } | { cityIds: string[]; siteIds: string[] },
): Promise<void> {
  const seen = version ?? user.version;
  const written = await tx.user.updateMany({
    where: { id: user.id, version: seen },
    data: { ...data, version: { increment: 1 } },
  });
  if (written.count !== 1)
    throw await stale(tx, actor, { subjectType: "user", subjectId: user.id, behind: user.version - seen });
}

/** Two administrators who leave at once would each see the other; the lock lets only one of them look at a time. */
async function keepOneAdministrator(tx: Tx, leaving: User): Promise<void> {
  if (!leaving.roles.includes("administrator")) return;
  await tx.$executeRaw`select pg_advisory_xact_lock(7207003)`;
  const others = await tx.user.count({
    where: { kind: "operator", state: "active", roles: { has: "administrator" }, id: { not: leaving.id } },
  });
  if (others === 0) throw new Refusal("lastAdministrator");
}

async function tellLink(tx: Tx, user: User, path: string): Promise<void> {
  if (!user.email) return;
  const words = messages(user.locale === "en" ? "en" : "zh-CN").identity.mail.invitation;
  await say(tx, {
    channel: "mail",
    recipientKind: user.kind,
    recipientId: user.id,
    address: user.email,
    template: "invitation",
    body: words.replace("{name}", user.name).replace("{link}", new URL(path, env().NEXTAUTH_URL).href),
  });
}

/**
 * Creates an operator, warehouse worker or driver, who chooses a password by the one-time link (72 h) in the answer and the mail.
 * Refuses: forbidden, rolesMissing, emailTaken.
 */
export async function inviteOperator(
  actor: Actor,
  input: { name: string; email: string; roles: Role[]; cityIds: string[]; siteIds: string[] },
): Promise<{ userId: string; path: string }> {
  authorise(actor, "people.edit");
  if (input.roles.length === 0) throw new Refusal("rolesMissing", {}, [{ field: "roles", code: "rolesMissing" }]);
  return transact(async (tx) => {
    const userId = newId("usr", now());
    const user = await tx.user.create({
      data: { ...input, id: userId, kind: "operator", state: "invited", createdAt: now() },
    });
    const { path } = await newInvitation(tx, userId, "invite");
    await record(tx, actor, {
      deed: "people.invite",
      subjectType: "user",
      subjectId: userId,
      after: {
        name: input.name,
        email: input.email,
        roles: input.roles,
        cityIds: input.cityIds,
        siteIds: input.siteIds,
      },
    });
    await tellLink(tx, user, path);
    return { userId, path };
  });
}

/** A fresh link for somebody who lost theirs, or lost the password. Refuses: forbidden, notFound, accountDisabled. */
export async function inviteAgain(actor: Actor, input: { userId: string }): Promise<{ path: string }> {
  authorise(actor, "people.edit");
  return transact(async (tx) => {
    const user = await load(tx, input.userId);
    if (user.state === "disabled") throw new Refusal("accountDisabled");
    const { path } = await newInvitation(tx, user.id, user.passwordHash ? "reset" : "invite");
    await record(tx, actor, { deed: "people.inviteAgain", subjectType: "user", subjectId: user.id });
    await tellLink(tx, user, path);
    return { path };
  });
}

/**
 * The person behind a one-time link chooses a password: the account opens, the link is spent, other sessions end.
 * The first administrator also says who they are. Refuses: invitationInvalid (unknown, spent, expired), passwordWeak, emailTaken.
 */
export async function acceptInvitation(input: {
  token: string;
  password: string;
  name?: string | undefined;
  email?: string | undefined;
}): Promise<{ email: string | null }> {
  const at = wall();
  const invitation = await prisma.invitation.findUnique({ where: { tokenHash: sha256(input.token) } });
  const user = invitation && (await prisma.user.findUnique({ where: { id: invitation.userId } }));
  if (!invitation || !user || invitation.usedAt || invitation.expiresAt <= at || user.state === "disabled")
    throw new Refusal("invitationInvalid");
  const email = user.email ?? input.email ?? null;
  if (!email && user.kind === "operator") throw new Refusal("invalid", {}, [{ field: "email", code: "required" }]);
  checkPassword(input.password, email);
  const passwordHash = await hashPassword(input.password);
  await transact(async (tx) => {
    const spent = await tx.invitation.updateMany({
      where: { tokenHash: invitation.tokenHash, usedAt: null },
      data: { usedAt: at },
    });
    if (spent.count === 0) throw new Refusal("invitationInvalid");
    await tx.user.update({
      where: { id: user.id },
      data: { passwordHash, state: "active", email, ...(user.email || !input.name ? {} : { name: input.name }) },
    });
    await tx.signIn.updateMany({ where: { userId: user.id, revokedAt: null }, data: { revokedAt: at } });
    await record(tx, actorOfUser({ ...user, name: user.email ? user.name : (input.name ?? user.name) }, null), {
      deed: "people.setPassword",
      subjectType: "user",
      subjectId: user.id,
      after: { by: invitation.purpose },
    });
  });
  forgetAllSignIns();
  return { email };
}

/** Refuses: forbidden, notFound, rolesMissing, notYourself, lastAdministrator, staleVersion. Takes hold within five seconds everywhere. */
export async function changeRoles(
  actor: Actor,
  input: { userId: string; version?: number | undefined; roles: Role[]; reason: string },
): Promise<void> {
  authorise(actor, "people.edit");
  if (input.roles.length === 0) throw new Refusal("rolesMissing", {}, [{ field: "roles", code: "rolesMissing" }]);
  if (input.userId === actor.id) throw new Refusal("notYourself");
  await transact(async (tx) => {
    const user = await load(tx, input.userId);
    if (user.kind !== "operator") throw new Refusal("notFound");
    if (!input.roles.includes("administrator")) await keepOneAdministrator(tx, user);
    await editUser(tx, actor, user, input.version, { roles: input.roles });
    await record(tx, actor, {
      deed: "people.changeRoles",
      subjectType: "user",
      subjectId: user.id,
      before: { roles: user.roles },
      after: { roles: input.roles },
      reason: input.reason,
    });
  });
  forgetAllSignIns();
}

/** Limits an operator to cities, a warehouse worker or driver to sites; empty lists lift the limit. Refuses: forbidden, notFound, notYourself, staleVersion. */
export async function limitPerson(
  actor: Actor,
  input: { userId: string; version?: number | undefined; cityIds: string[]; siteIds: string[]; reason: string },
): Promise<void> {
  authorise(actor, "people.edit");
  if (input.userId === actor.id) throw new Refusal("notYourself");
  await transact(async (tx) => {
    const user = await load(tx, input.userId);
    if (user.kind !== "operator") throw new Refusal("notFound");
    await editUser(tx, actor, user, input.version, { cityIds: input.cityIds, siteIds: input.siteIds });
    await record(tx, actor, {
      deed: "people.limit",
      subjectType: "user",
      subjectId: user.id,
      before: { cityIds: user.cityIds, siteIds: user.siteIds },
      after: { cityIds: input.cityIds, siteIds: input.siteIds },
      reason: input.reason,
    });
  });
  forgetAllSignIns();
}

/** Ends every session of the person and lets nobody in by this account. Refuses: forbidden, notFound, notYourself, lastAdministrator. */
export async function disableUser(actor: Actor, input: { userId: string; reason: string }): Promise<void> {
  authorise(actor, "people.edit");
  if (input.userId === actor.id) throw new Refusal("notYourself");
  await transact(async (tx) => {
    const user = await load(tx, input.userId);
    if (user.state === "disabled") throw new Refusal("illegalTransition", { state: user.state });
    await keepOneAdministrator(tx, user);
    await tx.user.update({ where: { id: user.id }, data: { state: "disabled" } });
    await tx.signIn.updateMany({ where: { userId: user.id, revokedAt: null }, data: { revokedAt: wall() } });
    await tx.invitation.updateMany({ where: { userId: user.id, usedAt: null }, data: { usedAt: wall() } });
    await record(tx, actor, {
      deed: "people.disable",
      subjectType: "user",
      subjectId: user.id,
      before: { state: user.state },
      after: { state: "disabled" },
      reason: input.reason,
    });
  });
  forgetAllSignIns();
}

/** Lets a disabled person in again, as before. Refuses: forbidden, notFound, illegalTransition. */
export async function enableUser(actor: Actor, input: { userId: string; reason: string }): Promise<void> {
  authorise(actor, "people.edit");
  await transact(async (tx) => {
    const user = await load(tx, input.userId);
    if (user.state !== "disabled") throw new Refusal("illegalTransition", { state: user.state });
    const state = user.passwordHash || user.kind === "leader" ? ("active" as const) : ("invited" as const);
    await tx.user.update({ where: { id: user.id }, data: { state } });
    await record(tx, actor, {
      deed: "people.enable",
      subjectType: "user",
      subjectId: user.id,
      before: { state: "disabled" },
      after: { state },
      reason: input.reason,
    });
  });
}

/** The first administrator of an empty installation, by one-time link; null when there is one already who can sign in. */
export async function inviteFirstAdministrator(actor: Actor): Promise<{ path: string } | null> {
  authorise(actor, "people.edit");
  return transact(async (tx) => {
    await tx.$executeRaw`select pg_advisory_xact_lock(7207003)`;
    const known = await tx.user.findFirst({
      where: { kind: "operator", roles: { has: "administrator" }, state: { not: "disabled" } },
      orderBy: { createdAt: "asc" },
    });
    if (known?.state === "active") return null;
    const user =
      known ??
      (await tx.user.create({
        data: {
          id: newId("usr", now()),
          kind: "operator",
          name: "Administrator",
          email: null,
          state: "invited",
          roles: ["administrator"],
          createdAt: now(),
        },
      }));
    const link = await newInvitation(tx, user.id, "invite");
    await record(tx, actor, {
      deed: "people.invite",
      subjectType: "user",
      subjectId: user.id,
      after: { roles: ["administrator"] },
    });
    return link;
  });
}
