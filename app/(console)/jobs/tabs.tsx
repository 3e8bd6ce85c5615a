import { getTranslations } from "next-intl/server";
import { LinkTabs } from "#components/ui/tabs";

/** Runs for everyone; the queue and the workers for those who look after them. */
export async function JobsTabs({ current, seesAll }: { current: "runs" | "queue" | "workers"; seesAll: boolean }) {
  const [t, runs] = await Promise.all([getTranslations("system.jobs"), getTranslations("workbench.runs")]);
  const tabs = [
    { key: "runs", href: "/jobs", label: runs("title") },
    { key: "queue", href: "/jobs/queue", label: t("queue") },
    { key: "workers", href: "/jobs/workers", label: t("workers") },
  ];
  return (
    <LinkTabs
      label={t("title")}
      tabs={tabs
        .filter((tab) => tab.key === "runs" || seesAll)
        .map(({ key, ...tab }) => ({ ...tab, current: key === current }))}
    />
  );
}
