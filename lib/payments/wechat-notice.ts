import "server-only";
import type { ChannelPayment, ChannelRefund, ChannelTransfer } from "./wechat-parse";
import { fields, json, Malformed, maybeText, payment, refund, text, transfer } from "./wechat-parse";
import { type Doubt, type HeaderBag, unseal, type verifiers, type WechatConfig } from "./wechat-wire";

type NoticeBase = { kind: "ok"; id: string; eventType: string };
/** A verified notice, or why it must be answered 4xx and change nothing. `eventType` as the channel words it. */
export type Notice =
  | (NoticeBase & { originalType: "transaction"; resource: ChannelPayment })
  | (NoticeBase & { originalType: "refund"; resource: ChannelRefund })
  | (NoticeBase & { originalType: "mch_payment"; resource: ChannelTransfer })
  | { kind: "refused"; code: Doubt | "malformed" | "undecryptable" | "foreign"; message: string };

type Reason = Extract<Notice, { kind: "refused" }>["code"];

/**
 * A reader of notices: headers, freshness, key, signature over the raw bytes, and only then the sealed resource. The
 * channel sends probes to find endpoints that say yes to everything.
 */
export function noticeReader(
  config: Pick<WechatConfig, "apiV3Key" | "now">,
  keys: ReturnType<typeof verifiers>,
  ours: (said: ReturnType<typeof fields>) => boolean,
) {
  const refuse = (code: Reason, message: string): Notice => ({ kind: "refused", code, message });

  function open(said: ReturnType<typeof fields>): Notice {
    const sealed = fields(said.resource);
    if (said.resource_type !== "encrypt-resource" || sealed.algorithm !== "AEAD_AES_256_GCM") {
      return refuse("malformed", "the notice is sealed in a way we do not know");
    }
    const box = {
      ciphertext: text(sealed, "ciphertext"),
      nonce: text(sealed, "nonce"),
      associatedData: maybeText(sealed, "associated_data") ?? "",
    };
    let opened: string;
    try {
      opened = unseal(config.apiV3Key, box);
    } catch {
      return refuse("undecryptable", "the notice does not open with our key");
    }
    const resource = json(opened);
    if (!ours(resource)) return refuse("foreign", "the notice is for another merchant");
    const base = { kind: "ok" as const, id: text(said, "id"), eventType: text(said, "event_type") };
    const originalType = text(sealed, "original_type");
    if (originalType === "transaction") return { ...base, originalType, resource: payment(resource) };
    if (originalType === "refund") return { ...base, originalType, resource: refund(resource) };
    if (originalType === "mch_payment") return { ...base, originalType, resource: transfer(resource) };
    return refuse("malformed", `a notice about ${originalType}`);
  }

  return (headers: HeaderBag, rawBody: string | Uint8Array): Notice => {
    const raw = typeof rawBody === "string" ? Buffer.from(rawBody) : Buffer.from(rawBody);
    const doubt = keys.doubt(headers, raw, config.now());
    if (doubt) return refuse(doubt, `the notice is not the channel's: ${doubt}`);
    try {
      return open(json(raw.toString("utf8")));
    } catch (problem) {
      if (!(problem instanceof Malformed)) throw problem;
      return refuse("malformed", problem.message);
    }
  };
}
