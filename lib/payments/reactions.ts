import "server-only";
import { z } from "zod";
import { systemActor } from "#lib/identity/schema";
import { now } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { log } from "#lib/platform/log";
import type { Reaction } from "#lib/platform/news";
import type { Sweep } from "#lib/platform/sweep";
import { closePayment, pushRefund, pushShipping, pushTransfer, queryPayment } from "./commands";
import { noticeReceived } from "./events";
import { transferStateOf } from "./rules";
import { applyPayments, applyRefund, applyTransfer } from "./steps";

const stored = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("transaction"),
    outTradeNo: z.string(),
    transactionId: z.string().nullable(),
    state: z.string(),
    amountFen: z.number().nullable(),
    paidAt: z.coerce.date().nullable(),
  }),
  z.object({
    type: z.literal("refund"),
    outRefundNo: z.string(),
    refundId: z.string(),
    state: z.enum(["SUCCESS", "CLOSED", "PROCESSING", "ABNORMAL"]),
    at: z.coerce.date().nullable(),
  }),
  z.object({
    type: z.literal("mch_payment"),
    outBillNo: z.string(),
    transferBillNo: z.string(),
    state: z.string(),
    failReason: z.string().nullable(),
    at: z.coerce.date().nullable(),
  }),
]);
const refundStates = { SUCCESS: "success", CLOSED: "closed", PROCESSING: "processing", ABNORMAL: "abnormal" } as const;

export const reactions: Reaction[] = [
  {
    name: "payments.applyNotice",
    on: [noticeReceived],
    run: async (tx, event) => {
      const notice = await tx.channelNotice.findUniqueOrThrow({ where: { id: event.subjectId } });
      const said = stored.parse(notice.resource);
      if (said.type === "transaction" && said.state === "SUCCESS" && said.transactionId && said.amountFen !== null) {
        await applyPayments(tx, [
          {
            outTradeNo: said.outTradeNo,
            transactionId: said.transactionId,
            amountFen: said.amountFen,
            paidAt: said.paidAt ?? event.at,
          },
        ]);
      } else if (said.type === "refund") {
        await applyRefund(tx, {
          outRefundNo: said.outRefundNo,
          refundNo: said.refundId,
          state: refundStates[said.state],
          at: said.at,
        });
      } else if (said.type === "mch_payment") {
        await applyTransfer(tx, {
          outBillNo: said.outBillNo,
          transferBillNo: said.transferBillNo,
          state: transferStateOf(said.state),
          failReason: said.failReason,
          packageInfo: null,
          at: said.at,
        });
      }
      await tx.channelNotice.update({ where: { id: notice.id }, data: { appliedAt: now() } });
    },
  },
];

/** One failing row waits for its next turn; it does not stop the others. */
async function each(ids: { id: string }[], work: (id: string) => Promise<unknown>): Promise<number> {
  let done = 0;
  for (const { id } of ids) {
    try {
      await work(id);
      done++;
    } catch (error) {
      log.error(
        { id, error: error instanceof Error ? error.message : String(error) },
        "channel work failed and will be tried again",
      );
    }
  }
  return done;
}

const worker = systemActor("channel");
const batch = 100;

export const sweeps: Sweep[] = [
  {
    name: "payments.close",
    everySeconds: 5,
    run: async () =>
      each(
        await prisma.payment.findMany({
          where: {
            OR: [
              { state: { in: ["created", "prepaid"] }, expiresAt: { lte: now() } },
              { state: "closing", nextQueryAt: { lte: now() } },
            ],
          },
          select: { id: true },
          take: batch,
        }),
        (id) => closePayment(worker, id),
      ),
  },
  {
    name: "payments.query",
    everySeconds: 5,
    run: async () =>
      each(
        await prisma.payment.findMany({
          where: { state: "prepaid", nextQueryAt: { lte: now() }, expiresAt: { gt: now() } },
          select: { id: true },
          take: batch,
        }),
        (id) => queryPayment(worker, id),
      ),
  },
  {
    name: "payments.refunds",
    everySeconds: 3,
    run: async () =>
      each(
        await prisma.refund.findMany({
          where: { state: { in: ["requested", "submitted", "processing"] }, nextAttemptAt: { lte: now() } },
          orderBy: { nextAttemptAt: "asc" },
          select: { id: true },
          take: batch,
        }),
        (id) => pushRefund(worker, id),
      ),
  },
  {
    name: "payments.transfers",
    everySeconds: 3,
    run: async () =>
      each(
        await prisma.transfer.findMany({
          where: {
            state: { in: ["created", "accepted", "processing", "waitUserConfirm", "transferring", "cancelling"] },
            nextQueryAt: { lte: now() },
          },
          select: { id: true },
          take: batch,
        }),
        (id) => pushTransfer(worker, id),
      ),
  },
  {
    name: "payments.shipping",
    everySeconds: 5,
    run: async () =>
      each(
        await prisma.shippingReport.findMany({
          where: { state: "pending", nextAttemptAt: { lte: now() } },
          select: { id: true },
          take: batch,
        }),
        (id) => pushShipping(worker, id),
      ),
  },
];
