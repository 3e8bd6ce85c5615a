"use client";
import { Menu as MenuGlyph, PanelLeftClose, PanelLeftOpen } from "lucide-react";
import Link from "next/link";
import { usePathname, useRouter } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { IconButton } from "#components/ui/button";
import { Drawer } from "#components/ui/drawer";
import { Icon } from "#components/ui/icon";
import { LiveProvider } from "#components/ui/live-query";
import { Toaster } from "#components/ui/toast";
import type { ShellFacts } from "#lib/kernel/shell";
import { locales } from "#lib/words/locale";
import { Bell } from "./bell";
import { BrandMark } from "./brand";
import { useKeys } from "./keys";
import { KeysHelp } from "./keys-help";
import { leave } from "./leave";
import { consoleBeginnings, consoleNavigation, isCurrent } from "./navigation";
import { applyTheme, remember, themes, useLocaleSwitch } from "./preference";
import { useRecents } from "./recent";
import { BusinessDay, CutOff, JobsLink, SearchBox } from "./top-bar";
import { UserMenu } from "./user-menu";

function Entries({
  facts,
  narrow,
  onGo,
}: {
  facts: Pick<ShellFacts, "visible" | "counts">;
  narrow?: boolean;
  onGo?: () => void;
}) {
  const t = useTranslations("shell");
  const pathname = usePathname();
  return (
    <ul className="flex flex-col gap-px">
      {consoleNavigation.map((group) => {
        const entries = group.entries.filter((entry) => facts.visible.includes(entry.href));
        if (entries.length === 0) return null;
        return (
          <li key={group.key}>
            {group.key !== "trade" &&
              (narrow ? (
                <hr className="mx-2 my-2 border-border" />
              ) : (
                <p className="px-2 pt-3 pb-0.5 text-xs text-muted">{t(`groups.${group.key}`)}</p>
              ))}
            <ul className="flex flex-col gap-px">
              {entries.map((entry) => {
                const count = facts.counts[entry.href];
                const current = isCurrent(pathname, entry.href);
                const label = t(`nav.${entry.key}`);
                return (
                  <li key={entry.key}>
                    <Link
                      href={entry.href}
                      onClick={onGo}
                      aria-current={current ? "page" : undefined}
                      title={narrow ? label : count?.attention ? t("attention", { count: count.count }) : undefined}
                      className={`relative flex h-7.5 items-center gap-2 rounded-chip hover:bg-default aria-[current]:bg-surface-tertiary aria-[current]:font-semibold max-md:h-10 ${narrow ? "justify-center" : "px-2"}`}
                    >
                      <Icon of={entry.icon} className={current ? "text-accent-soft-foreground" : "text-muted"} />
                      <span className={narrow ? "sr-only" : "min-w-0 truncate"}>{label}</span>
                      {count && count.count > 0 && (
                        <span
                          className={
                            narrow
                              ? count.attention
                                ? "absolute top-1 right-1.5 size-2 rounded-full bg-warning-mark"
                                : "sr-only"
                              : `ml-auto text-xs ${count.attention ? "font-semibold text-warning-soft-foreground" : "font-normal text-muted"}`
                          }
                        >
                          <span className={narrow ? "sr-only" : ""}>{count.count.toLocaleString("en-US")}</span>
                        </span>
                      )}
                    </Link>
                  </li>
                );
              })}
            </ul>
          </li>
        );
      })}
    </ul>
  );
}

/**
 * The operators' frame: rail (216 px, 56 as icons, a drawer on phones), top bar with business day and cut-off, search, jobs, notices.
 * The page scrolls; rail and bar stay.
 */
