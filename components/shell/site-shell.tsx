"use client";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Toaster } from "#components/ui/toast";
import type { ShellFacts } from "#lib/kernel/shell";
import { ConnectionPill } from "./connection";
import { siteNavigation } from "./navigation";
import { TabBar } from "./tab-bar";

/** The warehouse and driver frame: dark whatever the theme, connection always visible, tabs for what this person may open. */
export function SiteShell({
  facts,
  children,
}: {
  facts: Pick<ShellFacts, "visible" | "counts" | "me" | "today">;
  children: ReactNode;
}) {
  const t = useTranslations("shell");
  const entries = siteNavigation.filter((entry) => facts.visible.includes(entry.href));
  return (
    <div data-theme="dark" className="phone print-flow min-h-dvh bg-background text-foreground">
      <div className="mx-auto flex min-h-dvh w-full max-w-[560px] flex-col">
        <div className="no-print flex h-9 flex-none items-center justify-between gap-3 bg-surface px-4 text-xs">
          <span className="truncate text-muted">
            {facts.me.name} · {facts.me.title} · {facts.today.slice(5)}
          </span>
          <ConnectionPill />
        </div>
        <main id="content" className="flex min-w-0 flex-1 flex-col">
          {children}
        </main>
        {entries.length > 1 && (
          <TabBar
            label={t("navigation")}
            home="/site"
            entries={entries.map((entry) => ({
              href: entry.href,
              icon: entry.icon,
              label: t(`site.${entry.key}`),
              count: facts.counts[entry.href]?.count,
            }))}
          />
        )}
        <Toaster />
      </div>
    </div>
  );
}
