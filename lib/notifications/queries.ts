import "server-only";
import { z } from "zod";
import { authorise, can } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import type { ListParams } from "#lib/kernel/list";
import { type Page, pageOf, readCursor } from "#lib/kernel/page";
import type { Notice } from "#lib/kernel/shell";
import { startOf } from "#lib/kernel/time";
import { today } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { env } from "#lib/platform/env";
import { unseal } from "#lib/platform/pii";
import type { Locale } from "#lib/words/locale";
import { noticeWords } from "./notice-words";
import { providerOf } from "./providers";
import { blanked } from "./rules";
import {
  type channels,
  type EventRow,
  type MessageRow,
  type NoticeKind,
  type NoticePreference,
  needingKinds,
  noticeKinds,
  preferenceNames,
  type QueueFacts,
} from "./schema";

const limit = 50;

const named = z.array(z.object({ id: z.string(), name: z.string() }));

/** `138****4417`, `li***@example.com`, `oABC…`: enough to recognise, not to use. */
function maskAddress(sealed: string): string {
  const address = unseal(sealed, "message.address");
  if (/^\d{11}$/.test(address)) return `${address.slice(0, 3)}****${address.slice(-4)}`;
  const [local = "", host] = address.split("@");
  return host ? `${local.slice(0, 2)}***@${host}` : `${address.slice(0, 6)}…`;
}

/** Messages by id, in any order; codes and links are readable in a demo only. Whoever asks has been allowed to see them. */
export async function messagesById(of: readonly string[]): Promise<MessageRow[]> {
  const rows = await prisma.message.findMany({ where: { id: { in: [...of] } } });
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
  return rows.map((row) => ({
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
  }));
}

/** Whether any words can leave at all, by channel. */
export const connectedChannels = (): Record<(typeof channels)[number], boolean> => ({
  sms: providerOf("sms") !== null,
  mail: providerOf("mail") !== null,
  wechat: providerOf("wechat") !== null,
});

/** News by number, in any order; whoever asks has been allowed to see it. */
export async function eventsById(ids: readonly string[]): Promise<EventRow[]> {
  const rows = await prisma.outboxEvent.findMany({ where: { id: { in: ids.map(BigInt) } } });
  return rows.map((row) => ({
    id: String(row.id),
    type: row.type,
    subjectId: row.subjectId,
    payload: JSON.stringify(row.payload),
    at: row.at,
    attempts: row.attempts,
    lastError: row.lastError,
    setAsideAt: row.setAsideAt,
  }));
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
        count(*) filter (where delivered_at >= ${startOf(today())} and set_aside_at is null)::int as delivered
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

export const noticeSpec = { views: ["needs", "fyi", "all"] } as const;
export type NoticeParams = ListParams<typeof noticeSpec>;
const params = z.record(z.string(), z.union([z.string(), z.number()]));
const known = (kind: string): kind is NoticeKind => Object.hasOwn(noticeKinds, kind);
const [inBell, mostCounted] = [15, 100];

async function notices(
  actor: Actor,
  locale: Locale,
  e: { view: NoticeParams["view"]; before?: string | undefined; take: number },
): Promise<Notice[]> {
  const rows = await prisma.notice.findMany({
    where: {
      userId: actor.id,
      ...(e.view === "all" ? {} : { kind: { [e.view === "needs" ? "in" : "notIn"]: needingKinds } }),
      ...(e.before ? { id: { lt: e.before } } : {}),
    },
    orderBy: { id: "desc" },
    take: e.take,
  });
  return rows.flatMap((row) => {
    if (!known(row.kind)) return [];
    const words = noticeWords(locale, row.kind, params.parse(row.params));
    return [
      {
        id: row.id,
        title: words.title,
        detail: words.detail,
        href: row.href,
        at: row.at.toISOString(),
        read: row.readAt !== null,
        needs: noticeKinds[row.kind].needs,
      },
    ];
  });
}

/** A person's bell: what rings unread (at most a hundred are counted), the latest that need them and the latest to know. */
export async function bellOf(actor: Actor, locale: Locale): Promise<{ unread: number; latest: Notice[] }> {
  const [unread, needs, fyi] = await Promise.all([
    prisma.notice.findMany({
      where: { userId: actor.id, readAt: null },
      take: mostCounted,
      select: { id: true },
    }),
    notices(actor, locale, { view: "needs", take: inBell }),
    notices(actor, locale, { view: "fyi", take: inBell }),
  ]);
  return { unread: unread.length, latest: [...needs, ...fyi] };
}

/** All that this person was told, newest first. */
export async function noticesPage(actor: Actor, asked: NoticeParams, locale: Locale): Promise<Page<Notice>> {
  const after = readCursor(asked.after)?.[0];
  const before = typeof after === "string" ? after : undefined;
  return pageOf(await notices(actor, locale, { view: asked.view, before, take: limit + 1 }), limit, (row) => [row.id]);
}

/** What this person may be told, how they want it, and the way a message would take. */
export async function noticePreferences(
  actor: Actor,
): Promise<{ channel: "mail" | "sms" | null; isLocal: boolean; rows: NoticePreference[] }> {
  const [user, chosen] = await Promise.all([
    prisma.user.findUnique({ where: { id: actor.id }, select: { email: true, phoneCipher: true } }),
    prisma.noticePreference.findMany({ where: { userId: actor.id } }),
  ]);
  const channel = user?.email ? "mail" : user?.phoneCipher ? "sms" : null;
  const mine = preferenceNames.filter((name) => {
    if (name === "setup") return actor.kind === "operator" && can(actor, "points.edit");
    const { who, deed } = noticeKinds[name];
    return who === null || (who === actor.kind && can(actor, deed));
  });
  return {
    channel,
    isLocal: channel !== null && providerOf(channel) === null,
    rows: mine.map((kind) => {
      const row = chosen.find((one) => one.kind === kind);
      return { kind, inApp: row?.inApp ?? true, byMessage: row?.byMessage ?? false };
    }),
  };
}
