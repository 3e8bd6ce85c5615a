import "server-only";
import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { hour, later } from "#lib/kernel/time";
import { wall } from "#lib/platform/clock";
import { env } from "#lib/platform/env";

export const accessHours = 2;
const claims = z.tuple([z.string(), z.string(), z.number(), z.string()]);

const sign = (body: string): string => createHmac("sha256", env().TOKEN_SECRET).update(body).digest("base64url");

/** A signed access token and when it runs out; nothing is kept of it. */
export function accessToken(
  residentId: string,
  family: string,
  nickname: string,
  at: Date,
): { accessToken: string; expiresAt: Date } {
  const expiresAt = later(at, accessHours * hour);
  const body = Buffer.from(JSON.stringify([residentId, family, expiresAt.getTime(), nickname])).toString("base64url");
  return { accessToken: `${body}.${sign(body)}`, expiresAt };
}

/** What an access token says, if we signed it and it has not run out. */
export function readAccessToken(token: string): { residentId: string; family: string; nickname: string } | null {
  const dot = token.indexOf(".");
  const body = token.slice(0, dot);
  const given = Buffer.from(token.slice(dot + 1));
  const right = Buffer.from(sign(body));
  if (dot < 1 || given.length !== right.length || !timingSafeEqual(given, right)) return null;
  const read = claims.safeParse(JSON.parse(Buffer.from(body, "base64url").toString("utf8")));
  if (!read.success || read.data[2] <= wall().getTime()) return null;
  return { residentId: read.data[0], family: read.data[1], nickname: read.data[3] };
}
