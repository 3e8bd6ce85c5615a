"use client";
import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { Button, LinkButton } from "#components/ui/button";
import { StateBadge } from "#components/ui/state-badge";
import { fitted } from "#lib/campaigns/rules/timeline";
import type { Conflict } from "#lib/campaigns/schema";
import type { Home, ScheduleBar, Span } from "#lib/campaigns/schema/schedule";
import { useConflictWords } from "../conflict-words";
import { useBarWords, windowText } from "./bar";
import type { Pending } from "./thought";

const shown = 4;

/** What stands in the way of a change, with the ways out; it floats over the timeline until the change is made or given up. */
export function Verdict({
  pending,
  conflicts,
  rivals,
  isKnown,
  isBlocked,
  isSaving,
  home,
  onReason,
  onSpan,
  onSave,
  onRestore,
}: {
  pending: Pending;
  conflicts: readonly Conflict[];
  /** Bars in the way as the screen knows them, until the server has answered. */
  rivals: readonly ScheduleBar[];
  isKnown: boolean;
  isBlocked: boolean;
  isSaving: boolean;
  home: Home | null;
  onReason: (reason: string) => void;
  onSpan: (span: Span) => void;
  onSave: () => void;
  onRestore: () => void;
}) {
  const t = useTranslations("schedule.move");
  const words = useBarWords();
  const sentence = useConflictWords();
  const reasons = isKnown
    ? conflicts.map((c) => ({ key: `${c.code} ${c.offerId ?? ""} ${c.other?.id ?? ""}`, text: sentence(c) }))
    : rivals.map((b) => ({ key: b.id, text: t("local", { name: words.name(b), window: windowText(b) }) }));
  const first = reasons[0]?.text ?? "";
  useEffect(() => onReason(first), [first, onReason]);
  const fit = home && conflicts.some((c) => c.code === "slotOutside") ? fitted(pending.span, home) : null;
  const fixes = conflicts.flatMap((c) => (c.fix ? [c.fix] : []));
  const moveTo = fixes.find((f) => f.kind === "moveTo");
  const other = fixes.find((f) => f.kind !== "moveTo");
  const kind = isBlocked ? "failed" : reasons.length > 0 ? "attention" : isKnown ? "done" : "progress";
  const title =
    !isKnown && !isBlocked ? t("checking") : isBlocked ? t("blocked") : reasons.length > 0 ? t("warned") : t("free");
  const isHeld = pending.how === "pointer";
  return (
    <section
      aria-label={title}
      data-verdict={isBlocked ? "blocked" : isKnown ? "free" : "checking"}
      className="absolute right-3 bottom-3 z-40 w-[min(360px,calc(100%-24px))] rounded-bar bg-overlay px-3.5 py-3 shadow-overlay"
    >
      <p className="flex items-center justify-between gap-2">
        <StateBadge kind={kind}>
          <b>{title}</b>
        </StateBadge>
        <span className="text-xs whitespace-nowrap">{windowText(pending.span)}</span>
      </p>
      {home && pending.bar.sessionId !== home.id && (
        <p className="mt-1 text-xs text-muted">{t("into", { name: home.name })}</p>
      )}
      {reasons.length > 0 && (
        <ul className="mt-1.5 flex flex-col gap-1">
          {reasons.slice(0, shown).map((r) => (
            <li key={r.key}>{r.text}</li>
          ))}
        </ul>
      )}
      {!isHeld && (
        <div className="mt-2.5 flex flex-wrap gap-2">
          {!isBlocked && (
            <Button size="small" tone="primary" disabled={!isKnown || isSaving} onClick={onSave}>
              {t("save")}
            </Button>
          )}
          {moveTo?.kind === "moveTo" && (
            <Button
              size="small"
              tone={isBlocked ? "primary" : "plain"}
              onClick={() => onSpan({ from: Date.parse(moveTo.startsAt), to: Date.parse(moveTo.endsAt) })}
            >
              {t("fix.moveTo", {
                window: windowText({ from: Date.parse(moveTo.startsAt), to: Date.parse(moveTo.endsAt) }),
              })}
            </Button>
          )}
          {!moveTo && fit && fit.to > fit.from && (
            <Button size="small" tone={isBlocked ? "primary" : "plain"} onClick={() => onSpan(fit)}>
              {t("fix.fit", { window: windowText(fit) })}
            </Button>
          )}
          {other && (
            <LinkButton size="small" href={other.kind === "open" ? other.href : pending.bar.href}>
              {other.kind === "lowerQuota" ? t("fix.lowerQuota", { quota: other.quota }) : t("fix.open")}
            </LinkButton>
          )}
          <Button size="small" onClick={onRestore}>
            {t("restore")}
          </Button>
        </div>
      )}
      <p className="mt-2 text-xs text-muted">{t("keys")}</p>
    </section>
  );
}
