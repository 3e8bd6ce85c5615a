"use client";
import { Ellipsis, Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { Fragment, type ReactNode } from "react";
import type { SavedView } from "#lib/workbench/schema";
import { IconButton } from "../button";
import { Icon } from "../icon";
import { Menu } from "../menu";
import { countText } from "./labels";
import type { ListView } from "./props";

export type ViewTab = ListView & { href: string; isCurrent: boolean };
export type ViewDeed = "add" | "save" | "edit" | "drop" | "reset" | "copyLink";

/** system | mine and team | +, with live counts; the current one says when the address no longer is what was kept. */
export function Views({
  system,
  saved,
  current,
  isEdited,
  go,
  onDeed,
}: {
  system: readonly ViewTab[];
  saved: readonly (ViewTab & Pick<SavedView, "scope">)[];
  current: SavedView | undefined;
  isEdited: boolean;
  go: (href: string) => void;
  /** Absent where views cannot be kept. */
  onDeed?: (deed: ViewDeed) => void;
}) {
  const t = useTranslations("ui.list");
  const tab = (view: ViewTab, note?: ReactNode) => (
    <a
      key={view.key}
      href={view.href}
      aria-current={view.isCurrent ? "page" : undefined}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        go(view.href);
      }}
    >
      {view.label}
      {view.count !== undefined && (
        <span className="text-xs">{countText({ count: view.count, isCapped: view.isCapped })}</span>
      )}
      {view.isCurrent && note}
    </a>
  );
  const edited = isEdited && (
    <span className="text-xs font-normal text-warning-soft-foreground">{t("view.edited")}</span>
  );
  const groups = (["mine", "team"] as const)
    .map((scope) => ({ scope, views: saved.filter((view) => view.scope === scope) }))
    .filter((group) => group.views.length > 0);
  return (
    <div className="-mx-4 flex items-center border-b border-border pr-2 sm:-mx-6 sm:pr-4">
      <nav aria-label={t("views")} className="tabs-line px-1 sm:px-3">
        {system.map((view) => tab(view))}
        {groups.map(({ scope, views }) => (
          <Fragment key={scope}>
            <hr aria-label={t(`view.${scope}`)} className="my-2.5 h-auto w-px flex-none border-0 bg-border" />
            {views.map((view) => tab(view, edited))}
          </Fragment>
        ))}
      </nav>
      {onDeed && (
        <span className="no-print flex flex-none items-center">
          <IconButton label={t("view.add")} onClick={() => onDeed("add")}>
            <Icon of={Plus} />
          </IconButton>
          <Menu
            trigger={<Icon of={Ellipsis} />}
            label={t("view.actions")}
            triggerClass="btn btn-quiet btn-icon"
            items={[
              ...(isEdited && current?.isMine ? [{ id: "save", label: t("view.save") }] : []),
              ...(isEdited ? [{ id: "reset", label: t("view.reset") }] : []),
              { id: "add", label: t("view.saveAs") },
              ...(current?.isMine ? [{ id: "edit", label: t("view.rename") }] : []),
              { id: "copyLink", label: t("view.copyLink") },
              ...(current?.isMine ? [{ id: "drop", label: t("view.drop"), tone: "danger" as const }] : []),
            ].map((item) => ({ ...item, onSelect: () => onDeed(item.id as ViewDeed) }))}
          />
        </span>
      )}
    </div>
  );
}
