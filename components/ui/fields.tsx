"use client";
import { useTranslations } from "next-intl";
import { type ComponentProps, type ReactNode, useId, useState } from "react";
import { parseYuan, yuan } from "#lib/kernel/money";
import { clockText, dayOf } from "#lib/kernel/time";
import { useForm } from "./form-state";
import { StateShape } from "./state-badge";

export type FieldProps = {
  name: string;
  label: ReactNode;
  hint?: ReactNode;
  required?: boolean;
  disabled?: boolean;
  className?: string;
};

type Wiring = {
  id: string;
  "aria-invalid": true | undefined;
  "aria-describedby": string | undefined;
  "aria-required": true | undefined;
};

/** Label above, hint and problem below, wired for screen readers. The base of every field. */
export function Field({
  name,
  label,
  hint,
  required,
  problem: own,
  className,
  children,
}: Omit<FieldProps, "disabled"> & { problem?: string | null; children: (wiring: Wiring) => ReactNode }) {
  const t = useTranslations("ui.form");
  const id = useId();
  const { problems } = useForm();
  const problem = own ?? problems[name];
  return (
    <div className={`flex min-w-0 flex-col gap-1 ${className ?? ""}`}>
      <label htmlFor={id} className="flex items-baseline gap-1.5">
        {label}
        {required === false && <span className="text-xs text-muted">{t("optional")}</span>}
      </label>
      {children({
        id,
        "aria-invalid": problem ? true : undefined,
        "aria-describedby": problem || hint ? `${id}-note` : undefined,
        "aria-required": required || undefined,
      })}
      {problem ? (
        <p id={`${id}-note`} className="flex items-start gap-1.5 text-xs text-danger-soft-foreground">
          <span className="mt-[3px]">
            <StateShape kind="failed" />
          </span>
          {problem}
        </p>
      ) : hint ? (
        <p id={`${id}-note`} className="text-xs text-muted">
          {hint}
        </p>
      ) : null}
    </div>
  );
}

type Native<E extends "input" | "select" | "textarea"> = Omit<
  ComponentProps<E>,
  keyof FieldProps | "children" | "size"
>;

/** One line of text. `required={false}` marks it optional. */
export function TextField({
  name,
  label,
  hint,
  required,
  className,
  suffix,
  ...rest
}: FieldProps & Native<"input"> & { suffix?: ReactNode }) {
  return (
    <Field name={name} label={label} hint={hint} required={required} className={className}>
      {(wiring) =>
        suffix ? (
          <span className="control-box" data-invalid={wiring["aria-invalid"]}>
            <input name={name} {...rest} {...wiring} />
            <span className="text-muted">{suffix}</span>
          </span>
        ) : (
          <input name={name} className="control" {...rest} {...wiring} />
        )
      }
    </Field>
  );
}

/** Several lines of text. */
export function TextareaField({ name, label, hint, required, className, ...rest }: FieldProps & Native<"textarea">) {
  return (
    <Field name={name} label={label} hint={hint} required={required} className={className}>
      {(wiring) => <textarea name={name} className="control" rows={3} {...rest} {...wiring} />}
    </Field>
  );
}

/** Yuan on screen, integer fen in the form: `name` carries the fen as text, empty when unreadable or blank. */
export function MoneyField({
  name,
  label,
  hint,
  required,
  disabled,
  className,
  defaultFen,
  onFen,
}: FieldProps & { defaultFen?: number | null; onFen?: (fen: number | null) => void }) {
  const t = useTranslations("ui.form");
  const [text, setText] = useState(
    defaultFen === null || defaultFen === undefined ? "" : yuan(defaultFen, { symbol: false }),
  );
  const [left, setLeft] = useState(false);
  const amount = text.trim() === "" ? null : parseYuan(text);
  const bad = left && text.trim() !== "" && amount === null;
  return (
    <Field
      name={name}
      label={label}
      hint={hint}
      required={required}
      className={className}
      problem={bad ? t("badMoney") : null}
    >
      {(wiring) => (
        <span className="control-box" data-invalid={wiring["aria-invalid"]}>
          <span className="text-muted" aria-hidden="true">
            ¥
          </span>
          <input
            {...wiring}
            data-for={name}
            data-as="fen"
            inputMode="decimal"
            autoComplete="off"
            disabled={disabled}
            className="text-right tabular-nums"
            value={text}
            onChange={(event) => {
              setText(event.target.value);
              onFen?.(event.target.value.trim() === "" ? null : parseYuan(event.target.value));
            }}
            onFocus={() => setLeft(false)}
            onBlur={() => {
              setLeft(true);
              if (amount !== null) setText(yuan(amount, { symbol: false }));
            }}
          />
          <input type="hidden" name={name} value={amount ?? ""} disabled={disabled} />
        </span>
      )}
    </Field>
  );
}

