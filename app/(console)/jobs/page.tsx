import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { EventTable } from "#components/notifications/event-table";
import { numberColumn, textColumn } from "#components/ui/columns";
import { Empty } from "#components/ui/empty";
import { Lines } from "#components/ui/lines";
import { Moment } from "#components/ui/moment";
import { PageFrame } from "#components/ui/page-frame";
import { Panel } from "#components/ui/panel";
import { Stat, StatRow } from "#components/ui/stat";
import { can } from "#lib/identity/rules";
import { isUnfiltered, readListParams, type SearchParams } from "#lib/kernel/list";
import { eventsPage, jobsSpec, queueFacts } from "#lib/notifications/queries";
import type { QueueFacts } from "#lib/notifications/schema";
import { tellAgain } from "./actions";

type JobRow = QueueFacts["jobs"][number] & { id: string };

export async function generateMetadata() {
  return { title: (await getTranslations("system.jobs"))("title") };
}

export default async function JobsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor("operator");
  const params = readListParams(await searchParams, jobsSpec);
  const [t, found, facts] = await page(() =>
    Promise.all([getTranslations("system.jobs"), eventsPage(actor, params), queueFacts(actor)]),
  );
  const counts = { failing: facts.failing, waiting: facts.waiting };
  return (
    <PageFrame title={t("title")}>
      <StatRow>
        <Stat label={t("waiting")} value={facts.waiting} href="/jobs?view=waiting" />
        <Stat label={t("failing")} value={facts.failing} href="/jobs" />
        <Stat label={t("oldest")} value={facts.oldestAt ? <Moment at={facts.oldestAt} form="clock" /> : "—"} />
        <Stat label={t("delivered")} value={facts.deliveredToday} />
      </StatRow>
      <EventTable
        rows={found.rows}
        nextCursor={found.nextCursor}
        params={params}
        total={isUnfiltered(params) ? counts[params.view] : undefined}
        views={jobsSpec.views.map((key) => ({ key, label: t(`views.${key}`), count: counts[key] }))}
        search={t("search")}
        retry={can(actor, "jobs.retry") ? tellAgain : null}
        empty={<Empty text={params.view === "failing" ? t("noneFailing") : t("none")} padded={false} />}
      />
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
