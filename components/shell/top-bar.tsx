"use client";
import { RotateCw, Search } from "lucide-react";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type ReactNode, useState, useSyncExternalStore } from "react";
import { leftText, useLeft } from "#components/ui/countdown";
import { Icon } from "#components/ui/icon";
import { useEver } from "#components/ui/use-ever";
import type { ShellFacts } from "#lib/kernel/shell";
import { clockText, weekday } from "#lib/kernel/time";
import { isApple, useKeys } from "./keys";
import type { Jump } from "./palette";

const Palette = dynamic(() => import("./palette").then((m) => m.Palette), { ssr: false });

/** 营业日 11月22日 周日 · lunar. */
export function BusinessDay({ facts, lunar }: { facts: Pick<ShellFacts, "today">; lunar?: ReactNode }) {
  const t = useTranslations("shell");
  const tw = useTranslations("ui.time.weekdays");
  return (
    <div className="flex min-w-0 items-center gap-2 whitespace-nowrap">
      <span className="text-muted max-sm:hidden">{t("businessDay")}</span>
      <b>
        {facts.today.slice(5)} {tw(`d${weekday(facts.today)}` as "d0")}
      </b>
      {lunar && <span className="text-muted max-lg:hidden">{lunar}</span>}
    </div>
  );
}

/** 截单 23:00, how much of the session has gone, how long is left: amber under 30 minutes, red under 5, then 已截单. */
export function CutOff({ facts }: { facts: Pick<ShellFacts, "cutOff" | "now"> }) {
  const t = useTranslations("shell");
  if (!facts.cutOff) return <span className="text-muted whitespace-nowrap">{t("cutOffNone")}</span>;
  return <RunningCutOff cutOff={facts.cutOff} now={facts.now} />;
}

function RunningCutOff({ cutOff, now }: { cutOff: { opensAt: string; closesAt: string }; now: string }) {
  const t = useTranslations("shell");
  const left = useLeft(cutOff.closesAt, now);
  const whole = new Date(cutOff.closesAt).getTime() - new Date(cutOff.opensAt).getTime();
  const share = Math.min(1, Math.max(0, 1 - left / whole));
  const tone = left <= 0 ? "done" : left < 5 * 60_000 ? "late" : left < 30 * 60_000 ? "soon" : "calm";
  const ink = {
    done: "text-muted",
    late: "text-danger-soft-foreground",
    soon: "text-warning-soft-foreground",
    calm: "",
  }[tone];
  const bar = { done: "bg-c-prev", late: "bg-danger-mark", soon: "bg-warning-mark", calm: "bg-accent" }[tone];
  return (
    <div className="flex items-center gap-2 whitespace-nowrap">
      <span className="text-muted max-md:hidden">{t("cutOff", { time: clockText(new Date(cutOff.closesAt)) })}</span>
      <span aria-hidden="true" className="h-1 w-18 overflow-hidden rounded-full bg-surface-tertiary max-md:hidden">
        <span className={`block h-full ${bar}`} style={{ width: `${share * 100}%` }} />
      </span>
      <b role="timer" className={ink}>
        {left <= 0 ? t("cutOffDone") : t("left", { time: leftText(left) })}
      </b>
    </div>
  );
}

const still = () => () => {};

/** The search box that opens the palette (⌘K or Ctrl K from anywhere). */
export function SearchBox({ jumps }: { jumps: readonly Jump[] }) {
  const t = useTranslations("shell");
  const [open, setOpen] = useState(false);
  const hasOpened = useEver(open);
  const isMac = useSyncExternalStore(still, isApple, () => true);
  useKeys("everywhere", [{ keys: "mod+k", label: t("keys.find"), run: () => setOpen(true), always: true }]);
  return (
    <>
      <button
        type="button"
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
        className="flex h-8 min-w-8 items-center gap-2 rounded-card border border-field-border bg-field px-2 text-left text-muted lg:w-[300px]"
      >
        <Icon of={Search} />
        <span className="flex-1 truncate max-lg:sr-only">
          <span className="sr-only">{t("searchLabel")} </span>
          {t("search")}
        </span>
        <span aria-hidden="true" className="rounded-[4px] border border-border px-1.5 font-sans text-xs max-lg:hidden">
          {isMac ? "⌘K" : "Ctrl K"}
        </span>
      </button>
      {hasOpened && <Palette open={open} onOpenChange={setOpen} jumps={jumps} />}
    </>
  );
}

const roundButton = "relative grid size-8 flex-none place-items-center rounded-card text-muted hover:bg-default";

/** Running jobs: a link to them, with their number. */
export function JobsLink({ running }: { running: number }) {
  const t = useTranslations("shell");
  const label = running > 0 ? t("running", { count: running }) : t("runningNone");
  return (
    <Link href="/jobs" aria-label={label} title={label} className={roundButton}>
      <Icon of={RotateCw} className={running > 0 ? "motion-safe:animate-spin [animation-duration:2.4s]" : ""} />
    </Link>
  );
}
