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
import { belowCostReasons } from "../catalog/rules";
import type { ListSpec } from "../kernel/list";
import type { Fen } from "../kernel/money";
import type { Day } from "../kernel/time";
import type { StrikeBasis } from "./schema/prices";

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
  views: ["current", "draft", "inReview", "asked", "done", "cancelled", "all"],
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

export const slotStates = ["draft", "inReview", "published", "cancelled"] as const satisfies readonly SlotState[];

/** What the list of slots may be asked; `current` and `done` go by the clock. */
export const slotListSpec = {
  views: ["current", "draft", "inReview", "done", "cancelled", "all"],
  sorts: ["-startsAt"],
  filters: { day: "day", kind: ["flash", "group"], cityId: "text" },
  fields: {
    state: slotStates,
    name: "text",
    startsAt: "moment",
    endsAt: "moment",
    businessDay: "day",
    session: "text",
    items: "number",
    sold: "number",
    goods: "text",
    paused: "moment",
    series: "text",
  },
} as const satisfies ListSpec;

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
  listPriceBasis: StrikeBasis | null;
  listPriceDay: Day | null;
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

/** A slot in a list: what it sells in all. */
export type SlotRow = Omit<SlotView, "items"> & {
  cityIds: string[];
  items: number;
  quota: number;
  held: number;
  sold: number;
};

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
  /** The first of the supplier's papers to run out; null when none does. */
  paperDay: Day | null;
};

/** Everything that can be wrong with a plan. */
export const conflictCodes = [
  "noItems",
  "noPoints",
  "noQuota",
  "past",
  "windowsOverlap",
  "slotOutside",
  "notInSession",
  "flashNotCheaper",
  "quotaOverSession",
  "quotaOverAllotted",
  "notListed",
  "supplierSuspended",
  "documentExpired",
  "supplierClosed",
  "leadTime",
  "belowCost",
  "marginUnderRule",
  "capsLater",
] as const;
export type ConflictCode = (typeof conflictCodes)[number];
export type ConflictFix =
  | { kind: "moveTo"; startsAt: string; endsAt: string }
  | { kind: "removeItem"; offerId: string }
  | { kind: "lowerQuota"; offerId: string; quota: number }
  | { kind: "open"; href: string };
/**
 * One thing wrong with a plan: a `block` is refused on saving, a `warn` is told. `belowCost` and `marginUnderRule` are warnings that
 * a second person must approve. `offerId` is the item (null: the whole session or slot); instants ISO 8601.
 */
export type Conflict = {
  code: ConflictCode;
  severity: "block" | "warn";
  offerId: string | null;
  name: string | null;
  /** The other party of an overlap: its slot's (or session's) page. */
  other: { id: string; name: string; href: string; startsAt: string; endsAt: string } | null;
  facts: Record<string, string | number>;
  fix: ConflictFix | null;
};

/** A change somebody thinks of: as the command's input, with what kind it is. */
export type ScheduleChange =
  | { kind: "publishSession"; sessionId: string }
  | { kind: "publishSlot"; slotId: string }
  | { kind: "moveSlot" | "copySlot"; slotId: string; startsAt: Date; endsAt: Date; sessionId?: string | undefined }
  | { kind: "moveSession"; sessionId: string; opensAt: Date; cutoffAt: Date; businessDay?: string | undefined }
  | {
      kind: "addSlot";
      sessionId: string;
      startsAt: Date;
      endsAt: Date;
      slotKind?: SlotKind;
      items: readonly { offerId: string; priceFen: number; quota: number }[];
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

const count = z.coerce.number().int("pieces").min(1, "pieces").max(9_999, "pieces");
export const offerLimitsInput = z.object({
  perOrder: count.optional(),
  perDay: count.optional(),
  perCampaign: count.optional(),
  lifetime: count.optional(),
  household: count.optional(),
  newCustomersOnly: z.literal(true).optional(),
});
export const minimumInput = z.object({
  count: z.coerce.number().int("pieces").min(1, "pieces").max(1_000_000, "pieces"),
  unit: z.enum(["buyers", "pieces"]),
  scope: z.enum(["campaign", "point"]),
});
const groupInput = z.object({
  size: z.coerce.number().int().min(2).max(100),
  minutes: z.coerce.number().int().min(1).max(4_320),
  scope: z.enum(["city", "leader"]),
});
/** Why a price under the supply price is lawful, and the words for it. */
const loss = {
  lossReason: z.enum(belowCostReasons).nullish(),
  lossNote: z.string().trim().max(200).nullish(),
};

/** Changes in a session's grid: only what is given changes. */
export const changeItemInput = z.object({
  offerId: id,
  quota: pieces.optional(),
  /** What the person saw before typing: somebody else's change meanwhile is refused. */
  seenQuota: pieces.optional(),
  seenLimit: limit,
  perPersonLimit: limit,
  commissionBp: z.coerce.number().int().min(0).max(5_000).nullish(),
  limits: offerLimitsInput.nullish(),
  minimum: minimumInput.nullish(),
  ...loss,
});
export type ChangeItemInput = z.infer<typeof changeItemInput>;
export const changePriceInput = z.object({
  offerId: id,
  priceFen: fenText,
  /** The price the person saw before typing. */
  seenFen: fenText.optional(),
  reason: z.string().trim().max(200).optional(),
  ...loss,
});
export const offerRefInput = z.object({ offerId: id, reason: z.string().trim().max(200).optional() });
export const stopOfferInput = z.object({ offerId: id, reason: z.string().trim().min(2, "required").max(200) });
export const removeItemsInput = z.object({ offerIds: z.array(id).min(1).max(500) });
export const sessionRefInput = z.object({ sessionId: id });
export const pauseSessionInput = sessionRefInput.extend({ reason: z.string().trim().min(2, "required").max(200) });
export const returnSessionInput = sessionRefInput.extend({ note: z.string().trim().min(2, "required").max(200) });
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
  limits: offerLimitsInput.nullish(),
  minimum: minimumInput.nullish(),
  ...loss,
});
export const addFlashSlotInput = z.object({
  sessionId: id,
  name,
  startsAt: z.coerce.date(),
  endsAt: z.coerce.date(),
  kind: z.enum(["flash", "group"]).default("flash"),
  group: groupInput.nullish(),
  items: z.array(flashItemInput).min(1, "required").max(100),
  publish: z.boolean().default(false),
});
type FlashSlotInput = z.infer<typeof addFlashSlotInput>;
export type AddFlashSlotInput = Omit<FlashSlotInput, "kind" | "publish"> &
  Partial<Pick<FlashSlotInput, "kind" | "publish">>;
