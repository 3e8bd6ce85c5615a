import { z } from "zod";
import type {
  GroupScope,
  LossReason,
  MinimumScope,
  MinimumUnit,
  OfferLayer,
  OfferState,
  SessionState,
  SlotKind,
  SlotState,
} from "#lib/generated/prisma/enums";
import type { ListSpec } from "../kernel/list";
import type { Fen } from "../kernel/money";
import type { Day } from "../kernel/time";

/**
 * What is sold when, where and for how much. Promises: a session is one business day's sale with an opening and a cut-off;
 * every price stands in an offer (layer × SKU × city × window), and no two active offers of one layer overlap; a flash slot
 * lies inside its session and its pieces are carved out of the session's pool and given back; a published price only falls,
 * a rise closes the offer and opens a successor; every price is written down with who and when; a struck-through price has evidence.
 */
export const sessionStates = [
  "draft",
  "inReview",
  "published",
  "cutOff",
  "locked",
  "finished",
  "cancelled",
] as const satisfies readonly SessionState[];

/** What the list of sessions may be asked. */
export const sessionListSpec = {
  views: ["current", "draft", "done", "cancelled", "all"],
  sorts: ["-businessDay", "cutoffAt"],
  filters: { day: "day", cityId: "text" },
  fields: {
    state: sessionStates,
    businessDay: "day",
    opensAt: "moment",
    cutoffAt: "moment",
    name: "text",
    items: "number",
    slots: "number",
    sold: "number",
    goods: "text",
    createdAt: "moment",
  },
} as const satisfies ListSpec;

/** What an offer may limit besides `perPersonLimit` (pieces of this offer a person). Pieces; a household counts its people together over the campaign. */
export type OfferLimits = {
  perOrder?: number;
  perDay?: number;
  perCampaign?: number;
  lifetime?: number;
  household?: number;
  newCustomersOnly?: true;
};

/** The offer stands only when so many buyers or pieces come, over the campaign or at each point by itself. */
export type Minimum = { count: number; unit: MinimumUnit; scope: MinimumScope };

/** An offer as orders and the API see it. Instants UTC, half-open window `[startsAt, endsAt)`; `available` = quota − held − sold. */
export type OfferView = {
  id: string;
  layer: OfferLayer;
  saleSessionId: string;
  flashSlotId: string | null;
  skuId: string;
  productId: string;
  supplierId: string;
  categoryId: string;
  cityId: string;
  startsAt: Date;
  endsAt: Date;
  cutoffAt: Date;
  businessDay: Day;
  state: OfferState;
  name: string;
  spec: string;
  unit: string;
  picture: string;
  pictureFileId: string | null;
  isFresh: boolean;
  priceFen: Fen;
  listPriceFen: Fen | null;
  listPriceBasis: string | null;
  supplyPriceFen: Fen;
  commissionBp: number | null;
  perPersonLimit: number | null;
  limits: OfferLimits | null;
  lossReason: LossReason | null;
  lossNote: string | null;
  minimum: Minimum | null;
  /** A group campaign's terms; null on other layers. */
  group: { size: number; minutes: number; scope: GroupScope } | null;
  /** Held by a person: the session, the slot or the item itself. */
  isPaused: boolean;
  stockPoolId: string;
  leadDays: number;
  sort: number;
  quota: number;
  held: number;
  sold: number;
  available: number;
};

export type SessionView = {
  id: string;
  name: string;
  businessDay: Day;
  opensAt: Date;
  cutoffAt: Date;
  lateNoticeMinutes: number;
  state: SessionState;
  cityIds: string[];
  publishedAt: Date | null;
  cutOffAt: Date | null;
  lockedAt: Date | null;
  clonedFromId: string | null;
  pausedAt: Date | null;
  submittedBy: string | null;
  submittedAt: Date | null;
  approvedBy: string | null;
  reviewNote: string | null;
  version: number;
};

export type SessionRow = SessionView & { items: number; quota: number; held: number; sold: number; slots: number };

export type SlotView = {
  id: string;
  saleSessionId: string;
  sessionName: string;
  businessDay: Day;
  name: string;
  startsAt: Date;
  endsAt: Date;
  state: SlotState;
  kind: SlotKind;
  pausedAt: Date | null;
  group: { size: number; minutes: number; scope: GroupScope } | null;
  seriesId: string | null;
  submittedBy: string | null;
  reviewNote: string | null;
  version: number;
  items: OfferView[];
};

/** What a session's item must satisfy at publishing, from the catalogue as it stands. */
export type Goods = {
  skuId: string;
  productId: string;
  name: string;
  spec: string;
  unit: string;
  categoryId: string;
  supplierId: string;
  supplierName: string;
  supplierIsActive: boolean;
  isListed: boolean;
  supplyPriceFen: Fen;
  salePriceFen: Fen | null;
  msrpFen: Fen | null;
  commissionBp: number | null;
  dailyQuota: number | null;
  leadDays: number;
};

