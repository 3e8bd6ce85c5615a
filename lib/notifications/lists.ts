import "server-only";
import { z } from "zod";
import { Prisma } from "#lib/generated/prisma/client";
import { authorise, can } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { momentText } from "#lib/kernel/time";
import { prisma } from "#lib/platform/db";
import { defineBulk, defineList, likeText, sheetOf } from "#lib/platform/list";
import { messages } from "#lib/words/index";
import { retryEvent, retryMessage } from "./commands";
import { eventsById, messagesById } from "./queries";
import { type EventRow, eventListSpec, type MessageRow, messageListSpec, messageStates } from "./schema";

export const messageList = defineList<Actor, MessageRow, typeof messageListSpec>({
  name: "messages",
  spec: messageListSpec,
  from: Prisma.sql`message m`,
  id: Prisma.sql`m.id`,
  scope(actor) {
    authorise(actor, "messages.see");
    return [];
  },
  views: Object.fromEntries(messageStates.map((state) => [state, Prisma.sql`m.state = ${state}::message_state`])),
  fields: {
    channel: Prisma.sql`m.channel`,
    template: Prisma.sql`m.template`,
    recipientId: Prisma.sql`m.recipient_id`,
    state: Prisma.sql`m.state`,
    createdAt: Prisma.sql`m.created_at`,
    sentAt: Prisma.sql`m.sent_at`,
    recipientKind: Prisma.sql`m.recipient_kind`,
    attempts: Prisma.sql`m.attempts`,
    body: Prisma.sql`m.body`,
    lastError: Prisma.sql`m.last_error`,
  },
  sorts: { createdAt: { by: Prisma.sql`m.id`, type: "text" } },
  search: (text) => Prisma.sql`(m.recipient_id = ${text} or m.body like ${likeText(text)})`,
  load: messagesById,
  sheet: sheetOf<MessageRow>((locale) => {
    const t = messages(locale).system.messages;
    return {
      createdAt: [t.createdAt, (m) => momentText(m.createdAt)],
      channel: [t.channel, (m) => t.channels[m.channel]],
      to: [t.to, (m) => m.recipientName],
      address: [t.address, (m) => m.address],
      template: [t.template, (m) => m.template],
      body: [t.body, (m) => m.body],
      state: [t.state, (m) => (m.isLocal ? t.states.local : t.states[m.state])],
      sentAt: [t.sentAt, (m) => m.sentAt && momentText(m.sentAt)],
      attempts: [t.attempts, (m) => m.attempts],
      lastError: [t.lastError, (m) => m.lastError],
    };
  }),
});

export const messageBulk = {
  retry: defineBulk<Actor, object>({
    values: z.object({}),
    may: (actor) => can(actor, "messages.retry"),
    async skips(_actor, ids) {
      const rows = await prisma.message.findMany({
        where: { id: { in: ids }, state: { not: "failed" } },
        select: { id: true, state: true },
      });
      return new Map(rows.map(({ id, state }) => [id, { code: "illegalTransition", facts: { state } }]));
    },
    apply: (actor, id) => retryMessage(actor, { id }),
  }),
};

export const eventList = defineList<Actor, EventRow, typeof eventListSpec>({
  name: "events",
  spec: eventListSpec,
  from: Prisma.sql`outbox_event e`,
  id: Prisma.sql`e.id`,
  scope(actor) {
    authorise(actor, "jobs.see");
    return [Prisma.sql`(e.delivered_at is null or e.set_aside_at is not null)`];
  },
  views: {
    failing: Prisma.sql`e.delivered_at is null and e.attempts > 0`,
    waiting: Prisma.sql`e.delivered_at is null`,
    setAside: Prisma.sql`e.set_aside_at is not null`,
  },
  fields: {
    type: Prisma.sql`e.type`,
    subject: Prisma.sql`e.subject_id`,
    at: Prisma.sql`e.at`,
    attempts: Prisma.sql`e.attempts`,
    lastError: Prisma.sql`e.last_error`,
  },
  sorts: { at: { by: Prisma.sql`e.id`, type: "bigint" } },
  search: (text) => Prisma.sql`(e.subject_id = ${text} or e.type like ${likeText(text).slice(1)})`,
  load: eventsById,
  sheet: sheetOf<EventRow>((locale) => {
    const t = messages(locale).system.jobs;
    return {
      type: [t.event, (e) => e.type],
      subject: [t.subject, (e) => e.subjectId],
      at: [t.at, (e) => momentText(e.at)],
      attempts: [t.attempts, (e) => e.attempts],
      lastError: [t.lastError, (e) => e.lastError],
    };
  }),
});

export const eventBulk = {
  retry: defineBulk<Actor, object>({
    values: z.object({}),
    may: (actor) => can(actor, "jobs.retry"),
    async skips(_actor, ids) {
      const rows = await prisma.outboxEvent.findMany({
        where: { id: { in: ids.map(BigInt) }, attempts: 0 },
        select: { id: true },
      });
      return new Map(rows.map(({ id }) => [String(id), { code: "alreadySo" }]));
    },
    apply: (actor, id) => retryEvent(actor, { id }),
  }),
};
