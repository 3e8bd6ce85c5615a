"use client";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { LinkButton } from "#components/ui/button";
import { ActionButton } from "#components/ui/form";
import { StateNote } from "#components/ui/state-badge";
import type { Conflict } from "#lib/campaigns/schema";
import type { FormAction } from "#lib/kernel/answer";
import { momentText } from "#lib/kernel/time";
import { useConflictWords } from "./conflict-words";

const shown = 8;

/** Conflicts, those that block first, each with its reason and what mends it. */
export function ConflictList({
  conflicts,
  remove,
  lower,
  fix,
}: {
  conflicts: readonly Conflict[];
  /** Takes items out: sends `offerIds`. */
  remove?: FormAction;
  /** Lowers a quota: sends `offerId` and `quota`. */
  lower?: FormAction;
  /** A control of one's own for a conflict (a move, say). */
  fix?: (conflict: Conflict) => ReactNode;
}) {
  const t = useTranslations("planning");
  const words = useConflictWords();
  const sorted = [...conflicts].sort((a, b) => Number(a.severity === "warn") - Number(b.severity === "warn"));
  if (sorted.length === 0) return null;
  const mend = (c: Conflict): ReactNode => {
    const own = fix?.(c);
    if (own) return own;
    if (c.fix?.kind === "removeItem" && remove)
      return (
        <ActionButton action={remove} values={{ offerIds: c.fix.offerId }} size="small">
          {t("fixes.removeItem")}
        </ActionButton>
      );
    if (c.fix?.kind === "lowerQuota" && lower)
      return (
        <ActionButton action={lower} values={{ offerId: c.fix.offerId, quota: c.fix.quota }} size="small">
          {t("fixes.lowerQuota", { quota: c.fix.quota })}
        </ActionButton>
      );
    if (c.fix?.kind === "open") return null;
    return c.fix?.kind === "moveTo" ? (
      <span>{t("fixes.moveTo", { at: momentText(new Date(c.fix.startsAt)) })}</span>
    ) : null;
  };
  return (
    <div className="flex flex-col gap-2">
      {sorted.slice(0, shown).map((c) => {
        const href = c.other?.href ?? (c.fix?.kind === "open" ? c.fix.href : null);
        return (
          <StateNote
            key={`${c.code} ${c.offerId} ${c.other?.id} ${c.name}`}
            kind={c.severity === "block" ? "failed" : "attention"}
            action={
              <span className="flex flex-wrap items-center gap-2">
                {href && (
                  <LinkButton href={href} size="small">
                    {t("fixes.open")}
                  </LinkButton>
                )}
                {mend(c)}
              </span>
            }
          >
            {words(c)}
          </StateNote>
        );
      })}
      {sorted.length > shown && <p className="text-muted">{t("more", { count: sorted.length - shown })}</p>}
    </div>
  );
}
