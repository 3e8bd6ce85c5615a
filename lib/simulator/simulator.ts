import { startSimulator, usual } from "./serve";

/** The payment channel and WeChat's services as a process of its own; it takes everything from its environment. */
const { env } = process;

function whole(name: string, otherwise: number): number {
  const value = env[name];
  if (value === undefined || value === "") return otherwise;
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new Error(`${name} must be a whole number, not "${value}"`);
  return number;
}

if (!env.SIMULATOR_DIR) throw new Error("SIMULATOR_DIR is missing: the folder of the simulator's keys and books");

const simulator = await startSimulator({
  dir: env.SIMULATOR_DIR,
  port: whole("SIMULATOR_PORT", 0),
  host: env.SIMULATOR_HOST || "127.0.0.1",
  ...(env.SIMULATOR_CLOCK_OFFSET_MS ? { clockOffsetMs: whole("SIMULATOR_CLOCK_OFFSET_MS", 0) } : {}),
  followClock: env.SIMULATOR_FOLLOW_CLOCK === "1",
  settings: {
    refundGapSeconds: whole("SIMULATOR_REFUND_GAP_SECONDS", usual.refundGapSeconds),
    refundSettleSeconds: whole("SIMULATOR_REFUND_SETTLE_SECONDS", usual.refundSettleSeconds),
    feeBp: whole("SIMULATOR_FEE_BP", usual.feeBp),
    operationFen: whole("SIMULATOR_OPERATION_FEN", usual.operationFen),
    probeEvery: whole("SIMULATOR_PROBE_EVERY", usual.probeEvery),
  },
});
process.send?.({ ready: true, port: simulator.port });

let stopping = false;
async function stop() {
  if (stopping) return;
  stopping = true;
  await simulator.stop();
  process.exit(0);
}
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, stop);
process.on("disconnect", stop);
