"use client";
import type { LucideIcon } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { Icon } from "#components/ui/icon";
import { isCurrent } from "./navigation";

export type TabEntry = { href: string; label: string; icon: LucideIcon; count?: number };

/** The tabs at the bottom of a phone page, 68 px, within thumb reach. */
export function TabBar({ label, entries, home }: { label: string; entries: readonly TabEntry[]; home: string }) {
  const pathname = usePathname();
  return (
    <nav
      aria-label={label}
      className="no-print sticky bottom-0 z-20 grid flex-none border-t border-border bg-surface pt-1.5 pb-[max(10px,env(safe-area-inset-bottom))]"
      style={{ gridTemplateColumns: `repeat(${entries.length}, minmax(0, 1fr))` }}
    >
      {entries.map((entry) => (
        <Link
          key={entry.href}
          href={entry.href}
          aria-current={isCurrent(pathname, entry.href, home) ? "page" : undefined}
          className="relative flex min-h-13 flex-col items-center justify-center gap-px text-[12px] leading-[18px] text-muted aria-[current]:font-semibold aria-[current]:text-accent-soft-foreground"
        >
          <Icon of={entry.icon} size={24} />
          {entry.label}
          {entry.count !== undefined && entry.count > 0 && (
            <span className="absolute top-0 left-1/2 ml-2 grid h-4.5 min-w-4.5 place-items-center rounded-full bg-accent px-1 text-[12px] leading-none font-semibold text-accent-foreground">
              {entry.count}
            </span>
          )}
        </Link>
      ))}
    </nav>
  );
}