export function ConsoleShell({
  facts,
  lunar,
  narrow: first = false,
  children,
}: {
  facts: ShellFacts;
  lunar?: ReactNode;
  narrow?: boolean;
  children: ReactNode;
}) {
  const t = useTranslations("shell");
  const [narrow, setNarrow] = useState(first);
  const [drawer, setDrawer] = useState(false);
  const [help, setHelp] = useState(false);
  const router = useRouter();
  const locale = useLocale();
  const switchLocale = useLocaleSwitch();
  useRecents();
  const jumps = consoleNavigation
    .flatMap((group) => group.entries)
    .filter((entry) => facts.visible.includes(entry.href))
    .map(({ href, key, go }) => ({ href, label: t(`nav.${key}`), keys: `g ${go}` }));
  useKeys("everywhere", [
    { keys: "?", label: t("keys.help"), run: () => setHelp(true), command: true },
    ...consoleBeginnings
      .filter(({ href }) => facts.visible.includes(href))
      .map(({ key, href }) => ({ label: t(`begin.${key}`), run: () => router.push(href), command: true })),
    ...themes.map((theme) => ({
      label: t("switchTheme", { theme: t(`themes.${theme}`) }),
      run: () => applyTheme(theme),
      command: true,
    })),
    ...locales
      .filter((one) => one !== locale)
      .map((one) => ({
        label: t("switchLanguage", { language: t(`languages.${one}`) }),
        run: () => switchLocale(one),
        command: true,
      })),
    { label: t("signOut"), run: leave, command: true },
    ...jumps.map(({ keys, label, href }) => ({
      keys,
      label: t("keys.goTo", { page: label }),
      run: () => router.push(href),
    })),
  ]);
  return (
    <div
      className="shell"
      style={
        { "--shell-top": facts.demo ? "56px" : "52px", "--rail": narrow ? "56px" : "216px" } as React.CSSProperties
      }
    >
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-chip focus:bg-overlay focus:px-3 focus:py-2 focus:shadow-overlay"
      >
        {t("skip")}
      </a>
      <nav
        aria-label={t("navigation")}
        className="no-print sticky top-0 flex h-dvh w-(--rail) flex-col border-r border-border bg-surface-secondary px-2.5 py-3 max-md:hidden"
      >
        <Link href="/today" className="mb-3 flex h-7 items-center gap-2 px-1.5 text-[15px] font-semibold">
          <BrandMark />
          {!narrow && t("brand")}
        </Link>
        <div className="-mx-2.5 min-h-0 flex-1 overflow-y-auto px-2.5">
          <Entries facts={facts} narrow={narrow} />
        </div>
        <div className={`flex items-center gap-1 border-t border-border pt-2 ${narrow ? "flex-col" : ""}`}>
          <div className="min-w-0 flex-1">
            <UserMenu me={facts.me} bare={narrow} />
          </div>
          <IconButton
            label={narrow ? t("expand") : t("collapse")}
            size="small"
            onClick={() => {
              setNarrow(!narrow);
              remember("rail", narrow ? "wide" : "narrow");
            }}
          >
            <Icon of={narrow ? PanelLeftOpen : PanelLeftClose} className="text-muted" />
          </IconButton>
        </div>
      </nav>
      <div className="flex min-w-0 flex-1 flex-col">
        {facts.demo && (
          <div
            role="note"
            title={t("demo")}
            aria-label={t("demo")}
            className="no-print sticky top-0 z-20 h-1 bg-[repeating-linear-gradient(135deg,var(--warning-mark)_0_8px,var(--surface)_8px_16px)]"
          />
        )}
        <header
          className={`no-print sticky z-20 flex h-13 flex-none items-center gap-3 border-b border-border bg-surface px-4 sm:gap-4 sm:px-6 ${facts.demo ? "top-1" : "top-0"}`}
        >
          <span className="md:hidden">
            <IconButton label={t("menu")} onClick={() => setDrawer(true)}>
              <Icon of={MenuGlyph} size={20} />
            </IconButton>
          </span>
          <BusinessDay facts={facts} lunar={lunar} />
          <span aria-hidden="true" className="h-6 w-px bg-border max-md:hidden" />
          <CutOff facts={facts} />
          <span className="ml-auto flex items-center gap-1.5 sm:gap-2">
            <SearchBox jumps={jumps} />
            {facts.visible.includes("/jobs") && (
              <span className="max-sm:hidden">
                <JobsLink running={facts.running} />
              </span>
            )}
            <Bell notices={facts.notices} home="/notices" />
            <span className="md:hidden">
              <UserMenu me={facts.me} bare />
            </span>
          </span>
        </header>
        <main id="content" tabIndex={-1} className="shell-main print-flow min-w-0 flex-1 outline-none">
          <LiveProvider>{children}</LiveProvider>
        </main>
      </div>
      <Drawer open={drawer} onOpenChange={setDrawer} title={t("brand")} placement="left">
        <nav aria-label={t("navigation")}>
          <Entries facts={facts} onGo={() => setDrawer(false)} />
        </nav>
      </Drawer>
      <KeysHelp open={help} onOpenChange={setHelp} />
      <Toaster />
    </div>
  );
}