/** A number with an optional unit; whole by default, `step` for fractions. */
export function NumberField({
  name,
  label,
  hint,
  required,
  className,
  unit,
  step = 1,
  ...rest
}: FieldProps & Native<"input"> & { unit?: ReactNode; step?: number }) {
  return (
    <Field name={name} label={label} hint={hint} required={required} className={className}>
      {(wiring) => (
        <span className="control-box" data-invalid={wiring["aria-invalid"]}>
          <input
            name={name}
            type="number"
            inputMode={step === 1 ? "numeric" : "decimal"}
            step={step}
            className="text-right tabular-nums"
            {...rest}
            {...wiring}
          />
          {unit && <span className="text-muted">{unit}</span>}
        </span>
      )}
    </Field>
  );
}

/** A percentage on screen, basis points in the form, empty when blank. */
export function PercentField({
  name,
  label,
  hint,
  required,
  className,
  defaultBp,
  onBp,
  unit = "%",
  step = 0.01,
  ...rest
}: FieldProps &
  Native<"input"> & {
    defaultBp?: number | null;
    onBp?: (bp: number | null) => void;
    unit?: ReactNode;
    step?: number;
  }) {
  const [text, setText] = useState(defaultBp === null || defaultBp === undefined ? "" : String(defaultBp / 100));
  const bpOf = (given: string) => (given.trim() === "" ? null : Math.round(Number(given) * 100));
  return (
    <Field name={name} label={label} hint={hint} required={required} className={className}>
      {(wiring) => (
        <span className="control-box" data-invalid={wiring["aria-invalid"]}>
          <input
            data-for={name}
            data-as="bp"
            type="number"
            inputMode="decimal"
            step={step}
            min={0}
            className="text-right tabular-nums"
            {...rest}
            {...wiring}
            value={text}
            onChange={(event) => {
              setText(event.target.value);
              onBp?.(bpOf(event.target.value));
            }}
          />
          {unit && <span className="text-muted">{unit}</span>}
          <input type="hidden" name={name} value={bpOf(text) ?? ""} />
        </span>
      )}
    </Field>
  );
}

export type Option = { value: string; label: string; disabled?: boolean };

