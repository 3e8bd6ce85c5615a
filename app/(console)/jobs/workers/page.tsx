import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { numberColumn, textColumn } from "#components/ui/columns";
import { Lines } from "#components/ui/lines";
import { LiveRefresh } from "#components/ui/live";
import { PageFrame } from "#components/ui/page-frame";
import { Panel } from "#components/ui/panel";
import { queueFacts } from "#lib/notifications/queries";
import type { QueueFacts } from "#lib/notifications/schema";
import { JobsTabs } from "../tabs";

type JobRow = QueueFacts["jobs"][number] & { id: string };

export async function generateMetadata() {
  return { title: (await getTranslations("system.jobs"))("workers") };
}

export default async function WorkersPage() {
  const actor = await requireActor("operator");
  const [t, facts] = await page(() => Promise.all([getTranslations("system.jobs"), queueFacts(actor)]));
  return (
    <PageFrame title={t("title")} tabs={<JobsTabs current="workers" seesAll />}>
      <LiveRefresh topics={["jobs"]} seconds={5} />
      <Panel title={t("workers")} flush>
        <Lines
          label={t("workers")}
          rows={facts.jobs.map((job) => ({ id: job.task, ...job }))}
          columns={[
            textColumn<JobRow>({
              id: "task",
              head: t("task"),
              text: (job) => (t.has(`tasks.${job.task}`) ? t(`tasks.${job.task}`) : job.task),
              phone: "title",
            }),
            numberColumn<JobRow>({ id: "running", head: t("running"), value: (job) => job.running }),
            numberColumn<JobRow>({ id: "waiting", head: t("waitingJobs"), value: (job) => job.waiting }),
            numberColumn<JobRow>({ id: "failing", head: t("failingJobs"), value: (job) => job.failing }),
            textColumn<JobRow>({ id: "lastError", head: t("lastError"), grow: true, text: (job) => job.lastError }),
          ]}
        />
      </Panel>
    </PageFrame>
  );
}
