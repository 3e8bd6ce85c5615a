import "server-only";
import { randomInt } from "node:crypto";
import { z } from "zod";
import { record } from "#lib/audit/steps";
import { isPhone } from "#lib/kernel/check";
import { newId } from "#lib/kernel/ids";
import { Refusal } from "#lib/kernel/refusal";
import { dayOf, hour, later, minute, second, startOf } from "#lib/kernel/time";
import { say } from "#lib/notifications/steps";
import { now, wall } from "#lib/platform/clock";
import { prisma, type Tx, transact } from "#lib/platform/db";
import { blindIndex } from "#lib/platform/pii";
import { setting } from "#lib/platform/settings";
import { messages } from "#lib/words/index";
import { countSend, countTry, forgive } from "../guard";
import { passwordMatches } from "../password";
import { authorise } from "../rules";
import { type Actor, anonymous } from "../schema";
import { actorOfUser, forgetSignIn, liveActor, stands } from "../sessions";

/** Where a request comes from, for the guard, the list of sessions and the audit log. */
export type Caller = { ip: string | null; userAgent: string | null };
/** A session just opened: the row's id and its person. */
export type Opened = { signInId: string; userId: string; name: string };

type Via = "password" | "sms" | "wechat";
type User = Awaited<ReturnType<typeof prisma.user.findFirstOrThrow>>;

const originOf = (caller: Caller): string =>
  [caller.ip, caller.userAgent?.slice(0, 120)].filter(Boolean).join(" · ") || "—";

async function open(tx: Tx, user: User, via: Via, caller: Caller): Promise<Opened> {
  const at = wall();
  const signInId = newId("sgn", at);
  const days = await setting(tx, "signInDays");
  await tx.signIn.create({
    data: {
      id: signInId,
      userId: user.id,
      via,
      createdAt: at,
      lastSeenAt: at,
      expiresAt: later(at, days * 24 * hour),
      ip: caller.ip,
      userAgent: caller.userAgent?.slice(0, 300) ?? null,
    },
  });
  await tx.user.update({ where: { id: user.id }, data: { lastSignInAt: at } });
  await record(tx, actorOfUser(user, originOf(caller)), {
    deed: "people.signIn",
    subjectType: "user",
    subjectId: user.id,
    after: { via },
  });
  return { signInId, userId: user.id, name: user.name };
}

async function failed(account: string, user: User | null, via: Via, caller: Caller): Promise<never> {
  await transact((tx) =>
    record(
      tx,
      { ...anonymous, origin: originOf(caller) },
      {
        deed: "people.signInFailed",
        subjectType: user ? "user" : "account",
        subjectId: user?.id ?? blindIndex(account).slice(0, 16),
        after: { via },
      },
    ),
  );
  throw new Refusal("signInFailed");
}

/**
 * Opens a session by e-mail and password; takes the same time for an unknown address.
 * Refuses: signInFailed, lockedOut {minutes}, accountDisabled (only to who knew the password).
 */
export async function signInByPassword(input: { email: string; password: string }, caller: Caller): Promise<Opened> {
  const email = input.email.trim().toLowerCase().slice(0, 200);
  await countTry(email, caller.ip);
  const user = await prisma.user.findUnique({ where: { email } });
  if (!(await passwordMatches(user?.passwordHash, input.password.slice(0, 500))) || !user)
    return failed(email, user, "password", caller);
  if (user.state !== "active") throw new Refusal("accountDisabled");
  await forgive(email, caller.ip);
  return transact((tx) => open(tx, user, "password", caller));
}

const codeMinutes = 5;
const codeTries = 5;
const perDay = 5;
const codeHash = (phoneIndex: string, code: string): string => blindIndex(`code|${phoneIndex}|${code}`);

/**
 * Sends a one-time code to a leader or supplier member; answers alike when nobody has this number.
 * Refuses: invalid (not a mobile number), smsTooSoon (one a minute), smsTooMany (five a day a number), lockedOut (an address that asks for many numbers).
 */
