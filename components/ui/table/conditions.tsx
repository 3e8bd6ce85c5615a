"use client";
import { Plus, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { type Condition, kindOfField, readCondition, writeCondition } from "#lib/kernel/list";
import { parseYuan, yuan } from "#lib/kernel/money";
import { Button, IconButton } from "../button";
import { Icon } from "../icon";
import { StateShape } from "../state-badge";
import { useOperators } from "./field-words";
import type { Labels } from "./labels";
import type { FieldLabel, Fields, Go, Option } from "./props";

type Draft = Condition & { key: number };

/** Field, operator, value, as many as wanted, all or any of them; nothing happens to the list before they are applied. */
export function Conditions({
  fields,
  labels,
  conditions,
  any,
  at,
  go,
  onClose,
}: {
  fields: Fields;
  labels: Labels;
  conditions: readonly Condition[];
  any: boolean;
  /** The condition to change; a new one when absent. */
  at?: number;
  go: Go;
  onClose: () => void;
}) {
  const t = useTranslations("ui.list.where");
  const ta = useTranslations("ui.actions");
  const operatorsOf = useOperators();
  const last = useRef(conditions.length);
  const blank = (field: string): Condition => {
    const spec = fields[field] ?? "text";
    return { field, op: operatorsOf(spec)[0]?.op ?? "is", value: kindOfField(spec) === "yes" ? "1" : "" };
  };
  const first = Object.keys(labels)[0] ?? "";
  const started = (): Draft => {
    last.current += 1;
    return { key: last.current, ...blank(first) };
  };
  const [drafts, setDrafts] = useState<Draft[]>(() => {
    const kept = conditions.map((condition, key) => ({ ...condition, key }));
    return at === undefined ? [...kept, started()] : kept;
  });
  const [isAny, setAny] = useState(any);
  const [tried, setTried] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const focused = at ?? drafts.length - 1;
  useEffect(() => {
    form.current?.querySelectorAll<HTMLElement>("[data-row]")[focused]?.querySelector<HTMLElement>("select")?.focus();
  }, [focused]);

  const isWhole = (draft: Draft) => readCondition(fields, writeCondition(draft)) !== null;
  const change = (key: number, part: Partial<Condition>) =>
    setDrafts((all) => all.map((draft) => (draft.key === key ? { ...draft, ...part } : draft)));
  function apply(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (!drafts.every(isWhole)) return;
    go({ where: drafts.map(writeCondition), any: isAny && drafts.length > 1 ? "1" : null });
    onClose();
  }

  return (
    <form
      ref={form}
      aria-label={t("title")}
      className="card mb-3 flex flex-col gap-2.5 p-3"
      onSubmit={apply}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onClose();
      }}
    >
      {drafts.length > 1 && (
        <fieldset className="segments self-start" aria-label={t("join")}>
          <button type="button" aria-pressed={!isAny} onClick={() => setAny(false)}>
            {t("all")}
          </button>
          <button type="button" aria-pressed={isAny} onClick={() => setAny(true)}>
            {t("any")}
          </button>
        </fieldset>
      )}
      {drafts.map((draft, index) => {
        const spec = fields[draft.field] ?? "text";
        const isBad = tried && !isWhole(draft);
        return (
          <div key={draft.key} data-row="" className="flex flex-wrap items-start gap-2">
            <select
              aria-label={t("field")}
              className="control w-auto"
              value={draft.field}
              onChange={(event) => change(draft.key, blank(event.target.value))}
            >
              {Object.entries(labels).map(([id, { label }]) => (
                <option key={id} value={id}>
                  {label}
                </option>
              ))}
            </select>
            <select
              aria-label={t("op")}
              className="control w-auto"
              value={draft.op}
              onChange={(event) => {
                const op = operatorsOf(spec).find((one) => one.op === event.target.value)?.op ?? draft.op;
                const keeps = op !== "last" && op !== "empty" && draft.op !== "last" && draft.op !== "empty";
                change(draft.key, { op, value: keeps ? draft.value : op === "empty" ? "1" : "" });
              }}
            >
              {operatorsOf(spec).map(({ op, word }) => (
                <option key={op} value={op}>
                  {word}
                </option>
              ))}
            </select>
            <Value
              key={`${draft.field} ${draft.op}`}
              spec={spec}
              draft={draft}
              label={labels[draft.field]}
              isBad={isBad}
              onValue={(value) => change(draft.key, { value })}
            />
            <IconButton
              label={t("removeRow", { n: index + 1 })}
              onClick={() => setDrafts((all) => all.filter((one) => one.key !== draft.key))}
            >
              <Icon of={X} />
            </IconButton>
            {isBad && (
              <p role="alert" className="flex basis-full items-center gap-1.5 text-xs text-danger-soft-foreground">
                <StateShape kind="failed" />
                {t("incomplete")}
              </p>
            )}
          </div>
        );
      })}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" tone="primary">
          {t("apply")}
        </Button>
        <Button icon={<Icon of={Plus} />} onClick={() => setDrafts((all) => [...all, started()])}>
          {t("add")}
        </Button>
        <Button tone="quiet" onClick={onClose}>
          {ta("cancel")}
        </Button>
      </div>
    </form>
  );
}

