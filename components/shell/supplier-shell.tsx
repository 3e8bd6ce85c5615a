"use client";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Icon } from "#components/ui/icon";
import { Toaster } from "#components/ui/toast";
import type { ShellFacts } from "#lib/kernel/shell";
import { Bell } from "./bell";
import { BrandMark } from "./brand";
import { isCurrent, supplierNavigation } from "./navigation";
import { BusinessDay, CutOff } from "./top-bar";
import { UserMenu } from "./user-menu";

/** The supplier portal: the operators' top bar, no rail, five tabs (under the bar; at the bottom on phones), one column of 960 px. */
export function SupplierShell({
  facts,
  lunar,
  children,
}: {
  facts: ShellFacts;
  lunar?: ReactNode;
  children: ReactNode;
}) {
  const t = useTranslations("shell");
  const pathname = usePathname();
  const entries = supplierNavigation.filter((entry) => facts.visible.includes(entry.href));
  return (
    <div className="flex min-h-dvh flex-col" style={{ "--shell-top": "52px" } as React.CSSProperties}>
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-chip focus:bg-overlay focus:px-3 focus:py-2 focus:shadow-overlay"
      >
        {t("skip")}
      </a>
      <header className="no-print sticky top-0 z-20 border-b border-border bg-surface">
        <div className="mx-auto flex h-13 w-full max-w-[1008px] items-center gap-4 px-4 sm:px-6">
          <Link href="/supplier" className="flex items-center gap-2 text-[15px] font-semibold">
            <BrandMark />
            <span className="max-sm:sr-only">{t("supplier.title")}</span>
          </Link>
          <BusinessDay facts={facts} lunar={lunar} />
          <CutOff facts={facts} />
          <span className="ml-auto flex items-center gap-2">
            <Bell notices={facts.notices} home="/supplier/notices" />
            <UserMenu me={facts.me} bare />
          </span>
        </div>
        <nav aria-label={t("navigation")} className="mx-auto w-full max-w-[1008px] px-1 max-sm:hidden sm:px-3">
          <div className="tabs-line">
            {entries.map((entry) => (
              <Link
                key={entry.href}
                href={entry.href}
                aria-current={isCurrent(pathname, entry.href, "/supplier") ? "page" : undefined}
              >
                {t(`supplier.${entry.key}`)}
                <Count count={facts.counts[entry.href]} />
              </Link>
            ))}
          </div>
        </nav>
      </header>
      <main id="content" tabIndex={-1} className="shell-main print-flow min-w-0 flex-1 outline-none max-sm:pb-17">
        {children}
      </main>
      <nav
        aria-label={t("navigation")}
        className="no-print fixed inset-x-0 bottom-0 z-20 grid border-t border-border bg-surface pt-1 pb-[max(8px,env(safe-area-inset-bottom))] sm:hidden"
        style={{ gridTemplateColumns: `repeat(${entries.length}, minmax(0, 1fr))` }}
      >
        {entries.map((entry) => (
          <Link
            key={entry.href}
            href={entry.href}
            aria-current={isCurrent(pathname, entry.href, "/supplier") ? "page" : undefined}
            className="flex min-h-12 flex-col items-center justify-center text-xs text-muted aria-[current]:font-semibold aria-[current]:text-accent-soft-foreground"
          >
            <Icon of={entry.icon} size={22} />
            {t(`supplier.${entry.key}`)}
          </Link>
        ))}
      </nav>
      <Toaster />
    </div>
  );
}

function Count({ count }: { count: ShellFacts["counts"][string] | undefined }) {
  if (!count || count.count === 0) return null;
  return (
    <span
      className={`text-xs ${count.attention ? "font-semibold text-warning-soft-foreground" : "font-normal text-muted"}`}
    >
      {count.count.toLocaleString("en-US")}
    </span>
  );
}
