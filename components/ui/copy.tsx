"use client";
import { Check, Copy as CopyGlyph } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useEffect, useState } from "react";
import { Icon } from "./icon";

/** A value with a copy button beside it; `children` replaces the shown text. */
export function Copy({ text, children }: { text: string; children?: ReactNode }) {
  const t = useTranslations("ui.actions");
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), 1500);
    return () => clearTimeout(timer);
  }, [done]);
  return (
    <span className="inline-flex items-center gap-1">
      <span className="break-all">{children ?? text}</span>
      <button
        type="button"
        aria-label={`${t("copy")} ${text}`}
        title={done ? t("copied") : t("copy")}
        className="grid size-6 place-items-center rounded-[4px] text-muted hover:bg-default"
        onClick={() => navigator.clipboard.writeText(text).then(() => setDone(true))}
      >
        <Icon of={done ? Check : CopyGlyph} size={14} />
      </button>
      <span className="sr-only" aria-live="polite">
        {done ? t("copied") : ""}
      </span>
    </span>
  );
}
