import "server-only";
import { env } from "#lib/platform/env";
import type { Channel } from "./schema";

export type Provider = { url: string; token: string | null };

/** Where a channel's words go: an HTTP gateway of the operator's choice; null when none is configured. */
export function providerOf(channel: Channel): Provider | null {
  const e = env();
  const [url, token] = {
    sms: [e.SMS_GATEWAY_URL, e.SMS_GATEWAY_TOKEN],
    mail: [e.MAIL_GATEWAY_URL, e.MAIL_GATEWAY_TOKEN],
    wechat: [e.WECHAT_MESSAGE_URL, e.WECHAT_MESSAGE_TOKEN],
  }[channel];
  return url ? { url, token: token ?? null } : null;
}

/** Posts one message; the gateway dedupes by `id`. Throws with a short reason when it did not take it. */
export async function hand(
  provider: Provider,
  message: { id: string; to: string; template: string; body: string },
): Promise<void> {
  const answer = await fetch(provider.url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(provider.token ? { authorization: `Bearer ${provider.token}` } : {}),
    },
    body: JSON.stringify(message),
    signal: AbortSignal.timeout(10_000),
    redirect: "error",
  });
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`gateway answered ${answer.status}`);
}
