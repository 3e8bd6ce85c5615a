import "server-only";
import type { NextAuthOptions } from "next-auth";
import Credentials from "next-auth/providers/credentials";
import {
  actorOfSignIn,
  type Caller,
  type Opened,
  signInByCode,
  signInByOpenid,
  signInByPassword,
  signOut,
} from "#lib/identity/commands/sign-in";
import { isRefusal } from "#lib/kernel/refusal";
import { openidOfCode } from "#lib/payments/queries";
import { env } from "#lib/platform/env";
import { log } from "#lib/platform/log";
import { callerFrom } from "./caller";

declare module "next-auth" {
  interface Session {
    signInId?: string;
  }
}

type Request = { headers?: Record<string, unknown> };
const callerOf = (request: Request): Caller =>
  callerFrom({
    get: (name) => (typeof request.headers?.[name] === "string" ? (request.headers[name] as string) : null),
  });

/** next-auth hands only an error's message to the browser: `code:fact`. */
async function answer(work: Promise<Opened>) {
  try {
    const opened = await work;
    return { id: opened.signInId, name: opened.name };
  } catch (error) {
    if (isRefusal(error)) throw new Error([error.code, ...Object.values(error.facts)].join(":"));
    log.error({ error: error instanceof Error ? error.stack : String(error) }, "sign-in broke");
    throw new Error("broken");
  }
}

/** The cookie carries only the id of a session row, which every request checks (house decision 12). */
export const authOptions = (): NextAuthOptions => ({
  secret: env().NEXTAUTH_SECRET,
  session: { strategy: "jwt", maxAge: 90 * 24 * 3600 },
  pages: { signIn: "/sign-in", error: "/sign-in" },
  providers: [
    Credentials({
      id: "password",
      name: "password",
      credentials: { email: {}, password: {} },
      authorize: (given, request) =>
        answer(signInByPassword({ email: given?.email ?? "", password: given?.password ?? "" }, callerOf(request))),
    }),
    Credentials({
      id: "sms",
      name: "sms",
      credentials: { phone: {}, code: {}, as: {} },
      authorize: (given, request) => {
        const as = given?.as === "leader" || given?.as === "supplier" ? given.as : undefined;
        return answer(signInByCode({ phone: given?.phone ?? "", code: given?.code ?? "", as }, callerOf(request)));
      },
    }),
    Credentials({
      id: "wechat",
      name: "wechat",
      credentials: { code: {} },
      authorize: (given, request) =>
        answer(openidOfCode(given?.code ?? "").then((openid) => signInByOpenid(openid, callerOf(request)))),
    }),
  ],
  callbacks: {
    jwt: ({ token, user }) => (user ? { signInId: user.id } : token),
    session: ({ session, token }) => ({
      expires: session.expires,
      ...(typeof token.signInId === "string" ? { signInId: token.signInId } : {}),
    }),
  },
  events: {
    async signOut({ token }) {
      const id = token?.signInId;
      if (typeof id !== "string") return;
      const actor = await actorOfSignIn(id, { ip: null, userAgent: null });
      if (actor) await signOut(actor, id);
    },
  },
  logger: { error: (code) => log.warn({ code }, "next-auth"), warn: () => {}, debug: () => {} },
});
