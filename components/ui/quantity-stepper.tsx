"use client";
import { Minus, Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Icon } from "./icon";

/**
 * − count +, for gloves and cold hands: 72 px keys and a 56 px figure (`large`), else the size of a control. Sends the count under `name`.
 */
export function QuantityStepper({
  name,
  label,
  defaultValue = 0,
  min = 0,
  max,
  large,
  onChange,
}: {
  name: string;
  /** The thing counted: names both keys. */
  label: string;
  defaultValue?: number;
  min?: number;
  max?: number;
  large?: boolean;
  onChange?: (value: number) => void;
}) {
  const t = useTranslations("ui.stepper");
  const [value, setValue] = useState(defaultValue);
  const set = (next: number) => {
    const kept = Math.max(min, max === undefined ? next : Math.min(max, next));
    setValue(kept);
    onChange?.(kept);
  };
  const key = `grid flex-none place-items-center border border-field-border bg-surface disabled:text-muted disabled:opacity-60 ${large ? "size-18 rounded-sheet" : "size-[max(32px,var(--control,32px))] rounded-card"}`;
  return (
    <div className={`flex items-center ${large ? "justify-between gap-4" : "gap-2"}`}>
      <button
        type="button"
        className={key}
        aria-label={t("less", { name: label })}
        disabled={value <= min}
        onClick={() => set(value - 1)}
      >
        <Icon of={Minus} size={large ? 32 : 16} />
      </button>
      <input
        name={name}
        aria-label={t("value", { name: label })}
        inputMode="numeric"
        pattern="[0-9]*"
        autoComplete="off"
        value={value}
        onFocus={(event) => event.target.select()}
        onChange={(event) => {
          const next = Number(event.target.value.replace(/\D/g, ""));
          if (Number.isSafeInteger(next)) set(next);
        }}
        className={`min-w-0 bg-transparent text-center font-semibold tabular-nums ${large ? "w-full text-[56px] leading-[64px]" : "w-14 rounded-chip border border-field-border"}`}
      />
      <button
        type="button"
        className={key}
        aria-label={t("more", { name: label })}
        disabled={max !== undefined && value >= max}
        onClick={() => set(value + 1)}
      >
        <Icon of={Plus} size={large ? 32 : 16} />
      </button>
    </div>
  );
}
