import type { ListSpec } from "../../kernel/list";
import type { Fen } from "../../kernel/money";
import type { Day } from "../../kernel/time";
import { bases } from "../schema";

/** The lines of paid orders: the rows behind a number that is only a part of orders. */
export const lineListSpec = {
  sorts: ["-id", "-paidFen"],
  filters: {
    byDay: bases,
    from: "day",
    to: "day",
    hour: Array.from({ length: 24 }, (_, i) => String(i)),
    cityId: "text",
    leaderId: "text",
    supplierId: "text",
    skuId: "text",
    categoryId: "text",
    saleSessionId: "text",
    flashSlotId: "text",
    plain: "yes",
    couponTemplateId: "text",
    refunded: "yes",
  },
} as const satisfies ListSpec;

export type LineRow = {
  id: string;
  orderId: string;
  orderNo: string;
  product: string;
  spec: string;
  leaderName: string;
  supplierName: string;
  paidAt: Date | null;
  pickupDay: Day;
  /** To deliver: ordered less cancelled and short. */
  pieces: number;
  paidFen: Fen;
  refundedFen: Fen;
  costFen: Fen;
  commissionFen: Fen;
};
