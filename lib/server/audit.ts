import "server-only";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { fen, yuan } from "#lib/kernel/money";
import { momentText } from "#lib/kernel/time";
import { followDemoOffset, now } from "#lib/platform/clock";
import { pool, prisma } from "#lib/platform/db";
import { env } from "#lib/platform/env";
import { auditRules } from "./audit-rules";

export type Violation = { rule: string; ref: string; detail: string };
export type RuleResult = { name: string; zh: string; en: string; looked: number; violations: Violation[] };
/** `ok` only when every rule looked at something and nothing is broken. `channel` tells whether the simulator's books were compared. */
export type AuditResult = {
  ok: boolean;
  at: string;
  seconds: number;
  rules: RuleResult[];
  violations: Violation[];
  channel: "compared" | "not the simulator";
};

type Query = (sql: string, values?: unknown[]) => Promise<{ rows: Record<string, unknown>[] }>;

const count = z.array(z.object({ looked: z.coerce.number().int() })).length(1);
const rows = z.array(z.object({ ref: z.coerce.string(), detail: z.coerce.string() }));

/** A rule that saw nothing has proved nothing: that is a violation too. */
const withSight = (r: Omit<RuleResult, "violations"> & { violations: Violation[] }): RuleResult =>
  r.looked > 0 ? r : { ...r, violations: [...r.violations, { rule: r.name, ref: "—", detail: "looked at nothing" }] };

/** Every database rule over one connection, in the snapshot its caller has opened. `at` is the business clock. */
export async function checkRules(query: Query, at: Date, names?: ReadonlySet<string>): Promise<RuleResult[]> {
  const results: RuleResult[] = [];
  for (const rule of auditRules) {
    if (names && !names.has(rule.name)) continue;
    const needsClock = rule.broken.includes("$1");
    const [{ looked }] = count.parse((await query(`select (${rule.looked}) as looked`)).rows) as [{ looked: number }];
    const broken = rows.parse((await query(rule.broken, needsClock ? [at] : [])).rows);
    results.push(
      withSight({
        name: rule.name,
        zh: rule.zh,
        en: rule.en,
        looked,
        violations: broken.map((b) => ({ rule: rule.name, ...b })),
      }),
    );
  }
  return results;
}

const instant = z.coerce.date().nullable();
const books = z.object({
  payments: z.array(
    z.object({ out_trade_no: z.string(), state: z.string(), amount_fen: z.number(), paid_at: instant }),
  ),
  refunds: z.array(
    z.object({ out_refund_no: z.string(), state: z.string(), refund_fen: z.number(), ended_at: instant }),
  ),
  transfers: z.array(
    z.object({ out_bill_no: z.string(), state: z.string(), amount_fen: z.number(), updated_at: instant }),
  ),
});
export type ChannelBooks = z.infer<typeof books>;

/** What may still be on its way between the channel's books and ours. */
const underwayMs = 15 * 60_000;

type Pair = {
  no: string;
  theirs: { over: boolean; fen: number; at: Date | null } | null;
  ours: { over: boolean; fen: number } | null;
};

function compare(name: string, zh: string, en: string, pairs: Pair[], at: Date): RuleResult {
  const violations: Violation[] = [];
  for (const { no, theirs, ours } of pairs) {
    const detail =
      theirs?.over && !ours?.over
        ? theirs.at && at.getTime() - theirs.at.getTime() < underwayMs
          ? null
          : `the channel has ${yuan(fen(theirs.fen))}, we have ${ours ? "it unfinished" : "nothing"}`
        : ours?.over && !theirs?.over
          ? `we have ${yuan(fen(ours.fen))}, the channel has ${theirs ? "it unfinished" : "nothing"}`
          : theirs?.over && ours?.over && theirs.fen !== ours.fen
            ? `the channel has ${yuan(fen(theirs.fen))}, we have ${yuan(fen(ours.fen))}`
            : null;
    if (detail) violations.push({ rule: name, ref: no, detail });
  }
  return withSight({ name, zh, en, looked: pairs.filter((p) => p.theirs?.over || p.ours?.over).length, violations });
}

const join = <A, B>(
  theirs: A[],
  theirNo: (a: A) => string,
  ours: B[],
  ourNo: (b: B) => string,
): [string, A | undefined, B | undefined][] => {
  const a = new Map(theirs.map((x) => [theirNo(x), x]));
  const b = new Map(ours.map((x) => [ourNo(x), x]));
  return [...new Set([...a.keys(), ...b.keys()])].map((no) => [no, a.get(no), b.get(no)]);
};

const ourRow = z.array(z.object({ no: z.string(), over: z.boolean(), fen: z.coerce.number() }));

