import "server-only";
import { z } from "zod";
import { now } from "#lib/platform/clock";
import { env } from "#lib/platform/env";
import { shared } from "#lib/platform/shared";
import { createWechat, type Wechat } from "./wechat";

const verifiers = z.array(
  z.object({
    id: z.string(),
    pem: z.string(),
    notBefore: z.coerce.date().optional(),
    notAfter: z.coerce.date().optional(),
  }),
);

/** The one channel client of this process; nothing but the addresses and keys says which channel it talks to. */
export const channel = (): Wechat =>
  shared("channel", () => {
    const e = env();
    return createWechat({
      payBaseUrl: e.WECHAT_PAY_BASE_URL,
      apiBaseUrl: e.WECHAT_API_BASE_URL,
      mchid: e.WECHAT_PAY_MCHID,
      appid: e.WECHAT_APPID,
      appSecret: e.WECHAT_APP_SECRET,
      serial: e.WECHAT_PAY_SERIAL,
      privateKeyPem: e.WECHAT_PAY_PRIVATE_KEY.replaceAll("\\n", "\n"),
      apiV3Key: e.WECHAT_PAY_APIV3_KEY,
      verifiers: verifiers.parse(JSON.parse(e.WECHAT_PAY_VERIFIERS)).map((v) => ({
        id: v.id,
        pem: v.pem,
        ...(v.notBefore ? { notBefore: v.notBefore } : {}),
        ...(v.notAfter ? { notAfter: v.notAfter } : {}),
      })),
      notifyBaseUrl: e.WECHAT_NOTIFY_BASE_URL,
      now,
      timeoutMs: 10_000,
    });
  });
