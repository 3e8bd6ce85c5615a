import Link from "next/link";
import type { ReactNode } from "react";

export type TabLink = { href: string; label: ReactNode; count?: number; current?: boolean; attention?: boolean };

/** Tabs that are links: the address is the state. `line` under a title, `segment` beside one. */
export function LinkTabs({
  tabs,
  label,
  look = "line",
}: {
  tabs: readonly TabLink[];
  label: string;
  look?: "line" | "segment";
}) {
  return (
    <nav aria-label={label} className={look === "line" ? "tabs-line" : "segments max-w-full overflow-x-auto"}>
      {tabs.map((tab) => (
        <Link
          key={tab.href}
          href={tab.href}
          aria-current={tab.current ? "page" : undefined}
          scroll={false}
          prefetch={false}
        >
          {tab.label}
          {tab.count !== undefined && (
            <span
              className={`text-xs font-normal ${tab.attention ? "font-semibold text-warning-soft-foreground" : "text-muted"}`}
            >
              {tab.count.toLocaleString("en-US")}
            </span>
          )}
        </Link>
      ))}
    </nav>
  );
}