function Value({
  spec,
  draft: { op, value },
  label,
  isBad,
  onValue,
}: {
  spec: Fields[string];
  draft: Condition;
  label: FieldLabel | undefined;
  isBad: boolean;
  onValue: (value: string) => void;
}) {
  const t = useTranslations("ui.list");
  const kind = kindOfField(spec);
  const shared = { "aria-label": t("where.value"), "aria-invalid": isBad || undefined, className: "control w-auto" };
  const input = (more: { type?: string; min?: number; suffix?: ReactNode }) => (
    <span className="flex items-center gap-2">
      <input
        {...shared}
        type={more.type ?? "text"}
        min={more.min}
        value={value}
        onChange={(event) => onValue(event.target.value)}
      />
      {more.suffix}
    </span>
  );
  if (op === "empty" || kind === "yes") {
    return (
      <select {...shared} value={value} onChange={(event) => onValue(event.target.value)}>
        <option value="1">{t("yes")}</option>
        <option value="0">{t("where.no")}</option>
      </select>
    );
  }
  if (op === "last") return input({ type: "number", min: 1, suffix: t("where.days") });
  if (kind === "day" || kind === "moment") return input({ type: "date" });
  if (kind === "number") return input({ type: "number" });
  if (kind === "money") return <MoneyValue shared={shared} value={value} onValue={onValue} />;
  if (kind === "choice" || kind === "ref") {
    return (
      <Choices
        options={label?.options ?? []}
        load={label?.load}
        value={value}
        onValue={onValue}
        name={label?.label ?? ""}
      />
    );
  }
  return input({});
}

/** Typed in yuan, kept in fen. */
function MoneyValue({
  shared,
  value,
  onValue,
}: {
  shared: { className: string };
  value: string;
  onValue: (value: string) => void;
}) {
  const [text, setText] = useState(value === "" ? "" : yuan(Number(value), { symbol: false }));
  return (
    <span className="flex items-center gap-2">
      <span aria-hidden="true" className="text-muted">
        ¥
      </span>
      <input
        {...shared}
        inputMode="decimal"
        autoComplete="off"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          onValue(String(parseYuan(event.target.value) ?? ""));
        }}
      />
    </span>
  );
}

/** Words of a choice, or names of records; with many, or with more on the server, a box to find them by. */
function Choices({
  options,
  load,
  name,
  value,
  onValue,
}: {
  options: readonly Option[];
  load: FieldLabel["load"];
  name: string;
  value: string;
  onValue: (value: string) => void;
}) {
  const t = useTranslations("ui.list.where");
  const id = useId();
  const [text, setText] = useState("");
  const [found, setFound] = useState<readonly Option[] | null>(null);
  const [known, setKnown] = useState<readonly Option[]>(options);
  useEffect(() => {
    if (!load) return;
    let isOld = false;
    const timer = setTimeout(async () => {
      const next = await load(text).catch(() => []);
      if (isOld) return;
      setFound(next);
      setKnown((all) => [...all, ...next.filter((one) => !all.some((old) => old.value === one.value))]);
    }, 200);
    return () => {
      isOld = true;
      clearTimeout(timer);
    };
  }, [load, text]);
  const chosen = value === "" ? [] : value.split(",");
  const isLong = load !== undefined || options.length > 12;
  const matching = load
    ? (found ?? [])
    : options.filter((option) => option.label.toLowerCase().includes(text.trim().toLowerCase()));
  const kept = chosen.filter((word) => !matching.some((option) => option.value === word));
  const offered = [
    ...kept.map((word) => known.find((option) => option.value === word) ?? { value: word, label: word }),
    ...matching,
  ];
  return (
    <fieldset className="flex min-w-0 flex-1 basis-60 flex-col gap-1.5" aria-label={name}>
      {isLong && (
        <input
          type="search"
          className="control max-w-60"
          aria-label={t("find")}
          placeholder={t("find")}
          aria-controls={id}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      )}
      <div id={id} className="flex max-h-40 flex-wrap gap-x-4 gap-y-0.5 overflow-y-auto">
        {offered.map((option) => (
          <label key={option.value} className="flex min-h-8 items-center gap-1.5">
            <input
              type="checkbox"
              checked={chosen.includes(option.value)}
              onChange={(event) =>
                onValue(
                  (event.target.checked ? [...chosen, option.value] : chosen.filter((w) => w !== option.value)).join(
                    ",",
                  ),
                )
              }
            />
            {option.label}
          </label>
        ))}
        {offered.length === 0 && <span className="text-muted">{t("nothingFound")}</span>}
      </div>
    </fieldset>
  );
}
