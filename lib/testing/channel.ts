import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { ensureKeys } from "../simulator/keys.mjs";
import { startSimulator } from "../simulator/serve";

export type TestChannel = {
  /** Where its desk stands; see simulator/control. */
  control: (path: string, body?: object) => Promise<Record<string, unknown>>;
  /** Who takes the channel's notices; none, and they wait. */
  onNotice: (take: ((path: string, headers: Headers, body: Uint8Array<ArrayBuffer>) => Promise<number>) | null) => void;
  stop: () => Promise<void>;
};

async function bytesOf(request: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  for await (const part of request) parts.push(part as Uint8Array);
  return new Uint8Array(Buffer.concat(parts));
}

/**
 * A payment channel of the test file's own, its clock at `at`, and the environment that leads to it. Call it before anything
 * reads the environment: `await vi.hoisted(…)`.
 */
export async function startChannel(at: Date): Promise<TestChannel> {
  let take: Parameters<TestChannel["onNotice"]>[0] = null;
  const door = createServer(async (request, response) => {
    const body = await bytesOf(request);
    const status = take
      ? await take(request.url ?? "", new Headers(request.headers as Record<string, string>), body)
      : 503;
    response.writeHead(status).end();
  });
  await new Promise<void>((done) => door.listen(0, "127.0.0.1", done));
  const dir = `${process.env.DATA_DIR}/channel`;
  const simulator = await startSimulator({
    dir,
    port: 0,
    clockOffsetMs: at.getTime() - Date.now(),
    settings: { probeEvery: 0 },
  });
  const base = `http://127.0.0.1:${simulator.port}`;
  Object.assign(
    process.env,
    ensureKeys(dir, {
      simulatorPort: simulator.port,
      appBaseUrl: `http://127.0.0.1:${(door.address() as AddressInfo).port}`,
    }).app,
  );
  return {
    control: async (path, body) => {
      const answer = await fetch(
        `${base}/_control${path}`,
        body ? { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) } : {},
      );
      return (await answer.json()) as Record<string, unknown>;
    },
    onNotice: (next) => {
      take = next;
    },
    stop: async () => {
      await simulator.stop();
      await new Promise((done) => door.close(done));
    },
  };
}
