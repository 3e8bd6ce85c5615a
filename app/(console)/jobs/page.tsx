import { getLocale, getTranslations } from "next-intl/server";
import { readList } from "#app/_adapters/list";
import { page } from "#app/_adapters/page";
import { Empty } from "#components/ui/empty";
import { LiveRefresh } from "#components/ui/live";
import { PageFrame } from "#components/ui/page-frame";
import { StateBadge } from "#components/ui/state-badge";
import { RunPeek } from "#components/workbench/run-peek";
import { kindOfRun } from "#components/workbench/run-state";
import { RunTable } from "#components/workbench/run-table";
import { can } from "#lib/identity/rules";
import type { SearchParams } from "#lib/kernel/list";
import { lists } from "#lib/server/lists";
import { messages } from "#lib/words/index";
import { runList, runName } from "#lib/workbench/lists";
import { runInWords, runOf } from "#lib/workbench/queries";
import { cancelRun, retryRun, undoRun } from "../../_adapters/list-actions";
import { JobsTabs } from "./tabs";

export async function generateMetadata() {
  return { title: (await getTranslations("system.jobs"))("title") };
}

export default async function RunsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const locale = await getLocale();
  const [t, jobs] = await Promise.all([getTranslations("workbench.runs"), getTranslations("system.jobs")]);
  const { lists: names, states } = messages(locale).workbench;
  const { actor, params, props } = await readList(runList, await searchParams, t);
  const peeked = await page(async () => (params.peek ? runOf(actor, params.peek, locale) : null));
  const seesAll = can(actor, "jobs.see");
  const { rows, views, ...list } = props;
  return (
    <PageFrame title={jobs("title")} tabs={<JobsTabs current="runs" seesAll={seesAll} />}>
      <LiveRefresh topics={["runs"]} />
      <RunTable
        {...list}
        rows={rows.map((run) => ({ ...runInWords(run, locale), name: runName(run, locale) }))}
        views={seesAll ? views : views.filter((view) => view.key !== "all")}
        filters={[
          {
            key: "kind",
            label: t("what"),
            options: [
              { value: "export", label: t("kinds.export") },
              { value: "bulk", label: t("kinds.bulk") },
            ],
          },
          {
            key: "list",
            label: t("list"),
            options: Object.keys(lists).map((name) => ({ value: name, label: names[name] ?? name })),
          },
        ]}
        peek={
          peeked && {
            title: runName(peeked, locale),
            state: (
              <StateBadge pill kind={kindOfRun[peeked.state]}>
                {states[peeked.state]}
              </StateBadge>
            ),
            body: (
              <RunPeek key={`${peeked.id}${peeked.state}`} run={peeked} actions={{ cancelRun, retryRun, undoRun }} />
            ),
          }
        }
        empty={<Empty text={t("empty")} padded={false} />}
      />
    </PageFrame>
  );
}
