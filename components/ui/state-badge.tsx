import type { ReactNode } from "react";

/** What a state means to the reader; decides its shape and colour. `mine` is "in progress, and it waits for you". */
export type StateKind =
  | "draft"
  | "waiting"
  | "progress"
  | "mine"
  | "done"
  | "attention"
  | "failed"
  | "frozen"
  | "closed";

const inks: Record<StateKind, string> = {
  draft: "text-muted",
  waiting: "text-muted",
  progress: "text-info-soft-foreground",
  mine: "text-accent-soft-foreground",
  done: "text-success-soft-foreground",
  attention: "text-warning-soft-foreground",
  failed: "text-danger-soft-foreground",
  frozen: "text-muted",
  closed: "text-muted",
};
const pills: Record<StateKind, string> = {
  draft: "bg-default",
  waiting: "bg-default",
  progress: "bg-info-soft",
  mine: "bg-accent-soft",
  done: "bg-success-soft",
  attention: "bg-warning-soft",
  failed: "bg-danger-soft",
  frozen: "bg-default",
  closed: "bg-default",
};

const ring = <circle cx="6" cy="6" r="5.2" fill="none" stroke="currentColor" strokeWidth="1.5" />;
const half = (
  <>
    {ring}
    <path d="M6 2.6a3.4 3.4 0 0 1 0 6.8z" fill="currentColor" />
  </>
);
const shapes: Record<StateKind, ReactNode> = {
  draft: <circle cx="6" cy="6" r="5.2" fill="none" stroke="currentColor" strokeWidth="1.5" strokeDasharray="2 2" />,
  waiting: ring,
  progress: half,
  mine: half,
  done: (
    <>
      <circle cx="6" cy="6" r="6" fill="currentColor" />
      <path d="M3.3 6.2 5.2 8l3.5-3.8" fill="none" stroke="var(--surface)" strokeWidth="1.5" />
    </>
  ),
  attention: (
    <>
      <path d="M6 .8 11.8 11.2H.2z" fill="currentColor" />
      <path d="M6 4.5v3M6 9.2v.1" stroke="var(--surface)" strokeWidth="1.3" strokeLinecap="round" />
    </>
  ),
  failed: (
    <>
      <path d="M3.5.3h5l3.2 3.2v5l-3.2 3.2h-5L.3 8.5v-5z" fill="currentColor" />
      <path d="M4 4l4 4M8 4 4 8" stroke="var(--surface)" strokeWidth="1.4" />
    </>
  ),
  frozen: (
    <>
      <rect x=".5" y=".5" width="11" height="11" rx="2.5" fill="currentColor" />
      <path d="M4.3 3.5v5M7.7 3.5v5" stroke="var(--surface)" strokeWidth="1.6" />
    </>
  ),
  closed: (
    <>
      {ring}
      <path d="M2.6 9.4 9.4 2.6" stroke="currentColor" strokeWidth="1.5" />
    </>
  ),
};

/** The shape alone, 12 px, decorative: always beside a word. */
export function StateShape({ kind, size = 12 }: { kind: StateKind; size?: number }) {
  return (
    <svg viewBox="0 0 12 12" width={size} height={size} aria-hidden="true" className={`shrink-0 ${inks[kind]}`}>
      {shapes[kind]}
    </svg>
  );
}

/** Colour + word + shape. Plain in tables and lists; `pill` in headers only (one row never has two pills). */
export function StateBadge({ kind, children, pill }: { kind: StateKind; children: ReactNode; pill?: boolean }) {
  return (
    <span
      className={`inline-flex items-center gap-[5px] align-middle text-xs font-normal whitespace-nowrap ${inks[kind]} ${pill ? `rounded-chip py-px pr-2 pl-1.5 ${pills[kind]}` : ""}`}
    >
      <StateShape kind={kind} />
      {children}
    </span>
  );
}

/** A full-width line in a state's tint: the proof of a statement, a warning above a form. */
export function StateNote({ kind, children, action }: { kind: StateKind; children: ReactNode; action?: ReactNode }) {
  return (
    <div
      role="note"
      className={`flex flex-wrap items-center justify-between gap-x-4 gap-y-1 rounded-chip px-3 py-2 ${pills[kind]} ${inks[kind] === "text-muted" ? "text-foreground" : inks[kind]}`}
    >
      <span className="inline-flex min-w-0 items-start gap-1.5">
        <span className="mt-[4px]">
          <StateShape kind={kind} />
        </span>
        <span className="min-w-0">{children}</span>
      </span>
      {action}
    </div>
  );
}

/** A small outlined word beside a value: 冷藏, 规则 v7. */
export function Tag({ children }: { children: ReactNode }) {
  return (
    <span className="inline-block rounded-[4px] border border-border px-1.5 align-middle text-xs whitespace-nowrap text-muted">
      {children}
    </span>
  );
}
