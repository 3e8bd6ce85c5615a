import "server-only";
import { z } from "zod";
import { type Day, daysBetween } from "#lib/kernel/time";
import { prisma } from "#lib/platform/db";
import { maskAccount, maskPhoneTail } from "#lib/platform/pii";
import { askedIn, type Facts, type FieldName, kindOfField, type Review, sealedFields } from "./rules";
import type { DocumentView, ReviewItem } from "./schema";

type Dossier = {
  fields: string[];
  facts: Facts;
  documents: DocumentView[];
  review: Review;
  day: Day;
  isDuplicate: boolean;
};

const groupOf = (field: string): ReviewItem["group"] =>
  kindOfField(field)
    ? "papers"
    : (["bankHolder", "bankName", "bankAccount"] as string[]).includes(field)
      ? "account"
      : (["categoryIds", "cityIds", "goods"] as string[]).includes(field)
        ? "goods"
        : "subject";

/** What the machine can say about an item, so that the reviewer looks where it matters. */
function noteOf(field: string, { facts, documents, day, isDuplicate }: Dossier): ReviewItem["note"] {
  if (field === "creditCode" || field === "identityNumber") {
    return isDuplicate ? { code: "duplicate", facts: {}, level: "bad" } : { code: "checksum", facts: {}, level: "ok" };
  }
  if (field === "bankHolder") {
    const isSame = (facts.bankHolder ?? "").trim() === (facts.name ?? "").trim();
    return isSame
      ? { code: "holderSame", facts: {}, level: "ok" }
      : { code: "holderDiffers", facts: {}, level: "warn" };
  }
  const kind = kindOfField(field);
  if (!kind) return null;
  const shown = documents.filter((d) => d.kind === kind);
  if (shown.length === 0) return { code: "missing", facts: {}, level: "bad" };
  const expires = shown
    .map((d) => d.expiresDay)
    .filter((d) => d !== null)
    .toSorted()[0];
  if (!expires) return { code: "pages", facts: { count: shown.length }, level: "ok" };
  const days = daysBetween(day, expires);
  if (days < 0) return { code: "expired", facts: { days: -days }, level: "bad" };
  return { code: days <= 30 ? "expiresSoon" : "expires", facts: { days }, level: days <= 30 ? "warn" : "ok" };
}

function valueText(field: string, { facts, documents }: Dossier): string {
  const kind = kindOfField(field);
  if (kind) {
    const expires = documents
      .filter((d) => d.kind === kind)
      .map((d) => d.expiresDay)
      .filter((d) => d !== null)
      .toSorted()[0];
    return expires ?? "";
  }
  const value = facts[field as FieldName] ?? "";
  if (field === "phone") return maskPhoneTail(value.slice(-4));
  return sealedFields.includes(field as FieldName) ? maskAccount(value.slice(-4)) : value;
}

/** Reasons given before, by item, most used first: nobody writes the same reason twice. */
async function reasonsByField(): Promise<Map<string, string[]>> {
  const rows = z.array(z.object({ field: z.string(), reason: z.string() })).parse(
    await prisma.$queryRaw`
        select asked->>'field' as field, asked->>'reason' as reason
        from (select verdicts from supplier_application where round > 1 or state = 'returned' order by changed_at desc limit 500) recent,
             jsonb_array_elements(recent.verdicts->'rounds') as round, jsonb_array_elements(round->'asked') as asked
        where asked->>'reason' <> ''
        group by 1, 2 order by count(*) desc, 2 limit 200`,
  );
  const reasons = new Map<string, string[]>();
  for (const { field, reason } of rows) reasons.set(field, [...(reasons.get(field) ?? []), reason].slice(0, 6));
  return reasons;
}

/** The reviewer's list, in the order of the form. */
export async function reviewItems(dossier: Dossier): Promise<ReviewItem[]> {
  const reasons = await reasonsByField();
  const asked = new Map(askedIn(dossier.review).map((a) => [a.field, a.reason]));
  return dossier.fields.map((field) => {
    const verdict = dossier.review.fields[field];
    const kind = kindOfField(field);
    return {
      field,
      group: groupOf(field),
      value: valueText(field, dossier),
      sealed: field === "phone" || sealedFields.includes(field as FieldName),
      note: noteOf(field, dossier),
      verdict: verdict?.verdict ?? null,
      reason: verdict?.reason ?? null,
      judgedBy: verdict?.byName ?? null,
      askedBefore: asked.get(field) ?? null,
      reasons: reasons.get(field) ?? [],
      documentIds: kind ? dossier.documents.filter((d) => d.kind === kind).map((d) => d.id) : [],
    };
  });
}