export async function requestSmsCode(input: { phone: string }, caller: Caller): Promise<{ resendSeconds: number }> {
  const phone = input.phone.replace(/[\s-]/g, "");
  if (!isPhone(phone)) throw new Refusal("invalid", {}, [{ field: "phone", code: "phone" }]);
  const phoneIndex = blindIndex(phone);
  const at = wall();
  await countSend(caller.ip);
  await transact(async (tx) => {
    // one number at a time, or two requests in the same instant would both be the first of the minute
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${phoneIndex}, 1))`;
    const sent = await tx.oneTimeCode.findMany({
      where: { phoneIndex, purpose: "signIn", createdAt: { gte: startOf(dayOf(at)) } },
      orderBy: { createdAt: "desc" },
      select: { createdAt: true },
    });
    const last = sent[0]?.createdAt.getTime() ?? 0;
    const wait = Math.ceil((last + minute - at.getTime()) / second);
    if (wait > 0) throw new Refusal("smsTooSoon", { seconds: wait });
    if (sent.length >= perDay) throw new Refusal("smsTooMany", { count: perDay });
    const code = String(randomInt(0, 1_000_000)).padStart(6, "0");
    await tx.oneTimeCode.create({
      data: {
        id: newId("tok", at),
        phoneIndex,
        purpose: "signIn",
        codeHash: codeHash(phoneIndex, code),
        createdAt: at,
        expiresAt: later(at, codeMinutes * minute),
      },
    });
    const user = await tx.user.findFirst({
      where: { phoneIndex, kind: { in: ["leader", "supplier"] }, state: "active" },
    });
    if (!user) return;
    const words = messages(user.locale === "en" ? "en" : "zh-CN").identity.sms.code;
    await say(tx, {
      channel: "sms",
      recipientKind: user.kind,
      recipientId: user.id,
      address: phone,
      template: "signInCode",
      body: words.replace("{code}", code).replace("{minutes}", String(codeMinutes)),
    });
  });
  return { resendSeconds: 60 };
}

/**
 * Opens a session by the code last sent to this number. A number that is both a leader's and a supplier's must say `as`.
 * Refuses: codeWrong (also unknown numbers, used and expired codes), lockedOut, chooseAccount {kinds}.
 */
export async function signInByCode(
  input: { phone: string; code: string; as?: "leader" | "supplier" | undefined },
  caller: Caller,
): Promise<Opened> {
  const phone = input.phone.replace(/[\s-]/g, "");
  const phoneIndex = blindIndex(phone);
  const at = wall();
  await countTry(phone, caller.ip);
  const outcome = await transact(async (tx) => {
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${phoneIndex}, 1))`;
    const sent = await tx.oneTimeCode.findFirst({
      where: { phoneIndex, purpose: "signIn" },
      orderBy: { createdAt: "desc" },
    });
    if (!sent || sent.usedAt || sent.expiresAt <= at || sent.attempts >= codeTries) return "wrong" as const;
    if (sent.codeHash !== codeHash(phoneIndex, input.code.trim())) {
      await tx.oneTimeCode.update({ where: { id: sent.id }, data: { attempts: { increment: 1 } } });
      return "wrong" as const;
    }
    const users = await tx.user.findMany({
      where: { phoneIndex, kind: input.as ? input.as : { in: ["leader", "supplier"] }, state: "active" },
      orderBy: { kind: "asc" },
    });
    const [user] = users;
    if (!user) return "wrong" as const;
    if (users.length > 1) return users.map((u) => u.kind);
    await tx.oneTimeCode.update({ where: { id: sent.id }, data: { usedAt: at } });
    return open(tx, user, "sms", caller);
  });
  if (outcome === "wrong") throw new Refusal("codeWrong", {}, [{ field: "code", code: "codeWrong" }]);
  await forgive(phone, caller.ip);
  if (Array.isArray(outcome)) throw new Refusal("chooseAccount", { kinds: outcome.join(",") });
  return outcome;
}

const leaderRow = z.array(z.object({ id: z.string() }));

/** The leader's account behind a WeChat identity: her own openid, or that of the resident she is. */
async function leaderUserByOpenid(openid: string): Promise<User | null> {
  const [found] = leaderRow.parse(
    await prisma.$queryRaw`
    select u.id from app_user u join leader l on l.id = u.leader_id
    left join resident r on r.id = l.resident_id
    where (l.openid = ${openid} or r.openid = ${openid}) and u.kind = 'leader'::user_kind limit 1`,
  );
  return found ? prisma.user.findUnique({ where: { id: found.id } }) : null;
}

/** Opens a leader's session after WeChat has said who she is. Refuses: wechatUnknown, accountDisabled. */
export async function signInByOpenid(openid: string, caller: Caller): Promise<Opened> {
  const user = await leaderUserByOpenid(openid);
  if (!user) throw new Refusal("wechatUnknown");
  if (user.state !== "active") throw new Refusal("accountDisabled");
  return transact((tx) => open(tx, user, "wechat", caller));
}

/** Ends the actor's own session. Refuses: nothing; a session already ended stays ended. */
export async function signOut(actor: Actor, signInId: string): Promise<void> {
  await transact(async (tx) => {
    const ended = await tx.signIn.updateMany({
      where: { id: signInId, userId: actor.id, revokedAt: null },
      data: { revokedAt: wall() },
    });
    if (ended.count === 1)
      await record(tx, actor, { deed: "people.signOut", subjectType: "user", subjectId: actor.id });
  });
  forgetSignIn(signInId);
}

/** Ends somebody's session; one's own needs no permission. Refuses: notFound, forbidden. */
export async function revokeSignIn(actor: Actor, input: { signInId: string }): Promise<void> {
  const session = await prisma.signIn.findUnique({ where: { id: input.signInId } });
  if (!session) throw new Refusal("notFound");
  if (session.userId !== actor.id) authorise(actor, "people.edit");
  await transact(async (tx) => {
    const ended = await tx.signIn.updateMany({
      where: { id: session.id, revokedAt: null },
      data: { revokedAt: wall() },
    });
    if (ended.count === 1) {
      await record(tx, actor, {
        deed: "people.revokeSignIn",
        subjectType: "user",
        subjectId: session.userId,
        after: { via: session.via, ip: session.ip },
      });
    }
  });
  forgetSignIn(session.id);
}

/** Codes nobody can use any more leave after a day; guards after a week. For the worker. */
export async function sweepSignIns(): Promise<number> {
  const codes = await prisma.oneTimeCode.deleteMany({ where: { createdAt: { lt: later(wall(), -48 * hour) } } });
  const guards = await prisma.attemptGuard.deleteMany({ where: { lastAt: { lt: later(wall(), -7 * 24 * hour) } } });
  const keys = await prisma.idempotencyRecord.deleteMany({ where: { at: { lt: later(now(), -7 * 24 * hour) } } });
  return codes.count + guards.count + keys.count;
}

/** The Actor of a session, or null when it has ended. The one door from a cookie to a person. */
export const actorOfSignIn = (signInId: string, caller: Caller): Promise<Actor | null> =>
  liveActor(signInId, originOf(caller));

/** Whether a session still stands, without counting as a sign of life: for what stays open by itself. */
export const isSignedIn = (signInId: string): Promise<boolean> => stands(signInId);