/** The channel's books against ours, number by number: what ended there must have ended here, with the same amount. */
export async function checkChannel(query: Query, said: ChannelBooks, at: Date): Promise<RuleResult[]> {
  const ours = async (sql: string) => ourRow.parse((await query(sql)).rows);
  const [payments, refunds, transfers] = [
    await ours("select out_trade_no as no, state = 'paid' as over, amount_fen as fen from payment"),
    await ours("select out_refund_no as no, state = 'success' as over, amount_fen as fen from refund"),
    await ours("select out_bill_no as no, state = 'success' as over, amount_fen as fen from transfer"),
  ];
  return [
    compare(
      "channelPayments",
      "渠道收款与我方一致",
      "payments agree with the channel's own books",
      join(
        said.payments,
        (p) => p.out_trade_no,
        payments,
        (p) => p.no,
      ).map(([no, t, o]) => ({
        no,
        theirs: t ? { over: t.paid_at !== null, fen: t.amount_fen, at: t.paid_at } : null,
        ours: o ?? null,
      })),
      at,
    ),
    compare(
      "channelRefunds",
      "渠道退款与我方一致",
      "refunds agree with the channel's own books",
      join(
        said.refunds,
        (r) => r.out_refund_no,
        refunds,
        (r) => r.no,
      ).map(([no, t, o]) => ({
        no,
        theirs: t ? { over: t.state === "SUCCESS", fen: t.refund_fen, at: t.ended_at } : null,
        ours: o ?? null,
      })),
      at,
    ),
    compare(
      "channelTransfers",
      "渠道付款与我方一致",
      "transfers agree with the channel's own books",
      join(
        said.transfers,
        (t) => t.out_bill_no,
        transfers,
        (t) => t.no,
      ).map(([no, t, o]) => ({
        no,
        theirs: t ? { over: t.state === "SUCCESS", fen: t.amount_fen, at: t.updated_at } : null,
        ours: o ?? null,
      })),
      at,
    ),
  ];
}

/** The simulator shows its books on its own host; a real channel does not answer there and is compared by its bills instead. */
async function simulatorBooks(): Promise<ChannelBooks | null> {
  const address = new URL("/_control/books", env().WECHAT_PAY_BASE_URL);
  if (!["127.0.0.1", "localhost", "[::1]"].includes(address.hostname)) return null;
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(20_000) });
    return answer.ok ? books.parse(await answer.json()) : null;
  } catch {
    return null;
  }
}

/** The whole audit of the live database in one REPEATABLE READ snapshot, and of the channel's books where they can be seen. */
export async function audit(): Promise<AuditResult> {
  const began = performance.now();
  const said = await simulatorBooks();
  const client = await pool.connect();
  try {
    await client.query("begin isolation level repeatable read read only");
    await client.query("set local statement_timeout = '300s'");
    const query: Query = (sql, values) => client.query(sql, values);
    const [clock] = z
      .array(z.object({ offset_ms: z.coerce.number() }))
      .parse((await query("select coalesce((select offset_ms from demo_clock where id = 1), 0) as offset_ms")).rows);
    followDemoOffset(clock?.offset_ms ?? 0);
    const at = now();
    const rules = [...(await checkRules(query, at)), ...(said ? await checkChannel(query, said, at) : [])];
    const violations = rules.flatMap((r) => r.violations);
    return {
      ok: violations.length === 0,
      at: at.toISOString(),
      seconds: Math.round((performance.now() - began) / 10) / 100,
      rules,
      violations,
      channel: said ? "compared" : "not the simulator",
    };
  } finally {
    await client.query("rollback");
    client.release();
  }
}

const shown = 20;

/** The result as lines a person reads. */
export function auditText(result: AuditResult): string {
  const width = Math.max(...result.rules.map((r) => r.name.length));
  const lines = result.rules.flatMap((r) => [
    `${r.violations.length === 0 ? "ok  " : "FAIL"} ${r.name.padEnd(width)} ${String(r.looked).padStart(9)}  ${r.en}`,
    ...r.violations.slice(0, shown).map((v) => `       ${v.ref}: ${v.detail}`),
    ...(r.violations.length > shown ? [`       and ${r.violations.length - shown} more`] : []),
  ]);
  const verdict = result.ok
    ? `All ${result.rules.length} rules hold`
    : `${result.violations.length} violations of ${result.rules.filter((r) => r.violations.length > 0).length} rules`;
  return [
    ...lines,
    "",
    `${verdict} (${momentText(new Date(result.at))}, ${result.seconds} s; channel books: ${result.channel}).`,
    "",
  ].join("\n");
}

async function main() {
  const result = await audit();
  process.stdout.write(process.argv.includes("--json") ? `${JSON.stringify(result)}\n` : auditText(result));
  await prisma.$disconnect();
  await pool.end();
  process.exitCode = result.ok ? 0 : 1;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
