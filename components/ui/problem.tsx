"use client";
import { RotateCw } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Button } from "./button";
import { Copy } from "./copy";
import { Icon } from "./icon";
import { StateShape } from "./state-badge";

/** A part that failed, in its place: sentence, retry, number to copy. */
export function Problem({
  title,
  text,
  number,
  retry,
}: {
  title?: ReactNode;
  text?: ReactNode;
  number?: string | null;
  retry?: () => void;
}) {
  const t = useTranslations("ui");
  return (
    <div role="alert" className="flex flex-col items-start gap-2 p-6">
      <h2 className="flex items-center gap-2">
        <StateShape kind="failed" size={14} />
        {title ?? t("problem.title")}
      </h2>
      <p className="max-w-[60ch] text-muted">{text ?? t("problem.text")}</p>
      <div className="flex flex-wrap items-center gap-3">
        {retry && (
          <Button icon={<Icon of={RotateCw} />} onClick={retry}>
            {t("actions.retry")}
          </Button>
        )}
        {number && (
          <span className="text-xs text-muted">
            {t("problem.number")} <Copy text={number} />
          </span>
        )}
      </div>
    </div>
  );
}
