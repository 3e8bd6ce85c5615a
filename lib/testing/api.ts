import "server-only";
import { api } from "#lib/api/app";
import { issueTokens } from "#lib/identity/commands/tokens";
import { newId } from "#lib/kernel/ids";
import { now } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { makeResident } from "./builders";

type Ask = { token?: string; key?: string; body?: unknown; headers?: Record<string, string> };
// biome-ignore lint/suspicious/noExplicitAny: the API itself checks every answer against its schema in tests
export type Said = { status: number; body: any; text: string; headers: Headers };

/** One call of the public API; `/me` means `/api/v1/me`. */
export async function ask(method: string, path: string, e: Ask = {}): Promise<Said> {
  const isForm = e.body instanceof FormData;
  const answer = await api.request(`/api/v1${path}`, {
    method,
    headers: {
      ...(e.token ? { authorization: `Bearer ${e.token}` } : {}),
      ...(e.key ? { "idempotency-key": e.key } : {}),
      ...(e.body === undefined || isForm ? {} : { "content-type": "application/json" }),
      ...e.headers,
    },
    ...(e.body === undefined
      ? {}
      : { body: isForm ? (e.body as FormData) : typeof e.body === "string" ? e.body : JSON.stringify(e.body) }),
  });
  const text = await answer.text();
  const isJson = (answer.headers.get("content-type") ?? "").includes("json");
  return { status: answer.status, body: isJson && text ? JSON.parse(text) : null, text, headers: answer.headers };
}

/** An access token of a resident. */
export const tokenOf = async (residentId: string): Promise<string> =>
  (await issueTokens({ id: residentId, nickname: "居民" })).accessToken;

/** Makes a resident of a leader, with an account, and answers her access token. */
export async function leaderToken(leaderId: string): Promise<string> {
  const residentId = await makeResident();
  await prisma.leader.update({ where: { id: leaderId }, data: { residentId } });
  await prisma.user.create({
    data: { id: newId("usr", now()), kind: "leader", name: "团长", state: "active", leaderId, createdAt: now() },
  });
  return tokenOf(residentId);
}
