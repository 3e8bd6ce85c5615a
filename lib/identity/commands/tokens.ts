import "server-only";
import { randomBytes } from "node:crypto";
import { z } from "zod";
import { record } from "#lib/audit/steps";
import { Refusal } from "#lib/kernel/refusal";
import { hour, later } from "#lib/kernel/time";
import { wall } from "#lib/platform/clock";
import { prisma, type Tx, transact } from "#lib/platform/db";
import { secret, sha256 } from "#lib/platform/pii";
import { shared } from "#lib/platform/shared";
import { accessHours, accessToken, readAccessToken } from "../access";
import { type Actor, anonymous } from "../schema";

const refreshDays = 60;

export type Tokens = { accessToken: string; expiresAt: Date; refreshToken: string; refreshExpiresAt: Date };
async function refreshToken(
  tx: Tx,
  residentId: string,
  family: string,
  at: Date,
): Promise<{ refreshToken: string; refreshExpiresAt: Date }> {
  const { plain, hash } = secret(32);
  const refreshExpiresAt = later(at, refreshDays * 24 * hour);
  await tx.refreshToken.create({ data: { hash, family, residentId, createdAt: at, expiresAt: refreshExpiresAt } });
  return { refreshToken: plain, refreshExpiresAt };
}

/** A new pair for a resident who has just proved who they are: access 2 h, refresh 60 d in a family of its own. */
export async function issueTokens(resident: { id: string; nickname: string }): Promise<Tokens> {
  const at = wall();
  const family = randomBytes(9).toString("base64url");
  const refresh = await transact((tx) => refreshToken(tx, resident.id, family, at));
  return { ...accessToken(resident.id, family, resident.nickname, at), ...refresh };
}

/**
 * Spends a refresh token for a new pair. A token seen twice was stolen from somebody: the whole family ends.
 * Refuses: tokenInvalid (unknown, spent, expired, revoked).
 */
export async function refreshTokens(input: { refreshToken: string }): Promise<Tokens> {
  const at = wall();
  const hash = sha256(input.refreshToken);
  const done = await transact(async (tx) => {
    const spent = await tx.refreshToken.updateMany({
      where: { hash, usedAt: null, revokedAt: null, expiresAt: { gt: at } },
      data: { usedAt: at },
    });
    const token = await tx.refreshToken.findUnique({ where: { hash } });
    if (spent.count === 1 && token) {
      const resident = await tx.resident.findUnique({ where: { id: token.residentId } });
      if (!resident) return null;
      return {
        ...accessToken(resident.id, token.family, resident.nickname, at),
        ...(await refreshToken(tx, resident.id, token.family, at)),
      };
    }
    if (token?.usedAt) await endFamily(tx, token.family, token.residentId, "reused");
    return null;
  });
  if (!done) throw new Refusal("tokenInvalid");
  return done;
}

async function endFamily(tx: Tx, family: string, residentId: string, why: string): Promise<void> {
  const ended = await tx.refreshToken.updateMany({ where: { family, revokedAt: null }, data: { revokedAt: wall() } });
  if (ended.count > 0) {
    await record(
      tx,
      { ...anonymous, id: residentId },
      { deed: "residents.endTokens", subjectType: "resident", subjectId: residentId, after: { why } },
    );
  }
  // at the next look it is on the list for everybody; whether or not this transaction stands, this process stops believing it now
  revoked.families.add(family);
}

/** Signs the resident out of this device: the family of the token given. Refuses: tokenInvalid. */
export async function revokeTokens(token: string): Promise<void> {
  const read = readAccessToken(token);
  if (!read) throw new Refusal("tokenInvalid");
  await transact((tx) => endFamily(tx, read.family, read.residentId, "signOut"));
}

/** Families that have ended since the oldest access token was given out: asked for once in a while, so that a request costs no query. */
const believeMs = 5000;
const revoked = shared("identity.families", () => ({
  families: new Set<string>(),
  until: 0,
  asking: null as Promise<void> | null,
}));

async function askRevoked(): Promise<void> {
  try {
    const rows = await prisma.refreshToken.findMany({
      where: { revokedAt: { gt: later(wall(), -accessHours * hour) } },
      distinct: ["family"],
      select: { family: true },
    });
    revoked.families = new Set(rows.map((r) => r.family));
    revoked.until = performance.now() + believeMs;
  } finally {
    revoked.asking = null;
  }
}

async function isFamilyLive(family: string): Promise<boolean> {
  if (revoked.until <= performance.now()) {
    revoked.asking ??= askRevoked();
    await revoked.asking;
  }
  return !revoked.families.has(family);
}

/** The resident of an access token. Refuses: tokenInvalid (not ours, run out, signed out). */
export async function actorOfAccessToken(token: string, origin: string | null = null): Promise<Actor> {
  const read = readAccessToken(token);
  if (!read || !(await isFamilyLive(read.family))) throw new Refusal("tokenInvalid");
  return residentActor(read.residentId, read.nickname, origin);
}

/** A resident as an Actor. */
export const residentActor = (residentId: string, nickname: string, origin: string | null = null): Actor => ({
  ...anonymous,
  id: residentId,
  name: nickname,
  origin,
});

const leaderRow = z.array(z.object({ id: z.string(), name: z.string(), leader_id: z.string() }));

/** The leader a resident also is, or null: bound by the leader's row (resident or openid), account active. */
export async function leaderActor(resident: Actor): Promise<Actor | null> {
  if (resident.kind !== "resident" || resident.id === "anonymous") return null;
  const [found] = leaderRow.parse(
    await prisma.$queryRaw`
    select u.id, u.name, u.leader_id from resident r
    join leader l on l.resident_id = r.id or l.openid = r.openid
    join app_user u on u.leader_id = l.id and u.kind = 'leader'::user_kind and u.state = 'active'::user_state
    where r.id = ${resident.id} limit 1`,
  );
  return found ? { ...resident, kind: "leader", id: found.id, name: found.name, leaderId: found.leader_id } : null;
}
