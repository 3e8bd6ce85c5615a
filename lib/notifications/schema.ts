/**
 * What is said to people, and the news and jobs still to be told. Promises: words leave only through this outbox, written in the
 * transaction of what they are about; without a provider they stay here, visible; a code is never shown outside a demo.
 */
import { z } from "zod/mini";

export const channels = ["sms", "mail", "wechat"] as const;
export type Channel = (typeof channels)[number];
export const messageStates = ["queued", "sent", "failed"] as const;
export type MessageState = (typeof messageStates)[number];

export const messageInput = z.object({ id: z.string() });
export const eventInput = z.object({ id: z.string().check(z.regex(/^\d{1,18}$/)) });

export type MessageRow = {
  id: string;
  channel: Channel;
  state: MessageState;
  /** No provider is connected for this channel: the message stays here on purpose. */
  isLocal: boolean;
  recipientKind: string;
  recipientName: string | null;
  address: string;
  template: string;
  body: string;
  createdAt: Date;
  sentAt: Date | null;
  attempts: number;
  lastError: string | null;
};

export type EventRow = {
  id: string;
  type: string;
  subjectId: string;
  payload: string;
  at: Date;
  attempts: number;
  lastError: string | null;
};
export type QueueFacts = {
  waiting: number;
  failing: number;
  oldestAt: Date | null;
  deliveredToday: number;
  jobs: { task: string; waiting: number; running: number; failing: number; lastError: string | null }[];
};
