import "server-only";
import { parseArgs } from "node:util";
import { analytics } from "./analytics";
import { flashSale } from "./flash-sale";

const benches: Record<
  string,
  (options: { orders: number; say: (text: string) => void }) => Promise<Record<string, number>>
> = {
  analytics,
  "flash-sale": flashSale,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { orders: { type: "string", default: "1000000" }, json: { type: "boolean", default: false } },
});
const run = benches[positionals[0] ?? ""];
const orders = Number(values.orders);
if (!run || !Number.isSafeInteger(orders) || orders < 10_000) {
  process.stderr.write(
    `npm run bench -- <${Object.keys(benches).join(" | ")}> [--orders 10000000 (at least 10000)] [--json]\n`,
  );
  process.exit(2);
}
const began = performance.now();
const say = (text: string) =>
  process.stderr.write(`${String(Math.round((performance.now() - began) / 1000)).padStart(6)} s  ${text}\n`);
const figures = await run({ orders, say });
if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
else for (const [name, value] of Object.entries(figures)) process.stdout.write(`${name.padEnd(24)} ${value}\n`);
process.exit(0);
