import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import { later, minute } from "#lib/kernel/time";
import { followDemoOffset, now, wall } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { env } from "#lib/platform/env";

/** Moves the demo's business clock forward to an instant, for server, worker, channel and this process alike; never back. */
export async function clockTo(instant: Date, baseUrl: string): Promise<void> {
  const offsetMs = instant.getTime() - wall().getTime();
  await prisma.$executeRaw`
    insert into demo_clock (id, offset_ms) values (1, greatest(0, ${offsetMs}::bigint))
    on conflict (id) do update set offset_ms = greatest(demo_clock.offset_ms, excluded.offset_ms)`;
  followDemoOffset(offsetMs);
  await fetch(new URL("/_control/clock", env().WECHAT_PAY_BASE_URL), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ offset_ms: Math.max(0, offsetMs) }),
  });
  for (let i = 0; i < 100; i++) {
    const seen = (await fetch(new URL("/api/v1/me", baseUrl)).catch(() => null))?.headers.get("x-server-time");
    if (seen && Number(seen) >= instant.getTime() - 1000) return;
    await sleep(100);
  }
  throw new Error("the server does not follow the demo's clock");
}

const waiting = async () => {
  const [row] = await prisma.$queryRaw<{ news: bigint; notices: bigint; refunds: bigint; shipping: bigint }[]>`
    select (select count(*) from outbox_event where delivered_at is null) as news,
      (select count(*) from channel_notice where applied_at is null) as notices,
      (select count(*) from refund where state in ('requested', 'submitted', 'processing')) as refunds,
      (select count(*) from shipping_report where state = 'pending') as shipping`;
  return row
    ? {
        news: Number(row.news),
        notices: Number(row.notices),
        refunds: Number(row.refunds),
        shipping: Number(row.shipping),
      }
    : null;
};

/**
 * Waits until the worker has told all news and, given the server's address, the channel has answered everything; what the
 * channel put off (refunds of one payment stand a minute apart) is waited for by moving the demo's clock. Throws after a while.
 */
export async function settled(channelOf?: string, seconds = 180): Promise<void> {
  const until = wall().getTime() + seconds * 1000;
  for (let look = 1; ; look++) {
    const left = await waiting();
    const isTold = left !== null && left.news === 0 && left.notices === 0;
    if (isTold && (!channelOf || (left.refunds === 0 && left.shipping === 0))) return;
    if (wall().getTime() > until) throw new Error(`still waiting after ${seconds} s: ${JSON.stringify(left)}`);
    if (isTold && channelOf && look % 25 === 0) await clockTo(later(now(), 2 * minute), channelOf);
    await sleep(200);
  }
}

/** Waits until a fact holds. Throws after a while, naming it. */
export async function until(name: string, holds: () => Promise<boolean>, seconds = 60): Promise<void> {
  const end = wall().getTime() + seconds * 1000;
  while (!(await holds())) {
    if (wall().getTime() > end) throw new Error(`still waiting after ${seconds} s for: ${name}`);
    await sleep(200);
  }
}
