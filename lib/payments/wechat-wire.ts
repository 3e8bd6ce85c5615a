import "server-only";
import {
  constants,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  publicEncrypt,
  randomBytes,
  sign,
  verify,
} from "node:crypto";
import { promisify } from "node:util";

/** A key the channel signs with: a `PUB_KEY_ID_…` (no dates) or a platform certificate serial with its validity. */
export type Verifier = { id: string; pem: string; notBefore?: Date; notAfter?: Date };

/** Why a message is not taken as the channel's. */
export type Doubt = "unsigned" | "probe" | "stale" | "unknownSerial" | "forged";

export type HeaderBag = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * WeChat Pay API v3 and the mini program's server calls, on fetch and node:crypto.
 * `now` must be the clock the channel shares (300 s of skew is a forgery to either side).
 */
export type WechatConfig = {
  payBaseUrl: string;
  apiBaseUrl: string;
  mchid: string;
  appid: string;
  appSecret: string;
  /** Serial of the merchant's API certificate. */
  serial: string;
  privateKeyPem: string;
  apiV3Key: string;
  verifiers: readonly Verifier[];
  /** Our own public address; notice paths are resolved against it. */
  notifyBaseUrl: string;
  now: () => Date;
  timeoutMs: number;
};

/** The channel said no and nothing happened. `signed`: the refusal itself carried the channel's valid signature. */
export type Refused = { kind: "refused"; code: string; message: string; requestId: string | null; signed: boolean };

/**
 * Nobody knows what happened: no answer, an unsigned or unreadable one, or a code we have not met. The call may have
 * taken effect. Ask by the same number, or repeat the same call; never under a new number.
 */
export type Unknown = { kind: "unknown"; why: string; requestId: string | null };
export type Outcome<T> = ({ kind: "ok"; requestId: string | null } & T) | Refused | Unknown;

export type Answer = { status: number; headers: Headers; body: Buffer };

const scheme = "WECHATPAY2-SHA256-RSA2048";
const clockSkewSeconds = 300;
/** The channel sends messages with this signature on purpose, to see that nobody accepts them. */
const probeMark = "WECHATPAY/SIGNTEST/";

const signLater = promisify(sign);

export const nonce = () => randomBytes(16).toString("hex");

const lines = (...parts: (string | number)[]) => parts.map((part) => `${part}\n`).join("");

/** The merchant's signature, base64, SHA256 with RSA PKCS#1 v1.5, over lines that each end in a newline. */
export function signer(privateKeyPem: string) {
  const key = createPrivateKey(privateKeyPem);
  return {
    now: (...parts: (string | number)[]) => sign("RSA-SHA256", Buffer.from(lines(...parts)), key).toString("base64"),
    later: async (...parts: (string | number)[]) =>
      (await signLater("RSA-SHA256", Buffer.from(lines(...parts)), key)).toString("base64"),
  };
}

/** `Authorization` of an API v3 request; `target` is path and query exactly as sent, `body` exactly as sent. */
export async function authorization(
  merchant: { mchid: string; serial: string; signs: ReturnType<typeof signer> },
  message: { method: string; target: string; body: string; at: Date },
): Promise<string> {
  const timestamp = Math.floor(message.at.getTime() / 1000);
  const salt = nonce();
  const signature = await merchant.signs.later(message.method, message.target, timestamp, salt, message.body);
  const fields = { mchid: merchant.mchid, nonce_str: salt, timestamp, serial_no: merchant.serial, signature };
  return `${scheme} ${Object.entries(fields)
    .map(([name, value]) => `${name}="${value}"`)
    .join(",")}`;
}

const header = (headers: HeaderBag, name: string): string | null => {
  if (headers instanceof Headers) return headers.get(name);
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name);
  return typeof found?.[1] === "string" ? found[1] : null;
};

/** The channel's keys by the id its messages name, and the one our own requests ask it to answer with. */
export function verifiers(list: readonly Verifier[]) {
  const keys = new Map<string, Verifier & { key: KeyObject }>(
    list.map((one) => [one.id, { ...one, key: createPublicKey(one.pem) }]),
  );
  const valid = (one: Verifier, at: Date) =>
    (!one.notBefore || one.notBefore <= at) && (!one.notAfter || at < one.notAfter);

  return {
    /** Null when the message is the channel's own and fresh; the order of the checks is the channel's. */
    doubt(headers: HeaderBag, body: Uint8Array, at: Date): Doubt | null {
      const timestamp = header(headers, "wechatpay-timestamp");
      const salt = header(headers, "wechatpay-nonce");
      const signature = header(headers, "wechatpay-signature");
      const serial = header(headers, "wechatpay-serial");
      if (!timestamp || !salt || !signature || !serial) return "unsigned";
      if (signature.startsWith(probeMark)) return "probe";
      if (!/^\d{1,12}$/.test(timestamp)) return "stale";
      if (Math.abs(Math.floor(at.getTime() / 1000) - Number(timestamp)) > clockSkewSeconds) return "stale";
      const known = keys.get(serial);
      if (!known || !valid(known, at)) return "unknownSerial";
      const message = Buffer.concat([Buffer.from(lines(timestamp, salt)), body, Buffer.from("\n")]);
      return verify("RSA-SHA256", message, known.key, Buffer.from(signature, "base64")) ? null : "forged";
    },

    /** The key to name in `Wechatpay-Serial`: answers follow it, and sealed fields must be sealed with it. */
    preferred(at: Date): { id: string; key: KeyObject } {
      const fit = [...keys.values()].filter((one) => valid(one, at));
      const best = fit.find((one) => one.id.startsWith("PUB_KEY_ID_")) ?? fit[0];
      if (!best) throw new Error("no WeChat Pay key is valid now");
      return best;
    },
  };
}

/** Seals a personal field (a name) for the channel's eyes: RSA-OAEP, base64. */
export const seal = (key: KeyObject, text: string): string =>
  publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha1" }, Buffer.from(text)).toString(
    "base64",
  );

/** Opens a notice's resource (AES-256-GCM, the tag at the end); throws when the key or any byte is wrong. */
export function unseal(
  apiV3Key: string,
  sealed: { ciphertext: string; nonce: string; associatedData: string },
): string {
  const data = Buffer.from(sealed.ciphertext, "base64");
  if (data.length < 16) throw new Error("the sealed resource is too short");
  const opener = createDecipheriv("aes-256-gcm", Buffer.from(apiV3Key), Buffer.from(sealed.nonce));
  opener.setAuthTag(data.subarray(-16));
  opener.setAAD(Buffer.from(sealed.associatedData));
  return Buffer.concat([opener.update(data.subarray(0, -16)), opener.final()]).toString("utf8");
}

/** One HTTP exchange, bounded in time and size. The words say why nothing usable came back. */
export async function exchange(
  url: URL,
  init: { method: string; headers: Record<string, string>; body?: string },
  limits: { timeoutMs: number; maxBytes: number },
): Promise<Answer | "timeout" | "network" | "tooLarge"> {
  try {
    const answer = await fetch(url, { ...init, redirect: "error", signal: AbortSignal.timeout(limits.timeoutMs) });
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of answer.body ?? []) {
      size += chunk.length;
      if (size > limits.maxBytes) return "tooLarge";
      chunks.push(chunk);
    }
    return { status: answer.status, headers: answer.headers, body: Buffer.concat(chunks) };
  } catch (problem) {
    return problem instanceof Error && problem.name === "TimeoutError" ? "timeout" : "network";
  }
}
