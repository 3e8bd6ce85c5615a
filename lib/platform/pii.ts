import "server-only";
import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from "node:crypto";
import { env } from "./env";

const key = () => Buffer.from(env().PII_KEY, "base64");

/** AES-256-GCM; `place` (table.column) is bound in, so a value moved elsewhere does not open. */
export function seal(text: string, place: string): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key(), iv).setAAD(Buffer.from(place));
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return `k1.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString("base64url")}`;
}

/** Throws when the value was altered or belongs to another place. */
export function unseal(sealed: string, place: string): string {
  const bytes = Buffer.from(sealed.replace(/^k1\./, ""), "base64url");
  const plain = createDecipheriv("aes-256-gcm", key(), bytes.subarray(0, 12))
    .setAAD(Buffer.from(place))
    .setAuthTag(bytes.subarray(12, 28));
  return Buffer.concat([plain.update(bytes.subarray(28)), plain.final()]).toString("utf8");
}

/** Equal values, equal index; finds a row without opening it. */
export const blindIndex = (text: string): string =>
  createHmac("sha256", env().PII_INDEX_KEY).update(text.trim()).digest("base64url");

export const tail = (text: string, n = 4): string => text.slice(-n);
export const maskPhone = (phone: string): string => `${phone.slice(0, 3)}****${phone.slice(-4)}`;
export const maskPhoneTail = (phoneTail: string | null): string => (phoneTail ? `*******${phoneTail}` : "—");
export const maskName = (name: string): string => (name ? `${[...name][0]}*` : "—");
export const maskAccount = (accountTail: string | null): string => (accountTail ? `****${accountTail}` : "—");
export const sha256 = (text: string | Buffer): string => createHash("sha256").update(text).digest("hex");
/** A random secret for links and tokens, and the hash under which it is stored. */
export function secret(bytes = 24): { plain: string; hash: string } {
  const plain = randomBytes(bytes).toString("base64url");
  return { plain, hash: sha256(plain) };
}
