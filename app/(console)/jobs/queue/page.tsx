import { getTranslations } from "next-intl/server";
import { readList } from "#app/_adapters/list";
import { page } from "#app/_adapters/page";
import { EventTable } from "#components/notifications/event-table";
import { Empty } from "#components/ui/empty";
import { LiveRefresh } from "#components/ui/live";
import { Moment } from "#components/ui/moment";
import { PageFrame } from "#components/ui/page-frame";
import { Stat, StatRow } from "#components/ui/stat";
import { can } from "#lib/identity/rules";
import type { SearchParams } from "#lib/kernel/list";
import { eventList } from "#lib/notifications/lists";
import { queueFacts } from "#lib/notifications/queries";
import { setAside, takeBack, tellAgain } from "../actions";
import { JobsTabs } from "../tabs";

export async function generateMetadata() {
  return { title: (await getTranslations("system.jobs"))("queue") };
}

const empty = { failing: "noneFailing", waiting: "none", setAside: "noneAside" } as const;

export default async function QueuePage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const t = await getTranslations("system.jobs");
  const { actor, params, props } = await readList(eventList, await searchParams, t);
  const facts = await page(() => queueFacts(actor));
  return (
    <PageFrame title={t("title")} tabs={<JobsTabs current="queue" seesAll />}>
      <LiveRefresh topics={["jobs"]} />
      <StatRow>
        <Stat label={t("waiting")} value={facts.waiting} href="/jobs/queue?view=waiting" />
        <Stat label={t("failing")} value={facts.failing} href="/jobs/queue" />
        <Stat label={t("oldest")} value={facts.oldestAt ? <Moment at={facts.oldestAt} form="clock" /> : "—"} />
        <Stat label={t("delivered")} value={facts.deliveredToday} />
      </StatRow>
      <EventTable
        {...props}
        search={t("search")}
        bulk={params.view === "setAside" ? [] : [{ key: "retry", label: t("retry"), run: true }]}
        deeds={can(actor, "jobs.retry") ? { tellAgain, setAside, takeBack } : null}
        empty={<Empty text={t(empty[params.view])} padded={false} />}
      />
    </PageFrame>
  );
}
