"use client";
import { ChevronDown, ChevronUp, Maximize2, X } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { IconButton } from "../button";
import { Icon } from "../icon";
import type { Peek } from "./props";

/** The row beside the list, full height from the right; `show` moves it to another row or, with null, closes it. */
export function PeekPanel({
  peek,
  ids,
  at,
  show,
}: {
  peek: Peek;
  ids: readonly string[];
  at: number;
  show: (id: string | null) => void;
}) {
  const t = useTranslations("ui.list");
  const ta = useTranslations("ui.actions");
  const router = useRouter();
  const step = (by: -1 | 1) => (at < 0 ? undefined : ids[at + by]);
  return (
    <aside
      aria-label={t("peek")}
      data-peek=""
      className="no-print fixed inset-y-0 right-0 z-30 flex w-full flex-col border-l border-border bg-surface sm:w-[372px] lg:top-(--shell-top,52px)"
    >
      <header className="flex h-13 flex-none items-center gap-1 border-b border-separator pr-3 pl-4">
        <b className="min-w-0 truncate">{peek.title}</b>
        <span className="ml-1">{peek.state}</span>
        <span className="ml-auto flex">
          <IconButton label={t("previousRow")} disabled={!step(-1)} onClick={() => show(step(-1) ?? null)}>
            <Icon of={ChevronUp} />
          </IconButton>
          <IconButton label={t("nextRow")} disabled={!step(1)} onClick={() => show(step(1) ?? null)}>
            <Icon of={ChevronDown} />
          </IconButton>
          {peek.href && (
            <IconButton label={t("openPage")} onClick={() => router.push(peek.href ?? "")}>
              <Icon of={Maximize2} />
            </IconButton>
          )}
          <IconButton label={ta("close")} onClick={() => show(null)}>
            <Icon of={X} />
          </IconButton>
        </span>
      </header>
      <div className="flex min-h-0 flex-1 flex-col gap-3.5 overflow-y-auto px-4 py-3.5">{peek.body}</div>
      {peek.foot && (
        <footer className="flex flex-none flex-wrap gap-2 border-t border-separator px-4 py-2.5">{peek.foot}</footer>
      )}
    </aside>
  );
}
