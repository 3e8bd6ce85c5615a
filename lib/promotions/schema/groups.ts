import { z } from "zod";
import type { GroupState } from "#lib/generated/prisma/enums";
import type { Minimum } from "../../campaigns/schema";
import type { ListSpec } from "../../kernel/list";
import type { Fen } from "../../kernel/money";

export type { GroupState };
export const groupStates = ["open", "formed", "failed"] as const satisfies readonly GroupState[];

/** What an order asks of groups: to open one of a campaign (a slot), or to join one. */
export const groupAsk = z.union([
  z.object({ campaignId: z.string().max(28) }),
  z.object({ groupId: z.string().max(28) }),
]);
export type GroupAsk = z.infer<typeof groupAsk>;

/** What the list of groups may be asked. */
export const groupListSpec = {
  views: ["open", "formed", "failed", "all"],
  sorts: ["-openedAt", "expiresAt"],
  filters: { slotId: "text", cityId: "text" },
  fields: {
    state: groupStates,
    size: "number",
    paid: "number",
    openedAt: "moment",
    expiresAt: "moment",
    goods: "text",
  },
} as const satisfies ListSpec;

/** A group with its goods; `taken` seats include those whose payment is still under way. */
export type GroupView = {
  id: string;
  state: GroupState;
  offerId: string;
  flashSlotId: string;
  slotName: string;
  saleSessionId: string;
  cityId: string;
  /** Only for campaigns within one leader's residents. */
  leaderId: string | null;
  leaderName: string | null;
  skuId: string;
  productId: string;
  name: string;
  spec: string;
  picture: string;
  priceFen: Fen;
  size: number;
  taken: number;
  paid: number;
  openedAt: Date;
  expiresAt: Date;
  decidedAt: Date | null;
  settledAt: Date | null;
};

export type GroupMemberView = {
  orderId: string;
  residentId: string;
  nickname: string;
  pieces: number;
  state: "held" | "paid" | "left";
  orderState: string;
  joinedAt: Date;
  isOpener: boolean;
};

/** How a group campaign goes: groups by what became of them, and how many of the seats asked for were bought for good. */
export type GroupTotals = {
  opened: number;
  open: number;
  formed: number;
  failed: number;
  /** People who took a seat; those who paid for it; those whose group formed. */
  joined: number;
  paid: number;
  kept: number;
  conversionBp: number;
};

/** How near an offer is to its minimum: what is paid for, at how many of the points where somebody bought it is reached, what was decided. */
export type MinimumView = {
  offerId: string;
  name: string;
  spec: string;
  cityId: string;
  minimum: Minimum;
  reached: number;
  pointsReached: number;
  points: number;
  decidedAt: Date | null;
  refundedPieces: number;
};

/** A nickname as strangers see it: its first character alone. */
export const maskedName = (nickname: string): string => `${[...nickname][0] ?? ""}**`;
