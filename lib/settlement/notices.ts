import "server-only";
import { type Fen, yuan } from "#lib/kernel/money";
import { say } from "#lib/notifications/steps";
import type { Tx } from "#lib/platform/db";
import { unseal } from "#lib/platform/pii";
import words from "#lib/words/settlement.zh";
import type { WithdrawalEvent } from "./rules";

const fill = (sentence: string, facts: Record<string, string>): string =>
  sentence.replace(/\{(\w+)\}/g, (_, name: string) => facts[name] ?? "");

/** Tells the supplier's contact that a statement waits to be confirmed. */
export async function tellSupplier(
  tx: Tx,
  e: { supplierId: string; from: string; to: string; closing: Fen },
): Promise<void> {
  const supplier = await tx.supplier.findUnique({ where: { id: e.supplierId }, select: { phoneCipher: true } });
  if (!supplier) return;
  await say(tx, {
    channel: "sms",
    recipientKind: "supplier",
    recipientId: e.supplierId,
    address: unseal(supplier.phoneCipher, "supplier.phone"),
    template: "statementSent",
    body: fill(words.notices.statement, { from: e.from, to: e.to, amount: yuan(e.closing) }),
  });
}

const sentences: Partial<Record<WithdrawalEvent, { template: string; words: string }>> = {
  await: { template: "withdrawalConfirm", words: words.notices.confirm },
  succeed: { template: "withdrawalPaid", words: words.notices.paid },
  reject: { template: "withdrawalBack", words: words.notices.back },
  fail: { template: "withdrawalBack", words: words.notices.back },
  expire: { template: "withdrawalBack", words: words.notices.back },
  cancel: { template: "withdrawalBack", words: words.notices.back },
  return: { template: "withdrawalBack", words: words.notices.back },
};

/** Tells a leader where her money is: to be confirmed, arrived, or back with the reason. */
export async function tellLeader(
  tx: Tx,
  e: { leaderId: string; event: WithdrawalEvent; amount: Fen; reason: string | null },
): Promise<void> {
  const sentence = sentences[e.event];
  const leader = sentence && (await tx.leader.findUnique({ where: { id: e.leaderId }, select: { openid: true } }));
  if (!sentence || !leader?.openid) return;
  const known: Record<string, string> = words.payouts.reasons;
  await say(tx, {
    channel: "wechat",
    recipientKind: "leader",
    recipientId: e.leaderId,
    address: leader.openid,
    template: sentence.template,
    body: fill(sentence.words, { amount: yuan(e.amount), reason: known[e.reason ?? ""] ?? e.reason ?? "—" }),
  });
}