/** Why a session cannot be published, or (`isWarning`) what must be accepted knowingly. `offerId` is null for the whole session. */
export const problemCodes = [
  "noItems",
  "cutoffPassed",
  "noPoints",
  "notListed",
  "supplierSuspended",
  "noQuota",
  "belowCost",
] as const;
export type PublishProblem = {
  code: (typeof problemCodes)[number];
  isWarning: boolean;
  offerId: string | null;
  name: string | null;
};
/** What is new against the previous session of the same cities. */
export type Difference = { added: number; removed: number; dearer: number; cheaper: number; same: number };

/** A session's item in the grid: the offer with what the catalogue says now and its margin in basis points. */
export type ItemView = OfferView & {
  supplierName: string;
  isListed: boolean;
  supplierIsActive: boolean;
  marginBp: number;
};
export type SessionTotals = {
  state: SessionState;
  offers: { id: string; quota: number; held: number; sold: number }[];
};
export type ItemChoice = {
  skuId: string;
  name: string;
  spec: string;
  unit: string;
  supplierName: string;
  supplyPriceFen: Fen;
  salePriceFen: Fen | null;
  dailyQuota: number | null;
  leadDays: number;
  isIn: boolean;
};

const name = z.string().trim().min(1, "required").max(60, "tooLong");
const id = z.string().min(1, "required");
const fenText = z.coerce.number().int("amount").min(1, "amount").max(100_000_000, "amount");
const pieces = z.coerce.number().int("pieces").min(0, "pieces").max(1_000_000, "pieces");
const limit = z.coerce.number().int("pieces").min(1, "pieces").max(9_999, "pieces").nullish();

export const draftSessionInput = z.object({
  name,
  businessDay: z.string().regex(/^\d{4}-\d{2}-\d{2}$/, "day"),
  opensAt: z.coerce.date(),
  cutoffAt: z.coerce.date(),
  lateNoticeMinutes: z.coerce.number().int().min(0).max(120).default(15),
  cityIds: z.array(id).min(1, "required"),
});
export type DraftSessionInput = z.infer<typeof draftSessionInput>;

export const editSessionInput = draftSessionInput.extend({ id, version: z.coerce.number().int() });
export type EditSessionInput = z.infer<typeof editSessionInput>;

/** One product of a session. Price, quota and limit default to the catalogue's; `cityId` null means every city of the session. */
export const itemInput = z.object({
  skuId: id,
  cityId: id.nullish(),
  priceFen: fenText.optional(),
  quota: pieces.optional(),
  perPersonLimit: limit,
  commissionBp: z.coerce.number().int().min(0).max(5_000).nullish(),
});
export const addItemsInput = z.object({ sessionId: id, items: z.array(itemInput).min(1, "required").max(500) });
export type AddItemsInput = z.infer<typeof addItemsInput>;

/** Changes in a session's grid: only what is given changes. */
export const changeItemInput = z.object({
  offerId: id,
  quota: pieces.optional(),
  /** What the person saw before typing: somebody else's change meanwhile is refused. */
  seenQuota: pieces.optional(),
  seenLimit: limit,
  perPersonLimit: limit,
  commissionBp: z.coerce.number().int().min(0).max(5_000).nullish(),
});
export type ChangeItemInput = z.infer<typeof changeItemInput>;
export const changePriceInput = z.object({
  offerId: id,
  priceFen: fenText,
  /** The price the person saw before typing. */
  seenFen: fenText.optional(),
  reason: z.string().trim().max(200).optional(),
});
export const offerRefInput = z.object({ offerId: id, reason: z.string().trim().max(200).optional() });
export const removeItemsInput = z.object({ offerIds: z.array(id).min(1).max(500) });
export const sessionRefInput = z.object({ sessionId: id });
export const publishSessionInput = z.object({ sessionId: id, acceptLoss: z.boolean().default(false) });
export const cancelSessionInput = z.object({ sessionId: id, reason: z.string().trim().min(2, "required").max(200) });
export const cloneSessionInput = z.object({
  fromId: id,
  businessDay: z.string().regex(/^\d{4}-\d{2}-\d{2}$/, "day"),
  name: name.optional(),
});

export const flashItemInput = z.object({
  offerId: id,
  priceFen: fenText,
  quota: pieces.min(1, "pieces"),
  perPersonLimit: limit,
});
export const addFlashSlotInput = z.object({
  sessionId: id,
  name,
  startsAt: z.coerce.date(),
  endsAt: z.coerce.date(),
  items: z.array(flashItemInput).min(1, "required").max(100),
  publish: z.boolean().default(false),
});
export type AddFlashSlotInput = z.infer<typeof addFlashSlotInput>;
export const slotRefInput = z.object({ slotId: id, reason: z.string().trim().max(200).optional() });
