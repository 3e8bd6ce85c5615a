"use client";
import { useTranslations } from "next-intl";
import { type Condition, kindOfField, type Operator, operators } from "#lib/kernel/list";
import { yuan } from "#lib/kernel/money";
import type { Labels } from "./labels";
import type { Fields } from "./props";

/** Operators a field offers, each with its word. */
export function useOperators() {
  const t = useTranslations("ui.list.where.ops");
  const dayWords = { eq: "on", gte: "from", lte: "until", last: "last" } as const;
  return (spec: Fields[string]): { op: Operator; word: string }[] => {
    const kind = kindOfField(spec);
    const isDay = kind === "day" || kind === "moment";
    return operators[kind].map((op: Operator) => ({
      op,
      word: t(isDay && op in dayWords ? dayWords[op as keyof typeof dayWords] : op),
    }));
  };
}

/** A condition in words: the field, and what is asked of it. */
export function useConditionText(fields: Fields, labels: Labels) {
  const t = useTranslations("ui.list");
  const operatorsOf = useOperators();
  return ({ field, op, value }: Condition): { label: string; text: string } => {
    const spec = fields[field] ?? "text";
    const kind = kindOfField(spec);
    const label = labels[field]?.label ?? field;
    if (op === "empty") return { label, text: t(value === "1" ? "where.isEmpty" : "where.notEmpty") };
    if (op === "last") return { label, text: t("where.lastDays", { n: Number(value) }) };
    if (kind === "yes") return { label, text: t(value === "1" ? "yes" : "where.no") };
    const nameOf = (word: string) => labels[field]?.options?.find((o) => o.value === word)?.label ?? word;
    const said =
      kind === "money"
        ? yuan(Number(value))
        : kind === "number"
          ? Number(value).toLocaleString("en-US")
          : kind === "choice" || kind === "ref"
            ? value.split(",").map(nameOf).join(" / ")
            : value;
    const word =
      op === "in" || (op === "eq" && kind !== "number" && kind !== "money")
        ? ""
        : operatorsOf(spec).find((o) => o.op === op)?.word;
    return { label, text: word ? `${word} ${said}` : said };
  };
}
