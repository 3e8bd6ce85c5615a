import { rm } from "node:fs/promises";
import path from "node:path";
import { freePort } from "../lib/server/embedded-pg.mjs";
import { launch, runningInstance } from "../lib/server/instance.mjs";
import { progress, root, whereabouts } from "../lib/server/setup.mjs";

/**
 * An instance of its own with fresh demo data for the run; `E2E_BASE_URL` names one that runs already instead, whose payment
 * channel is `E2E_CHANNEL_URL` or the one its data folder tells.
 */
export default async function setup() {
  if (process.env.E2E_BASE_URL) {
    const running = await runningInstance(whereabouts(process.env).dataDir);
    process.env.E2E_CHANNEL_URL ??= running?.env?.WECHAT_PAY_BASE_URL;
    if (!process.env.E2E_CHANNEL_URL) throw new Error("E2E_CHANNEL_URL must name the payment channel of E2E_BASE_URL.");
    return undefined;
  }
  const dataDir = path.join(root, ".data", "e2e");
  await rm(dataDir, { recursive: true, force: true });
  const instance = await launch({
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      DATA_DIR: dataDir,
      PORT: String(await freePort()),
    },
    show: progress(),
  });
  process.env.E2E_BASE_URL = instance.baseUrl;
  process.env.E2E_CHANNEL_URL = instance.env.WECHAT_PAY_BASE_URL;
  return instance.stop;
}