/** One of a list. With `empty` (or when not required) the first entry is blank. */
export function SelectField({
  name,
  label,
  hint,
  required,
  className,
  options,
  empty,
  ...rest
}: FieldProps & Native<"select"> & { options: readonly Option[]; empty?: string }) {
  const t = useTranslations("ui.form");
  const blank = empty ?? (required !== false && rest.defaultValue ? null : t("choosePlaceholder"));
  return (
    <Field name={name} label={label} hint={hint} required={required} className={className}>
      {(wiring) => (
        <select name={name} className="control" {...rest} {...wiring}>
          {blank !== null && <option value="">{blank}</option>}
          {options.map((option) => (
            <option key={option.value} value={option.value} disabled={option.disabled}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** One yes or no; sends `on`. */
export function CheckboxField({
  name,
  label,
  hint,
  disabled,
  defaultChecked,
  value,
  onChange,
}: Omit<FieldProps, "required"> & Pick<ComponentProps<"input">, "defaultChecked" | "value" | "onChange">) {
  const id = useId();
  const { problems } = useForm();
  const problem = problems[name];
  return (
    <div className="flex flex-col gap-0.5">
      <label className="flex min-h-6 items-start gap-2">
        <input
          type="checkbox"
          name={name}
          value={value}
          defaultChecked={defaultChecked}
          disabled={disabled}
          onChange={onChange}
          className="mt-0.5"
          aria-invalid={problem ? true : undefined}
          aria-describedby={problem || hint ? `${id}-note` : undefined}
        />
        <span>{label}</span>
      </label>
      {(problem || hint) && (
        <p id={`${id}-note`} className={`pl-6 text-xs ${problem ? "text-danger-soft-foreground" : "text-muted"}`}>
          {problem ?? hint}
        </p>
      )}
    </div>
  );
}

/** Several of a list; every chosen one is sent under the same name. */
export function CheckboxGroup({
  name,
  label,
  hint,
  options,
  defaultValues = [],
  columns = 1,
}: FieldProps & { options: readonly Option[]; defaultValues?: readonly string[]; columns?: 1 | 2 | 3 }) {
  const { problems } = useForm();
  const problem = problems[name];
  const grid = columns === 3 ? "sm:grid-cols-3" : columns === 2 ? "sm:grid-cols-2" : "";
  return (
    <fieldset className="flex min-w-0 flex-col gap-1">
      <legend className="mb-1">{label}</legend>
      <div className={`grid gap-x-4 gap-y-1 ${grid}`}>
        {options.map((option) => (
          <label key={option.value} className="flex min-h-7 items-center gap-2">
            <input
              type="checkbox"
              name={name}
              value={option.value}
              defaultChecked={defaultValues.includes(option.value)}
              disabled={option.disabled}
              aria-invalid={problem ? true : undefined}
            />
            {option.label}
          </label>
        ))}
      </div>
      {(problem || hint) && (
        <p className={`text-xs ${problem ? "text-danger-soft-foreground" : "text-muted"}`}>{problem ?? hint}</p>
      )}
    </fieldset>
  );
}

export type CardOption = Option & { note?: ReactNode; icon?: ReactNode };

/** One of a few, each explained: subject types, delivery modes. */
export function RadioCards({
  name,
  label,
  hint,
  options,
  defaultValue,
  columns = 2,
  onChoose,
}: FieldProps & {
  options: readonly CardOption[];
  defaultValue?: string;
  columns?: 1 | 2 | 3 | 4;
  onChoose?: (value: string) => void;
}) {
  const { problems } = useForm();
  const problem = problems[name];
  const grid = { 1: "", 2: "sm:grid-cols-2", 3: "sm:grid-cols-3", 4: "sm:grid-cols-2 lg:grid-cols-4" }[columns];
  return (
    <fieldset className="flex min-w-0 flex-col gap-1">
      <legend className="mb-1">{label}</legend>
      <div className={`grid gap-2 ${grid}`}>
        {options.map((option) => (
          <label
            key={option.value}
            className="flex items-start gap-2.5 rounded-card border border-field-border bg-field p-3 has-checked:border-accent-soft-foreground has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-offset-1 has-focus-visible:outline-focus has-disabled:text-muted"
          >
            <input
              type="radio"
              name={name}
              value={option.value}
              defaultChecked={option.value === defaultValue}
              disabled={option.disabled}
              onChange={() => onChoose?.(option.value)}
              className="mt-0.5 outline-none!"
              aria-invalid={problem ? true : undefined}
            />
            <span className="min-w-0">
              <b className="flex items-center gap-1.5">
                {option.icon}
                {option.label}
              </b>
              {option.note && <span className="block text-xs text-muted">{option.note}</span>}
            </span>
          </label>
        ))}
      </div>
      {(problem || hint) && (
        <p className={`text-xs ${problem ? "text-danger-soft-foreground" : "text-muted"}`}>{problem ?? hint}</p>
      )}
    </fieldset>
  );
}

/** A business day: sends `YYYY-MM-DD`. */
export function DateField({ name, label, hint, required, className, ...rest }: FieldProps & Native<"input">) {
  return (
    <Field name={name} label={label} hint={hint} required={required} className={className}>
      {(wiring) => <input name={name} type="date" className="control" {...rest} {...wiring} />}
    </Field>
  );
}

/** An instant chosen as Beijing wall-clock time, whatever the browser's zone; sends RFC 3339 with +08:00, empty when blank. */
export function DatetimeField({
  name,
  label,
  hint,
  required,
  disabled,
  className,
  defaultAt,
  step,
}: FieldProps & { defaultAt?: Date | string | null; step?: number }) {
  const t = useTranslations("ui.form");
  const [text, setText] = useState(() => {
    if (!defaultAt) return "";
    const at = typeof defaultAt === "string" ? new Date(defaultAt) : defaultAt;
    return `${dayOf(at)}T${clockText(at)}`;
  });
  return (
    <Field name={name} label={label} hint={hint ?? t("shanghai")} required={required} className={className}>
      {(wiring) => (
        <>
          <input
            data-for={name}
            data-as="at"
            type="datetime-local"
            className="control"
            step={step}
            disabled={disabled}
            value={text}
            onChange={(event) => setText(event.target.value)}
            {...wiring}
          />
          <input
            type="hidden"
            name={name}
            disabled={disabled}
            value={text === "" ? "" : `${text.slice(0, 16)}:00+08:00`}
          />
        </>
      )}
    </Field>
  );
}
