import "server-only";
import { record } from "#lib/audit/steps";
import { systemActor } from "#lib/identity/schema";
import { dateOf, dayFromDate } from "#lib/kernel/time";
import { say } from "#lib/notifications/steps";
import { now, today } from "#lib/platform/clock";
import { prisma, transact } from "#lib/platform/db";
import type { Reaction } from "#lib/platform/news";
import { unseal } from "#lib/platform/pii";
import type { Sweep } from "#lib/platform/sweep";
import { messages } from "#lib/words/index";
import { type DocumentKind, remindFrom } from "./rules";

export const reactions: Reaction[] = [];

/** Tells a supplier once that a paper runs out within thirty days; a paper renewed meanwhile is not mentioned. */
async function remindOfExpiry(): Promise<number> {
  const actor = systemActor("papers");
  const day = today();
  const due = await prisma.supplierDocument.findMany({
    where: { supplierId: { not: null }, remindedAt: null, expiresDay: { lte: dateOf(remindFrom(day)) } },
    include: { supplier: true },
    orderBy: { id: "asc" },
    take: 100,
  });
  const words = messages("zh-CN").suppliers;
  for (const paper of due) {
    await transact(async (tx) => {
      const taken = await tx.supplierDocument.updateMany({
        where: { id: paper.id, remindedAt: null },
        data: { remindedAt: now() },
      });
      const supplier = paper.supplier;
      if (taken.count !== 1 || !supplier || !paper.expiresDay) return;
      const newer = await tx.supplierDocument.count({
        where: {
          supplierId: supplier.id,
          kind: paper.kind,
          OR: [{ expiresDay: null }, { expiresDay: { gt: paper.expiresDay } }],
        },
      });
      if (newer > 0) return;
      const expires = dayFromDate(paper.expiresDay);
      await say(tx, {
        channel: "sms",
        recipientKind: "supplier",
        recipientId: supplier.id,
        address: unseal(supplier.phoneCipher, "supplier.phone"),
        template: "paperExpires",
        body: words.messages.paperExpires
          .replace("{paper}", words.documents[paper.kind as DocumentKind])
          .replace("{day}", expires),
      });
      await record(tx, actor, {
        deed: "suppliers.remind",
        subjectType: "supplier",
        subjectId: supplier.id,
        after: { kind: paper.kind, expiresDay: expires },
      });
    });
  }
  return due.length;
}

export const sweeps: Sweep[] = [{ name: "suppliers.papers", everySeconds: 3600, run: remindOfExpiry }];
