import "server-only";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { type Fen, fen } from "#lib/kernel/money";
import { Refusal } from "#lib/kernel/refusal";
import { prisma } from "#lib/platform/db";
import { channel } from "./channel";
import type { PaymentState } from "./schema";

/** Who opened the mini program, from the code of `wx.login`. Refuses: wechatCode (wrong or used), channelDown (no clear answer). */
export async function openidOfCode(code: string): Promise<string> {
  if (!code || code.length > 200) throw new Refusal("wechatCode");
  const answer = await channel().code2session(code);
  if (answer.kind === "refused") throw new Refusal("wechatCode");
  if (answer.kind !== "ok") throw new Refusal("channelDown");
  return answer.openid;
}

/** The mobile number a person agreed to hand over (`getPhoneNumber`). Refuses: wechatCode, channelDown, phoneForeign. */
export async function phoneOfCode(code: string): Promise<string> {
  if (!code || code.length > 200) throw new Refusal("wechatCode");
  const answer = await channel().phoneNumber(code);
  if (answer.kind === "refused") throw new Refusal("wechatCode");
  if (answer.kind !== "ok") throw new Refusal("channelDown");
  if (answer.countryCode !== "86") throw new Refusal("phoneForeign");
  return answer.phone;
}

export type PaymentView = {
  id: string;
  orderId: string;
  state: PaymentState;
  amountFen: Fen;
  expiresAt: Date;
  paidAt: Date | null;
};

/** A resident's own payment as we know it now. Refuses: notFound, forbidden. */
export async function paymentOf(actor: Actor, paymentId: string): Promise<PaymentView> {
  const payment = await prisma.payment.findUnique({ where: { id: paymentId } });
  if (!payment) throw new Refusal("notFound");
  authorise(actor, "orders.see", { residentId: payment.residentId });
  return {
    id: payment.id,
    orderId: payment.orderId,
    state: payment.state,
    amountFen: fen(payment.amountFen),
    expiresAt: payment.expiresAt,
    paidAt: payment.successAt,
  };
}
