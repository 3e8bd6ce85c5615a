/**
 * What is said to people, and the news and jobs still to be told. Promises: words leave only through this outbox, written in the
 * transaction of what they are about; without a provider they stay here, visible; a code is never shown outside a demo.
 * A notice reaches those who can do something about it, each of them once, as each of them wants it.
 */
import { z } from "zod/mini";
import type { Deed } from "../identity/rules";
import { reason } from "../identity/schema";
import type { ListSpec } from "../kernel/list";

export const channels = ["sms", "mail", "wechat"] as const;
export type Channel = (typeof channels)[number];
export const messageStates = ["queued", "sent", "failed"] as const;
export type MessageState = (typeof messageStates)[number];

/** What the outbox may be asked. */
export const messageListSpec = {
  views: ["all", ...messageStates],
  sorts: ["-createdAt"],
  filters: { channel: channels, template: "text", recipientId: "text" },
  fields: {
    channel: channels,
    state: messageStates,
    createdAt: "moment",
    sentAt: "moment",
    template: "text",
    recipientKind: ["operator", "supplier", "leader", "resident", "supplierApplication", "leaderApplication"],
    attempts: "number",
    body: "text",
    lastError: "text",
  },
} as const satisfies ListSpec;

/** What the news not told yet, or set aside, may be asked. */
export const eventListSpec = {
  views: ["failing", "waiting", "setAside"],
  sorts: ["at"],
  filters: { type: "text" },
  fields: { type: "text", subject: "text", at: "moment", attempts: "number", lastError: "text" },
} as const satisfies ListSpec;

export const messageInput = z.object({ id: z.string() });
export const eventInput = z.object({ id: z.string().check(z.regex(/^\d{1,18}$/)) });
export const setAsideInput = z.extend(eventInput, { reason });

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
  setAsideAt: Date | null;
};
export type QueueFacts = {
  waiting: number;
  failing: number;
  oldestAt: Date | null;
  deliveredToday: number;
  jobs: { task: string; waiting: number; running: number; failing: number; lastError: string | null }[];
};

/** Who is told and by which deed they can act; null: only the people named. `needs`: it waits for them, else it is for information. */
type NoticeSpec = { who: "operator" | "supplier" | null; deed: Deed | null; needs: boolean };

/** Every kind of notice; its words are in lib/words/notices. */
export const noticeKinds = {
  mention: { who: "operator", deed: "comments.write", needs: true },
  afterSale: { who: "operator", deed: "aftersales.decide", needs: true },
  application: { who: "operator", deed: "suppliers.review", needs: true },
  leaderApplication: { who: "operator", deed: "leaders.review", needs: true },
  product: { who: "operator", deed: "catalog.review", needs: true },
  review: { who: "operator", deed: "sessions.approve", needs: true },
  proposal: { who: "operator", deed: "catalog.price", needs: true },
  refundStuck: { who: "operator", deed: "payments.retry", needs: true },
  dispute: { who: "operator", deed: "settlement.make", needs: true },
  statementConfirmed: { who: "operator", deed: "settlement.approve", needs: true },
  withdrawal: { who: "operator", deed: "payouts.make", needs: true },
  batch: { who: "operator", deed: "payouts.approve", needs: true },
  payoutFailed: { who: "operator", deed: "payouts.make", needs: false },
  purchaseIssued: { who: "supplier", deed: "procurement.accept", needs: true },
  statementSent: { who: "supplier", deed: "settlement.confirm", needs: true },
  statementPaid: { who: "supplier", deed: "settlement.see", needs: false },
  claimRaised: { who: "supplier", deed: "settlement.see", needs: false },
  runFinished: { who: null, deed: null, needs: false },
  runFailed: { who: null, deed: null, needs: true },
  exportReady: { who: null, deed: null, needs: false },
  importFinished: { who: null, deed: null, needs: false },
} as const satisfies Record<string, NoticeSpec>;
export type NoticeKind = keyof typeof noticeKinds;
export const noticeKindNames = Object.keys(noticeKinds) as NoticeKind[];
export const needingKinds = noticeKindNames.filter((kind) => noticeKinds[kind].needs);

export const readNoticesInput = z.object({ id: z.optional(z.string().check(z.maxLength(28))) });
/** The setup list on Today is a thing one may switch off, like a kind. */
export const preferenceNames = [...noticeKindNames, "setup"] as const;
export type PreferenceName = (typeof preferenceNames)[number];
export const preferenceInput = z.object({
  kind: z.enum(preferenceNames),
  inApp: z.optional(z.literal("1")),
  byMessage: z.optional(z.literal("1")),
});

export type NoticePreference = { kind: PreferenceName; inApp: boolean; byMessage: boolean };
