"use client";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Toaster } from "#components/ui/toast";
import type { NavCount } from "#lib/kernel/shell";
import { leaderNavigation } from "./navigation";
import { TabBar } from "./tab-bar";

/** The leader's phone frame: light, no overlay library, 390 px base; four tabs. */
export function LeaderShell({ counts = {}, children }: { counts?: Record<string, NavCount>; children: ReactNode }) {
  const t = useTranslations("shell");
  return (
    <div className="phone print-flow mx-auto flex min-h-dvh w-full max-w-[560px] flex-col bg-background">
      <main id="content" className="flex min-w-0 flex-1 flex-col">
        {children}
      </main>
      <TabBar
        label={t("navigation")}
        home="/leader"
        entries={leaderNavigation.map((entry) => ({
          href: entry.href,
          icon: entry.icon,
          label: t(`leader.${entry.key}`),
          count: counts[entry.href]?.count,
        }))}
      />
      <Toaster />
    </div>
  );
}
