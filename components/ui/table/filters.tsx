"use client";
import { ChevronDown, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { type Condition, writeCondition } from "#lib/kernel/list";
import { yuan } from "#lib/kernel/money";
import { Button } from "../button";
import { Icon } from "../icon";
import { Menu } from "../menu";
import { countText } from "./labels";
import type { Go, ListFilter, ListProps, Total } from "./props";

/** What narrows the list, as one word; its text opens it for change, its cross removes it. */
function Chip({
  label,
  text,
  onEdit,
  editLabel,
  onRemove,
  removeLabel,
}: {
  label: string;
  text: string;
  onEdit?: () => void;
  editLabel?: string;
  onRemove: () => void;
  removeLabel: string;
}) {
  const words = (
    <>
      {label} <b>{text}</b>
    </>
  );
  return (
    <span className="inline-flex min-h-6.5 max-w-full items-center gap-1.5 rounded-chip bg-accent-soft pl-2 text-xs text-accent-soft-foreground">
      {onEdit ? (
        <button type="button" title={editLabel} className="min-h-6 min-w-0 text-left hover:underline" onClick={onEdit}>
          {words}
        </button>
      ) : (
        <span className="min-w-0">{words}</span>
      )}
      <button
        type="button"
        aria-label={removeLabel}
        className="grid size-6 flex-none place-items-center"
        onClick={onRemove}
      >
        <Icon of={X} size={12} />
      </button>
    </span>
  );
}

/** A quick filter's value as a chip says it; null when it is not asked. */
function filterText(filter: ListFilter, value: unknown, yes: string): string | null {
  if (value === undefined) return null;
  const words = [value].flat().map(String);
  if ("options" in filter)
    return words.map((word) => filter.options.find((o) => o.value === word)?.label ?? word).join(" / ");
  return value === true ? yes : words.join(" / ");
}

/** Everything that narrows the list, each to be changed or removed by itself. */
export function Chips({
  params,
  filters,
  textOf,
  go,
  cleared,
  onEdit,
}: {
  params: ListProps<never>["params"];
  filters: readonly ListFilter[];
  textOf: (condition: Condition) => { label: string; text: string };
  go: Go;
  /** The change that takes all of it away; null when there is nothing. */
  cleared: Parameters<Go>[0] | null;
  onEdit: (at: number) => void;
}) {
  const t = useTranslations("ui.list");
  const ta = useTranslations("ui.actions");
  const { q, any, conditions } = params;
  const values = params.filters as Record<string, unknown>;
  return (
    <>
      {q !== "" && (
        <Chip label={t("query")} text={q} onRemove={() => go({ q: null })} removeLabel={t("remove", { name: q })} />
      )}
      {filters.map((filter) => {
        const { key, label } = filter;
        const text = filterText(filter, values[key], t("yes"));
        return (
          text !== null && (
            <Chip
              key={key}
              label={label}
              text={text}
              onRemove={() => go({ [key]: null })}
              removeLabel={t("remove", { name: label })}
            />
          )
        );
      })}
      {any && conditions.length > 1 && <span className="text-xs text-muted">{t("where.any")}</span>}
      {conditions.map((condition, at) => {
        const { label, text } = textOf(condition);
        return (
          <Chip
            key={writeCondition(condition)}
            label={label}
            text={text}
            onEdit={() => onEdit(at)}
            editLabel={t("where.edit", { name: label })}
            onRemove={() => go({ where: conditions.filter((_, i) => i !== at).map(writeCondition) })}
            removeLabel={t("remove", { name: `${label} ${text}` })}
          />
        );
      })}
      {cleared && (
        <Button size="small" tone="quiet" onClick={() => go(cleared)}>
          {ta("clear")}
        </Button>
      )}
    </>
  );
}

/** How many, and how much: exact when that was cheap, else with the way to count to the end. */
export function CountLine({ total, sum, onExact }: { total: Total; sum?: string; onExact: () => void }) {
  const t = useTranslations("ui.list");
  const amount = total.sumFen === null ? null : yuan(total.sumFen);
  return (
    <span className="ml-auto flex items-center gap-1 text-xs text-muted">
      <span role="status">
        {t("total", { count: countText(total) })}
        {amount && ` · ${sum ? t("sum", { name: sum, amount }) : t("sumPlain", { amount })}`}
      </span>
      {total.isCapped && (
        <button type="button" className="link min-h-6" onClick={onExact}>
          {t("countExactly")}
        </button>
      )}
    </span>
  );
}

export function QuickFilter({ filter, value, go }: { filter: ListFilter; value: unknown; go: Go }) {
  const t = useTranslations("ui.list");
  if ("options" in filter) {
    const selected = value === undefined ? [] : [value].flat().map(String);
    return (
      <Menu
        trigger={
          <>
            {filter.label}
            <Icon of={ChevronDown} />
          </>
        }
        label={filter.label}
        placement="bottom start"
        selection={filter.many ? "multiple" : "single"}
        items={filter.options.map((option) => ({ id: option.value, label: option.label }))}
        selected={selected}
        onChange={(kept) => go({ [filter.key]: kept.join(",") })}
      />
    );
  }
  if (filter.kind === "day") {
    return (
      <label className="control-box w-auto flex-none">
        <span className="text-muted">{filter.label}</span>
        <input
          type="date"
          key={String(value ?? "")}
          defaultValue={String(value ?? "")}
          onChange={(event) => go({ [filter.key]: event.target.value })}
        />
      </label>
    );
  }
  if (filter.kind === "text") {
    return (
      <form
        className="control-box w-auto flex-none"
        onSubmit={(event) => {
          event.preventDefault();
          go({ [filter.key]: String(new FormData(event.currentTarget).get("text") ?? "").trim() });
        }}
      >
        <label className="flex items-center gap-2">
          <span className="text-muted">{filter.label}</span>
          <input
            name="text"
            key={String(value ?? "")}
            defaultValue={String(value ?? "")}
            className="w-28 border-0 bg-transparent outline-none"
            aria-label={`${filter.label} ${t("apply")}`}
          />
        </label>
      </form>
    );
  }
  return (
    <Button
      aria-pressed={value === true}
      className="aria-pressed:border-accent-soft-foreground aria-pressed:bg-accent-soft"
      onClick={() => go({ [filter.key]: value === true ? null : "1" })}
    >
      {filter.label}
    </Button>
  );
}
