import "server-only";
import { pathToFileURL } from "node:url";
import { prove } from "#lib/analytics/proof";
import { rebuild, tradedDays } from "#lib/analytics/rollups";
import type { Proof } from "#lib/analytics/schema/measures";
import { day } from "#lib/kernel/time";
import { pool, prisma } from "#lib/platform/db";

/** The proof as lines a person reads. */
export const proofText = (proof: Proof): string =>
  [
    ...proof.rows.flatMap((r) => [
      `${r.wrong === 0 ? "ok  " : "FAIL"} ${r.kind.padEnd(16)} ${String(r.looked).padStart(8)} compared, expected ${r.expected}, found ${r.found}`,
      ...r.differences.map((d) => `       ${d.ref}: expected ${d.expected}, found ${d.found}`),
    ]),
    "",
    proof.ok ? "The sums equal the facts and the ledger." : "The sums do not equal the facts and the ledger.",
    "",
  ].join("\n");

/** `npm run rollups -- [--from 2026-11-01] [--to 2026-11-22] [--days 1] [--prove]`: makes the sums of these payment days anew, or only proves them. */
async function main() {
  const said = (name: string) => {
    const at = process.argv.indexOf(`--${name}`);
    return at < 0 ? undefined : process.argv[at + 1];
  };
  const traded = await tradedDays();
  const [from, to] = [said("from") ?? traded?.from, said("to") ?? traded?.to];
  if (from && to) {
    const range = { from: day(from), to: day(to) };
    if (!process.argv.includes("--prove")) {
      await rebuild(range.from, range.to, {
        daysEach: Number(said("days") ?? 1),
        done: (first, last, orders) =>
          process.stdout.write(`${first === last ? first : `${first} – ${last}`}: ${orders} orders\n`),
      });
    }
    const proof = await prove(range.from, range.to);
    process.stdout.write(proofText(proof));
    process.exitCode = proof.ok ? 0 : 1;
  } else process.stdout.write("Nothing has been paid yet.\n");
  await prisma.$disconnect();
  await pool.end();
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
