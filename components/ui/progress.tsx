import type { ReactNode } from "react";

/** A bar with words: uploads, imports, jobs. `value` 0 … 1; null while the end is unknown. */
export function Progress({ value, label, note }: { value: number | null; label: string; note?: ReactNode }) {
  const percent = value === null ? null : Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex justify-between gap-3">
        <span>{label}</span>
        <span className="text-muted">{note ?? (percent === null ? "" : `${percent}%`)}</span>
      </div>
      <div
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent ?? undefined}
        className="relative h-1.5 overflow-hidden rounded-full bg-surface-tertiary"
      >
        {percent === null ? (
          <span className="busy-bar h-full!" />
        ) : (
          <span className="block h-full bg-accent transition-[width]" style={{ width: `${percent}%` }} />
        )}
      </div>
    </div>
  );
}

/** A thin bar alone: sold of quota, picked of ordered. */
export function Bar({
  value,
  kind = "normal",
  label,
}: {
  value: number;
  kind?: "normal" | "attention";
  label?: string;
}) {
  return (
    <span className="block h-1 overflow-hidden rounded-full bg-surface-tertiary">
      {label && <span className="sr-only">{label}</span>}
      <span
        className={`block h-full ${kind === "attention" ? "bg-warning-mark" : "bg-c4"}`}
        style={{ width: `${Math.min(100, Math.max(0, value * 100))}%` }}
      />
    </span>
  );
}
