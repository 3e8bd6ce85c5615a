"use client";
import { Download, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button, IconButton } from "../button";
import { ActionButton } from "../form";
import { Icon } from "../icon";
import { countText } from "./labels";
import type { BulkAction, Total } from "./props";

const takesWhole = (action: BulkAction): boolean => action.run === true || action.whole === true;

/** The floating bar over chosen rows: how many, all that match, what may be done with them. */
export function BulkBar({
  bulk,
  count,
  isWhole,
  total,
  valuesOf,
  onWhole,
  onOpen,
  onExport,
  onDrop,
}: {
  bulk: readonly BulkAction[];
  count: number;
  isWhole: boolean;
  total: Total;
  valuesOf: (action: BulkAction) => Record<string, string | readonly string[]>;
  onWhole: () => void;
  /** A deed that asks first. */
  onOpen: (action: BulkAction) => void;
  onExport?: () => void;
  onDrop: () => void;
}) {
  const t = useTranslations("ui.list");
  return (
    <section
      aria-label={t("bulk")}
      className="no-print sticky bottom-4 z-20 mx-0 mt-3 flex min-h-12 flex-wrap items-center gap-2 rounded-bar bg-overlay py-2 pr-2 pl-4 shadow-overlay sm:mx-4"
    >
      <b>{isWhole ? t("selectedAll", { count: countText(total) }) : t("selected", { count })}</b>
      {!isWhole && total.count > count && (onExport || bulk.some(takesWhole)) && (
        <Button size="small" onClick={onWhole}>
          {t("selectAll", { count: countText(total) })}
        </Button>
      )}
      <span className="ml-auto flex flex-wrap gap-2">
        {bulk
          .filter((action) => !isWhole || takesWhole(action))
          .map((action) =>
            action.run || action.confirm ? (
              <Button key={action.key} size="small" tone={action.tone} onClick={() => onOpen(action)}>
                {action.label}
                {action.run && "…"}
              </Button>
            ) : (
              <ActionButton
                key={action.key}
                size="small"
                tone={action.tone}
                action={action.action}
                values={valuesOf(action)}
                onSuccess={onDrop}
              >
                {action.label}
              </ActionButton>
            ),
          )}
        {onExport && (
          <Button size="small" icon={<Icon of={Download} size={14} />} onClick={onExport}>
            {t("export.open")}
          </Button>
        )}
        <IconButton label={t("clearSelection")} size="small" onClick={onDrop}>
          <Icon of={X} />
        </IconButton>
      </span>
    </section>
  );
}
