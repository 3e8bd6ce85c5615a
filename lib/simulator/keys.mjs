import { createPublicKey, generateKeyPairSync, randomBytes, randomInt } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * What a merchant receives when it signs with the channel: its own key and the means to verify the channel.
 * @typedef {{ mchid: string, appid: string, appSecret: string, serial: string, privateKey: string, apiV3Key: string, platformId: string, platformPublicKey: string }} MerchantKeys
 */

/**
 * What the channel itself holds. It never sees the merchant's private key.
 * @typedef {{ mchid: string, appid: string, appSecret: string, serial: string, merchantPublicKey: string, apiV3Key: string, platformId: string, platformPrivateKey: string }} ChannelKeys
 */

const digits = (/** @type {number} */ length) => Array.from({ length }, () => randomInt(10)).join("");
const hex = (/** @type {number} */ bytes) => randomBytes(bytes).toString("hex");

const rsa = () =>
  generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });

/** @returns {{ merchant: MerchantKeys, channel: ChannelKeys }} */
function issue() {
  const merchant = rsa();
  const platform = rsa();
  const account = {
    mchid: `19${digits(8)}`,
    appid: `wx${hex(8)}`,
    appSecret: hex(16),
    serial: hex(20).toUpperCase(),
    apiV3Key: hex(16),
    platformId: `PUB_KEY_ID_01${digits(26)}`,
  };
  return {
    merchant: { ...account, privateKey: merchant.privateKey, platformPublicKey: platform.publicKey },
    channel: { ...account, merchantPublicKey: merchant.publicKey, platformPrivateKey: platform.privateKey },
  };
}

/**
 * Writes a file so that a crash leaves either nothing or the whole of it.
 * @param {string} file
 * @param {unknown} content
 */
function keep(file, content) {
  writeFileSync(`${file}.part`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.part`, file);
}

/** @param {string} file */
const load = (file) => JSON.parse(readFileSync(file, "utf8"));

/**
 * The channel's own half of the keys kept in `dir`; made first when there are none.
 * @param {string} dir
 * @returns {ChannelKeys}
 */
export function channelKeys(dir) {
  return pair(dir).channel;
}

/**
 * @param {string} dir
 * @returns {{ merchant: MerchantKeys, channel: ChannelKeys }}
 */
function pair(dir) {
  const file = join(dir, "keys.json");
  if (!existsSync(file)) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    keep(file, issue());
  }
  const keys = load(file);
  createPublicKey(keys.merchant.platformPublicKey);
  return keys;
}

/**
 * The keys between the app and the simulator, made once in `dir` and kept there, as the environment of both processes.
 * The app's half holds no key of the channel but the public one. Throws when `keys.json` is damaged.
 * @param {string} dir the simulator's own folder under the data folder
 * @param {{ simulatorPort: number, appBaseUrl: string }} where port on 127.0.0.1; the app's address, for notices
 */
export function ensureKeys(dir, { simulatorPort, appBaseUrl }) {
  const { merchant } = pair(dir);
  const base = `http://127.0.0.1:${simulatorPort}`;
  return {
    app: {
      WECHAT_PAY_BASE_URL: base,
      WECHAT_API_BASE_URL: base,
      WECHAT_PAY_MCHID: merchant.mchid,
      WECHAT_APPID: merchant.appid,
      WECHAT_APP_SECRET: merchant.appSecret,
      WECHAT_PAY_SERIAL: merchant.serial,
      WECHAT_PAY_PRIVATE_KEY: merchant.privateKey,
      WECHAT_PAY_APIV3_KEY: merchant.apiV3Key,
      WECHAT_PAY_VERIFIERS: JSON.stringify([{ id: merchant.platformId, pem: merchant.platformPublicKey }]),
      WECHAT_NOTIFY_BASE_URL: appBaseUrl,
    },
    simulator: { SIMULATOR_PORT: String(simulatorPort), SIMULATOR_DIR: dir, SIMULATOR_FOLLOW_CLOCK: "1" },
  };
}
