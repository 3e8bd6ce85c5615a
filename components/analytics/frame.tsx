import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { PageFrame } from "#components/ui/page-frame";
import { LinkTabs } from "#components/ui/tabs";
import { askHref, boardHref } from "#lib/analytics/rules/explore";
import { type Ask, type Board, boards } from "#lib/analytics/schema/explore";

/** The frame of every analytics page: the boards as tabs, which keep period, city, basis and comparison. */
export function AnalyticsFrame({
  current,
  ask,
  meta,
  actions,
  children,
}: {
  current: Board | "explore" | "metrics";
  ask?: Ask;
  meta?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const t = useTranslations("explore.tabs");
  const tabs = [
    { key: "explore" as const, href: ask ? askHref(ask) : "/analytics" },
    ...boards.map((key) => ({ key, href: ask ? boardHref(ask, key) : `/analytics/${key}` })),
    { key: "metrics" as const, href: "/analytics/metrics" },
  ];
  return (
    <PageFrame
      title={t("label")}
      meta={meta}
      actions={actions}
      tabs={
        <LinkTabs
          label={t("label")}
          tabs={tabs.map((tab) => ({ href: tab.href, label: t(tab.key), current: tab.key === current }))}
        />
      }
    >
      {children}
    </PageFrame>
  );
}
