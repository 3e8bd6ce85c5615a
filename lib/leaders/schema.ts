import { z } from "zod";
import type { ApplicationState, LeaderState } from "#lib/generated/prisma/enums";
import { isPhone } from "../kernel/check";
import type { ListSpec } from "../kernel/list";

/**
 * Community leaders (团长): who applies, who is one, and which points are theirs. Promises: one leader a phone number; nobody
 * becomes a leader without a person's decision; a leader who pauses or hands over a point keeps the orders already placed.
 */
export const leaderLevels = [1, 2, 3] as const;
export const applicationStates = ["submitted", "approved", "rejected"] as const;

const phone = z
  .string()
  .transform((text) => text.replace(/[\s-]/g, ""))
  .refine(isPhone, "phone");
const text = (max: number) => z.string().trim().min(1, "required").max(max, "tooLong");

export const applyInput = z.object({
  name: text(40),
  phone,
  cityId: z.string().min(1, "required"),
  district: text(40),
  pointName: text(60),
  address: text(120),
  lat: z.coerce.number().min(3, "coordinate").max(54, "coordinate"),
  lng: z.coerce.number().min(73, "coordinate").max(136, "coordinate"),
  about: z.string().trim().max(500, "tooLong").default(""),
});
export type ApplyInput = z.infer<typeof applyInput>;

export const approveInput = z.object({
  id: z.string().min(1),
  /** An existing point without a leader; empty makes the applicant's own point. */
  pointId: z
    .string()
    .optional()
    .transform((v) => v || undefined),
  /** The route of a new point; empty takes the district's. */
  routeId: z
    .string()
    .optional()
    .transform((v) => v || undefined),
  level: z.coerce.number().int().min(1).max(3).default(1),
});
export const rejectInput = z.object({
  id: z.string().min(1),
  reason: z.string().trim().min(2, "reasonRequired").max(300),
});
export const leaderStateInput = z.object({
  id: z.string().min(1),
  event: z.enum(["pause", "resume", "leave"]),
  reason: z.string().trim().max(300).optional(),
  version: z.coerce.number().int().optional(),
});
export const leaderLevelInput = z.object({
  id: z.string().min(1),
  level: z.coerce.number().int().min(1).max(3),
  version: z.coerce.number().int().optional(),
  reason: z.string().trim().min(2, "reasonRequired").max(300),
});
export const transferPointInput = z.object({
  pointId: z.string().min(1),
  toLeaderId: z.string().min(1, "required"),
  reason: z.string().trim().min(2, "reasonRequired").max(300),
});

/** What the list of leaders may be asked. */
export const leaderListSpec = {
  views: ["all", "active", "paused", "left", "noPoint"],
  sorts: ["-since", "name"],
  filters: { cityId: "text", level: ["1", "2", "3"] },
  fields: {
    state: ["active", "paused", "left"],
    name: "text",
    phoneTail: "text",
    level: ["1", "2", "3"],
    points: "number",
    payable: "yes",
    since: "moment",
  },
} as const satisfies ListSpec;

/** What the queue of applications may be asked; the longest waiting stands first. */
export const leaderApplicationListSpec = {
  views: ["submitted", "approved", "rejected", "all"],
  sorts: ["at"],
  sortOf: { approved: "-at", rejected: "-at", all: "-at" },
  filters: { cityId: "text" },
  fields: {
    name: "text",
    point: "text",
    district: "text",
    address: "text",
    phoneTail: "text",
    at: "moment",
    decidedAt: "moment",
    fromMiniProgram: "yes",
  },
} as const satisfies ListSpec;

export type ApplicationRow = {
  id: string;
  name: string;
  /** Masked. */
  phone: string;
  cityId: string;
  cityName: string;
  district: string;
  pointName: string;
  address: string;
  state: ApplicationState;
  createdAt: Date;
  decidedAt: Date | null;
};

export type ApplicationRecord = ApplicationRow & {
  lat: number;
  lng: number;
  about: string;
  decision: string | null;
  decidedByName: string | null;
  leaderId: string | null;
  fromMiniProgram: boolean;
};

/** What stands in the way of, or speaks about, an application: near points and namesakes. */
export type ApplicationEvidence = {
  near: { id: string; name: string; distanceM: number; leaderId: string | null; leaderName: string | null }[];
  samePhone: { id: string; state: ApplicationState; createdAt: Date }[];
};

export type LeaderRow = {
  id: string;
  name: string;
  /** Masked. */
  phone: string;
  cityId: string;
  cityName: string;
  level: number;
  state: LeaderState;
  points: { id: string; name: string }[];
  canBePaid: boolean;
  createdAt: Date;
};

export type LeaderRecord = LeaderRow & { residentId: string | null; version: number };
