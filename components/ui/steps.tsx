import Link from "next/link";
import type { ReactNode } from "react";
import { StateBadge, type StateKind } from "./state-badge";

export type Stage = {
  key: string;
  label: ReactNode;
  /** The large number; `unit` follows small: `/ 150 款`. */
  value: ReactNode;
  unit?: ReactNode;
  /** 0 … 1. */
  done: number;
  state: { kind: StateKind; word: ReactNode };
  href?: string;
};
export type StageGroup = { key: string; title: ReactNode; note?: ReactNode; stages: readonly Stage[] };

/** The day as a horizontal pipeline (开团 → … → 自提), grouped by session; each stage opens its rows. Wraps on phones. */
export function Steps({ groups, label }: { groups: readonly StageGroup[]; label: string }) {
  return (
    <section aria-label={label} className="card min-w-0 py-3 lg:flex">
      {groups.map((group, i) => (
        <div
          key={group.key}
          className={`min-w-0 px-1.5 lg:flex-(--share) ${i > 0 ? "max-lg:mt-2 lg:border-l lg:border-dashed lg:border-field-border" : ""}`}
          style={{ "--share": `${group.stages.length} 1 0` } as React.CSSProperties}
        >
          <p className="truncate px-2 pb-2">
            <b>{group.title}</b> <span className="text-muted">{group.note}</span>
          </p>
          <ol
            className="grid grid-cols-2 sm:grid-cols-3 lg:grid-cols-[repeat(var(--count),minmax(0,1fr))]"
            style={{ "--count": group.stages.length } as React.CSSProperties}
          >
            {group.stages.map((stage) => {
              const body = (
                <>
                  <span className="block text-muted">{stage.label}</span>
                  <span className="block text-lg font-semibold whitespace-nowrap">
                    {stage.value}
                    {stage.unit && <small className="ml-1 text-xs font-normal text-muted">{stage.unit}</small>}
                  </span>
                  <span className="mt-1 mb-1.5 block h-1 overflow-hidden rounded-full bg-surface-tertiary">
                    <span
                      className={`block h-full ${stage.state.kind === "attention" || stage.state.kind === "failed" ? "bg-warning-mark" : "bg-c4"}`}
                      style={{ width: `${Math.round(Math.min(1, Math.max(0, stage.done)) * 1000) / 10}%` }}
                    />
                  </span>
                  <StateBadge kind={stage.state.kind}>{stage.state.word}</StateBadge>
                </>
              );
              return (
                <li key={stage.key} className="min-w-0">
                  {stage.href ? (
                    <Link
                      href={stage.href}
                      prefetch={false}
                      className="block rounded-chip px-2 py-1 hover:bg-surface-secondary"
                    >
                      {body}
                    </Link>
                  ) : (
                    <div className="px-2 py-1">{body}</div>
                  )}
                </li>
              );
            })}
          </ol>
        </div>
      ))}
    </section>
  );
}
