import "server-only";
import { z } from "zod";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import type { ListParams } from "#lib/kernel/list";
import { type Page, pageOf, readCursor } from "#lib/kernel/page";
import { startOf } from "#lib/kernel/time";
import { today } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { env } from "#lib/platform/env";
import { unseal } from "#lib/platform/pii";
import { providerOf } from "./providers";
import { blanked } from "./rules";
import { channels, type EventRow, type MessageRow, messageStates, type QueueFacts } from "./schema";

export const messageSpec = {
  views: ["all", ...messageStates],
  filters: { channel: channels, template: "text" },
} as const;
export type MessageParams = ListParams<typeof messageSpec>;
const limit = 50;

const named = z.array(z.object({ id: z.string(), name: z.string() }));

/** `138****4417`, `li***@example.com`, `oABC…`: enough to recognise, not to use. */
function maskAddress(sealed: string): string {
  const address = unseal(sealed, "message.address");
  if (/^\d{11}$/.test(address)) return `${address.slice(0, 3)}****${address.slice(-4)}`;
  const [local = "", host] = address.split("@");
  return host ? `${local.slice(0, 2)}***@${host}` : `${address.slice(0, 6)}…`;
}

/** The outbox, newest first; codes and links are readable in a demo only. Refuses: forbidden. */
export async function messagesPage(actor: Actor, params: MessageParams): Promise<Page<MessageRow>> {
  authorise(actor, "messages.see");
  const after = readCursor(params.after)?.[0];
  const rows = await prisma.message.findMany({
    where: {
      ...(params.view === "all" ? {} : { state: params.view }),
      ...(params.filters.channel ? { channel: params.filters.channel } : {}),
      ...(params.filters.template ? { template: params.filters.template } : {}),
      ...(params.q ? { OR: [{ recipientId: params.q }, { body: { contains: params.q } }] } : {}),
      ...(typeof after === "string" ? { id: { lt: after } } : {}),
    },
    orderBy: { id: "desc" },
    take: limit + 1,
  });
  const ids = [...new Set(rows.map((row) => row.recipientId))];
  const names = new Map(
    named
      .parse(
        ids.length === 0
          ? []
          : await prisma.$queryRaw`
              select id, name from app_user where id = any(${ids}) union all select id, nickname from resident where id = any(${ids})
              union all select id, name from leader where id = any(${ids}) union all select id, name from supplier where id = any(${ids})
              union all select id, name from supplier_application where id = any(${ids}) union all select id, name from leader_application where id = any(${ids})`,
      )
      .map((row) => [row.id, row.name]),
  );
  const isDemo = env().DEMO_MODE === "1";
  return pageOf(
    rows.map((row) => ({
      id: row.id,
      channel: row.channel,
      state: row.state,
      isLocal: row.state === "queued" && providerOf(row.channel) === null,
      recipientKind: row.recipientKind,
      recipientName: names.get(row.recipientId) ?? null,
      address: maskAddress(row.address),
      template: row.template,
      body: isDemo ? row.body : blanked(row.template, row.body),
      createdAt: row.createdAt,
      sentAt: row.sentAt,
      attempts: row.attempts,
      lastError: row.lastError,
    })),
    limit,
    (row) => [row.id],
  );
}

/** How many messages stand in each state. Refuses: forbidden. */
export async function messageCounts(actor: Actor): Promise<Record<MessageParams["view"], number>> {
  authorise(actor, "messages.see");
  const groups = await prisma.message.groupBy({ by: ["state"], _count: true });
  const of = (state: string) => groups.find((group) => group.state === state)?._count ?? 0;
  const [queued, sent, failed] = [of("queued"), of("sent"), of("failed")];
  return { all: queued + sent + failed, queued, sent, failed };
}

/** Whether any words can leave at all, by channel. */
export const connectedChannels = (): Record<(typeof channels)[number], boolean> => ({
  sms: providerOf("sms") !== null,
  mail: providerOf("mail") !== null,
  wechat: providerOf("wechat") !== null,
});

export const jobsSpec = { views: ["failing", "waiting"], filters: { type: "text" } } as const;
export type JobsParams = ListParams<typeof jobsSpec>;

/** News not told yet, the failing first to look at. Refuses: forbidden. */
export async function eventsPage(actor: Actor, params: JobsParams): Promise<Page<EventRow>> {
  authorise(actor, "jobs.see");
  const after = readCursor(params.after)?.[0];
  const rows = await prisma.outboxEvent.findMany({
    where: {
      deliveredAt: null,
      ...(params.view === "failing" ? { attempts: { gt: 0 } } : {}),
      ...(params.filters.type ? { type: params.filters.type } : {}),
      ...(params.q ? { subjectId: params.q } : {}),
      ...(typeof after === "string" && /^\d+$/.test(after) ? { id: { gt: BigInt(after) } } : {}),
    },
    orderBy: { id: "asc" },
    take: limit + 1,
  });
  return pageOf(
    rows.map((row) => ({
      id: String(row.id),
      type: row.type,
      subjectId: row.subjectId,
      payload: JSON.stringify(row.payload),
      at: row.at,
      attempts: row.attempts,
      lastError: row.lastError,
    })),
    limit,
    (row) => [row.id],
  );
}

const jobRow = z.array(
  z.object({
    task: z.string(),
    waiting: z.number(),
    running: z.number(),
    failing: z.number(),
    last_error: z.string().nullable(),
  }),
);
const eventRow = z.array(
  z.object({ waiting: z.number(), failing: z.number(), oldest_at: z.date().nullable(), delivered: z.number() }),
);

/** How the worker stands: news waiting and failing, the oldest, jobs by task. Refuses: forbidden. */
export async function queueFacts(actor: Actor): Promise<QueueFacts> {
  authorise(actor, "jobs.see");
  const [events, jobs] = await Promise.all([
    prisma.$queryRaw`
      select count(*) filter (where delivered_at is null)::int as waiting,
        count(*) filter (where delivered_at is null and attempts > 0)::int as failing,
        min(at) filter (where delivered_at is null) as oldest_at,
        count(*) filter (where delivered_at >= ${startOf(today())})::int as delivered
      from outbox_event where delivered_at is null or delivered_at >= ${startOf(today())}`,
    prisma.$queryRaw`
      select task_identifier as task, count(*) filter (where locked_at is null)::int as waiting, count(*) filter (where locked_at is not null)::int as running,
        count(*) filter (where attempts > 1)::int as failing, max(last_error) as last_error
      from graphile_worker.jobs group by 1 order by 1`,
  ]);
  const [e] = eventRow.parse(events);
  return {
    waiting: e?.waiting ?? 0,
    failing: e?.failing ?? 0,
    oldestAt: e?.oldest_at ?? null,
    deliveredToday: e?.delivered ?? 0,
    jobs: jobRow.parse(jobs).map(({ last_error, ...job }) => ({ ...job, lastError: last_error })),
  };
}
