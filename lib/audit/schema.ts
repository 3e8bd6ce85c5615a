/**
 * Who did what to what, and what colleagues say about it. Promises: the log only grows; a comment is read and written only by
 * those who may see its record; its author may mend or remove it for a quarter of an hour; whoever it names is told once.
 */
import { z } from "zod/mini";
import type { ListSpec } from "../kernel/list";

/** The first words of the deeds, in the order of the trade. */
export const auditAreas = [
  "orders",
  "refunds",
  "payments",
  "sessions",
  "flash",
  "catalog",
  "suppliers",
  "leaders",
  "points",
  "procurement",
  "fulfilment",
  "pickups",
  "aftersales",
  "commission",
  "settlement",
  "payouts",
  "people",
  "pii",
  "residents",
  "settings",
  "messages",
  "jobs",
] as const;
export const actorKinds = ["operator", "supplier", "leader", "resident", "system"] as const;

/** What the log may be asked; `deed` is one deed in full. */
export const auditListSpec = {
  views: ["all", "mine", "access", "money"],
  sorts: ["-at"],
  filters: { from: "day", to: "day", area: auditAreas, kind: actorKinds, subject: "text" },
  fields: {
    at: "moment",
    who: "text",
    actorId: "text",
    kind: actorKinds,
    deed: "text",
    subjectId: "text",
    reason: "text",
    origin: "text",
  },
} as const satisfies ListSpec;

const id = z.string().check(z.minLength(1), z.maxLength(40));
const body = z.string().check(z.trim(), z.minLength(1, "required"), z.maxLength(2000));
const mentions = z._default(z.array(id).check(z.maxLength(50)), []);

export const subjectInput = z.object({ subjectType: id, subjectId: id });
export const commentInput = z.object({ subjectType: id, subjectId: id, body, mentions });
export const editCommentInput = z.object({ commentId: id, body, mentions });
export const commentRefInput = z.object({ commentId: id });
export type CommentInput = z.infer<typeof commentInput>;

/** One comment for a reader; removed ones keep their place without their words. */
export type CommentView = {
  id: string;
  at: Date;
  authorName: string;
  body: string | null;
  /** Names it speaks to, as they stand in the text after an @. */
  names: string[];
  isEdited: boolean;
  /** Until when this reader may still mend or remove it; null when they may not. */
  openUntil: Date | null;
};

export type Colleague = { id: string; name: string };
