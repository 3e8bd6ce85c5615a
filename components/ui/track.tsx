import { useTranslations } from "next-intl";
import type { ReactNode } from "react";

export type TrackStep = { key: string; label: ReactNode; note?: ReactNode; at: "done" | "now" | "next" | "stopped" };

/** The life of a record as a bar in parts: done is solid, now is dashed, next is empty, stopped is red. */
export function Track({ steps, label }: { steps: readonly TrackStep[]; label: string }) {
  const t = useTranslations("ui.track");
  const bars = {
    done: "bg-c4",
    now: "bg-[repeating-linear-gradient(90deg,var(--c4)_0_4px,transparent_4px_7px)]",
    next: "bg-surface-tertiary",
    stopped: "bg-danger-mark",
  };
  return (
    <ol
      aria-label={label}
      className="grid gap-1"
      style={{ gridTemplateColumns: `repeat(${steps.length}, minmax(0, 1fr))` }}
    >
      {steps.map((step) => (
        <li key={step.key} className="min-w-0 text-xs" aria-current={step.at === "now" ? "step" : undefined}>
          <span className={`mb-2 block h-1 rounded-full ${bars[step.at]}`} />
          <b className={step.at === "next" ? "font-normal text-muted" : ""}>{step.label}</b>
          <span className="sr-only">，{t(step.at)}</span>
          {step.note && <span className="block text-muted">{step.note}</span>}
        </li>
      ))}
    </ol>
  );
}

export type Hand = {
  key: string;
  name: ReactNode;
  duty: ReactNode;
  note?: ReactNode;
  at: "done" | "now" | "next";
  initial: string;
};

/** Two-person work: who made, who checks, who executes (制单 → 复核 → 执行), with both names. */
export function Hands({ hands, label }: { hands: readonly Hand[]; label: string }) {
  const faces = {
    done: "bg-success-soft text-success-soft-foreground",
    now: "bg-accent text-accent-foreground",
    next: "bg-default text-muted",
  };
  return (
    <ol aria-label={label} className="flex flex-wrap justify-between gap-x-4 gap-y-2">
      {hands.map((hand) => (
        <li key={hand.key} className="flex gap-2 text-xs" aria-current={hand.at === "now" ? "step" : undefined}>
          <span
            aria-hidden="true"
            className={`grid size-6.5 flex-none place-items-center rounded-full font-semibold ${faces[hand.at]}`}
          >
            {hand.initial}
          </span>
          <span>
            <b>{hand.name}</b> {hand.duty}
            {hand.note && <span className="block text-muted">{hand.note}</span>}
          </span>
        </li>
      ))}
    </ol>
  );
}

/** Steps of a long form (supplier application): done, this one, to come. */
export function FormSteps({
  steps,
  label,
}: {
  label: string;
  steps: readonly { key: string; label: ReactNode; at: "done" | "now" | "next" }[];
}) {
  const bars = { done: "bg-c4", now: "bg-accent", next: "bg-surface-tertiary" };
  return (
    <ol
      aria-label={label}
      className="grid gap-1"
      style={{ gridTemplateColumns: `repeat(${steps.length}, minmax(0, 1fr))` }}
    >
      {steps.map((step) => (
        <li key={step.key} className="min-w-0 text-xs" aria-current={step.at === "now" ? "step" : undefined}>
          <span className={`mb-1.5 block h-1 rounded-full ${bars[step.at]}`} />
          <span className={step.at === "now" ? "font-semibold" : ""}>{step.label}</span>
        </li>
      ))}
    </ol>
  );
}
