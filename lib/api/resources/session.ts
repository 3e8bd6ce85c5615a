import "server-only";
import { bindPhone, residentByOpenid } from "#lib/identity/commands/residents";
import { issueTokens, refreshTokens, revokeTokens } from "#lib/identity/commands/tokens";
import { leaderForOrder } from "#lib/leaders/queries";
import { openidOfCode, phoneOfCode } from "#lib/payments/queries";
import { maskPhone } from "#lib/platform/pii";
import { type Api, route } from "../route";
import { flag, id, instant, typed, words, z } from "../shapes";

const tokens = {
  access_token: words("WyJyZXNfMDFrYjJ4…"),
  expires_at: instant,
  refresh_token: words("q1Yw0b9uXk3l…"),
  refresh_expires_at: instant,
};
const code = typed("0a3Fq1000kP9xT1", 200);

/** Signing in from the mini program, keeping the session alive, ending it. */
export function sessionRoutes(api: Api): void {
  route(api, {
    id: "signInByWechat",
    tag: "session",
    method: "post",
    path: "/auth/wechat/sessions",
    who: "anyone",
    limit: "signIn",
    status: 201,
    cache: "never",
    body: z.strictObject({ code, invite: id("ldr").optional() }).openapi("WechatSignIn"),
    answer: z
      .object({
        ...tokens,
        is_new: flag(),
        phone_bound: flag(false),
        resident_id: id("res"),
        nickname: words("许女士"),
      })
      .openapi("WechatSession"),
    refuses: ["wechatCode", "channelDown"],
    run: async ({ body }) => {
      const openid = await openidOfCode(body.code);
      const inviter = body.invite ? await leaderForOrder(body.invite) : null;
      const resident = await residentByOpenid(openid, { invitedBy: inviter?.state === "active" ? inviter.id : null });
      return {
        ...(await issueTokens(resident)),
        isNew: resident.isNew,
        phoneBound: resident.hasPhone,
        residentId: resident.id,
        nickname: resident.nickname,
      };
    },
  });

  route(api, {
    id: "bindWechatPhone",
    tag: "session",
    method: "post",
    path: "/auth/wechat/phone",
    who: "resident",
    limit: "signIn",
    cache: "never",
    body: z.strictObject({ code }).openapi("WechatPhone"),
    answer: z.object({ phone: words("138****2417") }),
    refuses: ["wechatCode", "channelDown", "phoneForeign"],
    run: async ({ actor, body }) => {
      const phone = await phoneOfCode(body.code);
      await bindPhone(actor, { phone });
      return { phone: maskPhone(phone) };
    },
  });

  route(api, {
    id: "refreshTokens",
    tag: "session",
    method: "post",
    path: "/auth/tokens/refresh",
    who: "anyone",
    cache: "never",
    body: z.strictObject({ refresh_token: typed("q1Yw0b9uXk3l…", 200) }).openapi("TokenRefresh"),
    answer: z.object(tokens).openapi("Tokens"),
    refuses: ["tokenInvalid"],
    run: ({ body }) => refreshTokens(body),
  });

  route(api, {
    id: "signOut",
    tag: "session",
    method: "delete",
    path: "/auth/session",
    who: "resident",
    run: async ({ c }) => {
      await revokeTokens((c.req.header("authorization") ?? "").replace(/^Bearer\s+/i, ""));
      return c.body(null, 204);
    },
  });
}
