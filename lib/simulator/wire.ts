import {
  constants,
  createCipheriv,
  createPrivateKey,
  createPublicKey,
  privateDecrypt,
  randomBytes,
  sign,
  verify,
} from "node:crypto";
import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import type { ChannelKeys } from "./keys.mjs";

const signLater = promisify(sign);

/** The channel says no. `errno` is the digits after the last `-` of Request-ID, by which support knows the cause. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly errno = 0,
    readonly detail?: object,
  ) {
    super(message);
  }
}

export const hex = (bytes: number) => randomBytes(bytes).toString("hex");
export const digits = (length: number) =>
  (BigInt(`0x${randomBytes(length).toString("hex")}`) % 10n ** BigInt(length)).toString().padStart(length, "0");

/** The whole body, or a refusal when it is longer than the channel reads. */
export async function bodyOf(request: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new Refusal(413, "PARAM_ERROR", "请求体过大");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

const scheme = "WECHATPAY2-SHA256-RSA2048";
const skewSeconds = 300;

/**
 * Signs as the channel, checks what merchants sign, seals notices and opens sealed fields. With `follow`, a merchant whose
 * own valid signature is dated ahead (its demo clock was moved) takes the channel's clock along instead of being refused.
 */
export function channelWire(keys: ChannelKeys, now: () => number, follow?: (at: number) => void) {
  const merchantKey = createPublicKey(keys.merchantPublicKey);
  const platformKey = createPrivateKey(keys.platformPrivateKey);
  const seconds = () => Math.floor(now() / 1000);

  return {
    /** Refuses: SIGN_ERROR (401) for a missing, foreign, stale or wrong signature. `target` is path and query as received. */
    authenticate(request: IncomingMessage, body: string) {
      const no = (message: string, errno: number, detail?: object) =>
        new Refusal(401, "SIGN_ERROR", message, errno, detail);
      const value = request.headers.authorization ?? "";
      if (!value.startsWith(`${scheme} `)) throw no("Http头Authorization认证类型不正确", 268435468);
      const given = new Map<string, string>();
      for (const match of value.slice(scheme.length + 1).matchAll(/(\w+)="([^"]*)"/g)) {
        given.set(match[1] ?? "", match[2] ?? "");
      }
      const [mchid, salt, timestamp, serial, signature] = [
        "mchid",
        "nonce_str",
        "timestamp",
        "serial_no",
        "signature",
      ].map((name) => given.get(name) ?? "") as [string, string, string, string, string];
      if (mchid !== keys.mchid) throw no("商户号不存在", 268435470, { field: "mchid" });
      if (serial !== keys.serial) throw no("商户证书序列号有误", 268435471, { field: "serial_no" });
      if (!/^[0-9A-Za-z_-]{1,32}$/.test(salt))
        throw no("Http头Authorization格式错误", 268435469, { field: "nonce_str" });
      const ahead = /^\d{10}$/.test(timestamp) ? Number(timestamp) - seconds() : Number.NaN;
      if (Number.isNaN(ahead) || ahead < -skewSeconds || (ahead > skewSeconds && !follow)) {
        throw no(`请求时间戳已过期（渠道时间 ${seconds()}）`, 268435467, { field: "timestamp", value: timestamp });
      }
      const message = `${request.method}\n${request.url}\n${timestamp}\n${salt}\n${body}\n`;
      if (!verify("RSA-SHA256", Buffer.from(message), merchantKey, Buffer.from(signature, "base64"))) {
        throw no("错误的签名，验签失败", 268435466, { field: "signature" });
      }
      if (ahead > skewSeconds) follow?.(Number(timestamp) * 1000);
    },

    /** The headers that make a body the channel's. */
    async signed(body: string): Promise<Record<string, string>> {
      const timestamp = String(seconds());
      const salt = hex(16);
      const signature = await signLater("RSA-SHA256", Buffer.from(`${timestamp}\n${salt}\n${body}\n`), platformKey);
      return {
        "Wechatpay-Timestamp": timestamp,
        "Wechatpay-Nonce": salt,
        "Wechatpay-Serial": keys.platformId,
        "Wechatpay-Signature": signature.toString("base64"),
        "Wechatpay-Signature-Type": scheme,
      };
    },

    requestId: (errno = 0) => `${hex(16).toUpperCase()}-${errno}`,

    /** AES-256-GCM with the merchant's APIv3 key. */
    seal(originalType: string, resource: object) {
      const salt = hex(6);
      const cipher = createCipheriv("aes-256-gcm", Buffer.from(keys.apiV3Key), Buffer.from(salt));
      cipher.setAAD(Buffer.from(originalType));
      const data = Buffer.concat([cipher.update(JSON.stringify(resource)), cipher.final(), cipher.getAuthTag()]);
      return {
        original_type: originalType,
        algorithm: "AEAD_AES_256_GCM",
        ciphertext: data.toString("base64"),
        associated_data: originalType,
        nonce: salt,
      };
    },

    /** Opens a field sealed for the channel (RSA-OAEP). Refuses: PARAM_ERROR when it was sealed for another key. */
    open(request: IncomingMessage, sealed: string): string {
      if (request.headers["wechatpay-serial"] !== keys.platformId) {
        throw new Refusal(400, "PARAM_ERROR", "平台公钥ID与加密敏感字段所用的不一致", 268435472);
      }
      try {
        const data = Buffer.from(sealed, "base64");
        return privateDecrypt(
          { key: platformKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha1" },
          data,
        ).toString("utf8");
      } catch {
        throw new Refusal(400, "PARAM_ERROR", "敏感字段解密失败", 268435473);
      }
    },
  };
}

export type Wire = ReturnType<typeof channelWire>;