export const slotRefInput = z.object({ slotId: id, reason: z.string().trim().max(200).optional() });
export const pauseSlotInput = z.object({ slotId: id, reason: z.string().trim().min(2, "required").max(200) });
export const returnSlotInput = z.object({ slotId: id, note: z.string().trim().min(2, "required").max(200) });

const version = z.coerce.number().int();
export const moveSlotInput = z.object({
  slotId: id,
  startsAt: z.coerce.date(),
  endsAt: z.coerce.date(),
  sessionId: id.optional(),
  version,
});
export type MoveSlotInput = z.infer<typeof moveSlotInput>;
export const copySlotInput = moveSlotInput.omit({ version: true });
export type CopySlotInput = z.infer<typeof copySlotInput>;
export const moveSessionInput = z.object({
  sessionId: id,
  opensAt: z.coerce.date(),
  cutoffAt: z.coerce.date(),
  businessDay: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/, "day")
    .optional(),
  version,
});
export type MoveSessionInput = z.infer<typeof moveSessionInput>;

export const priceEndings = ["none", "x9", "x90"] as const;
/** `value`: fen, or percent in basis points; negative lowers. `ending`: the price ends with 9 fen, or with 90. */
export const priceStepInput = z.object({
  unit: z.enum(["fen", "bp"]),
  value: z.coerce.number().int().min(-1_000_000).max(1_000_000),
  ending: z.enum(priceEndings).default("none"),
});
export type PriceStepInput = z.infer<typeof priceStepInput>;
const editFields = {
  price: priceStepInput.optional(),
  quota: pieces.optional(),
  perPersonLimit: limit,
  commissionBp: z.coerce.number().int().min(0).max(5_000).nullish(),
};
/** Changes of many items at once: only what is given changes; `seen` is each item's price and quota when the preview was drawn. */
export const bulkEditInput = z.object({
  sessionId: id,
  items: z
    .array(z.object({ offerId: id, seenFen: fenText, seenQuota: pieces }))
    .min(1, "required")
    .max(500),
  ...editFields,
  reason: z.string().trim().max(200).optional(),
});
export type BulkEditInput = z.infer<typeof bulkEditInput>;
export type BulkEdit = Pick<BulkEditInput, keyof typeof editFields>;

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, "day");
export const cloneWeekInput = z.object({ fromDay: day, toDay: day });
/** Hours at which slots usually begin. */
export const slotHours = [8, 10, 12, 15, 18, 20, 21] as const;
export const seriesItemInput = z.object({
  skuId: id,
  priceFen: fenText,
  quota: pieces.min(1, "pieces"),
  perPersonLimit: limit,
});
export const addSeriesInput = z.object({
  name,
  fromDay: day,
  toDay: day,
  hours: z.array(z.coerce.number().int().min(0).max(23)).min(1, "required").max(12),
  minutes: z.coerce.number().int().min(10).max(720),
  items: z.array(seriesItemInput).min(1, "required").max(100),
});
export type AddSeriesInput = z.infer<typeof addSeriesInput>;
export const seriesRefInput = z.object({ seriesId: id, reason: z.string().trim().min(2, "required").max(200) });
export const changeSeriesInput = z.object({
  seriesId: id,
  items: z.array(seriesItemInput).min(1, "required").max(100),
});

/** What a template keeps of an item. */
export const templateItems = z.array(
  z.object({
    skuId: z.string(),
    priceFen: z.number().int(),
    quota: z.number().int(),
    perPersonLimit: z.number().int().nullable(),
    commissionBp: z.number().int().nullable(),
    limits: offerLimitsInput.nullable(),
  }),
);
export type TemplateItems = z.infer<typeof templateItems>;
export type TemplateView = { id: string; name: string; kind: "session" | "slot"; items: number; createdAt: Date };
export const saveTemplateInput = z
  .object({ name, sessionId: id.optional(), slotId: id.optional() })
  .refine((e) => (e.sessionId === undefined) !== (e.slotId === undefined), "required");
export const templateRefInput = z.object({ templateId: id });
export const fillFromTemplateInput = z.object({
  templateId: id,
  sessionId: id,
  startsAt: z.coerce.date().optional(),
  endsAt: z.coerce.date().optional(),
});
export const decidePriceInput = z.object({ requestId: id, approve: z.coerce.boolean() });
export type PriceRequestView = {
  id: string;
  offerId: string;
  name: string;
  sessionId: string;
  fromFen: Fen;
  priceFen: Fen;
  supplyPriceFen: Fen;
  marginBp: number;
  lossReason: LossReason | null;
  lossNote: string | null;
  reason: string | null;
  requestedAt: Date;
  requestedBy: string;
  byName: string;
};
