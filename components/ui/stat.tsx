import Link from "next/link";
import type { ReactNode } from "react";
import { Sparkline } from "./sparkline";

export type Comparison = { text: ReactNode; direction: "up" | "down" | "same"; meaning: "good" | "bad" | "neutral" };

/** A change against a period: arrow by direction, colour by meaning (up is not always good). */
export function Change({ text, direction, meaning }: Comparison) {
  const ink = { good: "text-success-soft-foreground", bad: "text-warning-soft-foreground", neutral: "text-muted" }[
    meaning
  ];
  return (
    <span className={`text-xs whitespace-nowrap ${ink}`}>
      {direction === "up" ? "↑ " : direction === "down" ? "↓ " : ""}
      {text}
    </span>
  );
}

/** The change from `before` to `now` as a percentage, or null when there is nothing to compare with. */
export function changeOf(now: number, before: number | null | undefined, upIsGood = true): Comparison | null {
  if (before === null || before === undefined || before === 0) return null;
  const ratio = (now - before) / Math.abs(before);
  const text = `${Math.abs(ratio * 100).toFixed(1)}%`;
  if (Math.abs(ratio) < 0.0005) return { text, direction: "same", meaning: "neutral" };
  const up = ratio > 0;
  return { text, direction: up ? "up" : "down", meaning: up === upIsGood ? "good" : "bad" };
}

/** One live figure: label, change, number, curve, a line below; the whole card opens its rows. */
export function Stat({
  label,
  value,
  change,
  points,
  previous,
  band,
  note,
  href,
}: {
  label: ReactNode;
  value: ReactNode;
  change?: Comparison | null;
  points?: readonly number[];
  previous?: readonly number[];
  /** Where the curve may end: lowest and highest. */
  band?: readonly [number, number];
  note?: ReactNode;
  href?: string;
}) {
  const body = (
    <>
      <span className="flex items-center justify-between gap-2">
        <span className="text-muted">{label}</span>
        {change && <Change {...change} />}
      </span>
      <span className="block text-2xl font-semibold tracking-[-.01em] whitespace-nowrap">{value}</span>
      {points && (
        <span className="mt-0.5 mb-1.5 block">
          <Sparkline points={points} previous={previous} band={band} />
        </span>
      )}
      {note && <span className="block truncate text-xs text-muted">{note}</span>}
    </>
  );
  const look = "card block min-w-0 px-3.5 pt-3 pb-2.5";
  return href ? (
    <Link href={href} prefetch={false} className={`${look} hover:border-field-border`}>
      {body}
    </Link>
  ) : (
    <div className={look}>{body}</div>
  );
}

/** Figures side by side; two per line on phones. */
export function StatRow({ children }: { children: ReactNode }) {
  return (
    <div className="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-[repeat(auto-fit,minmax(180px,1fr))]">
      {children}
    </div>
  );
}
