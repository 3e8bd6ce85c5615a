import "server-only";
import { z } from "zod";
import type { SupplierApplication } from "#lib/generated/prisma/client";
import { dayFromDate } from "#lib/kernel/time";
import type { Db } from "#lib/platform/db";
import { seal, unseal } from "#lib/platform/pii";
import {
  emptyReview,
  type Facts,
  type FieldName,
  type Goods,
  type Paper,
  type Review,
  type SubjectType,
} from "./rules";

/** How an application's facts lie in its row: plain ones as text, sealed ones as cipher and last characters. */
const stored = z.record(z.string(), z.union([z.string(), z.object({ sealed: z.string(), tail: z.string() })]));
export type Stored = z.infer<typeof stored>;

const place = (field: string): string => `supplier_application.${field}`;
export const storedOf = (row: { fields: unknown }): Stored => stored.parse(row.fields);
export const sealField = (field: FieldName, value: string) => ({
  sealed: seal(value, place(field)),
  tail: value.slice(-4),
});

/** All facts in the clear, for checks and for making the supplier; never leaves the server. */
export function openFacts(row: SupplierApplication): Facts {
  const facts: Facts = { subjectType: row.subjectType as SubjectType };
  for (const [field, value] of Object.entries(storedOf(row))) {
    facts[field as FieldName] = (typeof value === "string" ? value : unseal(value.sealed, place(field))) as never;
  }
  if (row.phoneCipher) facts.phone = unseal(row.phoneCipher, place("phone"));
  facts.subjectType = row.subjectType as SubjectType;
  return facts;
}

const round = z.object({
  round: z.number(),
  returnedAt: z.string(),
  byName: z.string(),
  asked: z.array(z.object({ field: z.string(), reason: z.string() })),
});
const verdict = z.object({
  verdict: z.enum(["ok", "fix"]),
  reason: z.string().nullable(),
  byName: z.string(),
  at: z.string(),
  round: z.number(),
});
const review = z.object({ fields: z.record(z.string(), verdict), rounds: z.array(round) });

export function reviewOf(row: { verdicts: unknown }): Review {
  const read = review.safeParse(row.verdicts);
  return read.success ? read.data : emptyReview;
}

export const papersOf = (documents: { kind: string; expiresDay: Date | null }[]): Paper[] =>
  documents.map((d) => ({
    kind: d.kind as Paper["kind"],
    expiresDay: d.expiresDay ? dayFromDate(d.expiresDay) : null,
  }));

/** Whether the chosen categories are food and fresh; what is not household is food. */
export async function goodsOf(db: Db, categoryIds: string | undefined): Promise<Goods[]> {
  const ids = (categoryIds ?? "").split(",").filter(Boolean);
  if (ids.length === 0) return [];
  const rows = await db.category.findMany({
    where: { id: { in: ids } },
    select: { id: true, parentId: true, isFresh: true },
  });
  return rows.map((r) => ({ isFresh: r.isFresh, isFood: r.id !== "cat_household" && r.parentId !== "cat_household" }));
}

/** Whether another supplier, or another application still under review, is the same legal subject. */
export async function isTaken(
  db: Db,
  own: string,
  creditCode: string | null,
  identityIndex: string | null,
): Promise<boolean> {
  if (!creditCode && !identityIndex) return false;
  const same = creditCode ? { creditCode } : { identityIndex };
  const [suppliers, applications] = await Promise.all([
    db.supplier.count({ where: same }),
    db.supplierApplication.count({ where: { ...same, id: { not: own }, state: { in: ["submitted", "returned"] } } }),
  ]);
  return suppliers + applications > 0;
}
