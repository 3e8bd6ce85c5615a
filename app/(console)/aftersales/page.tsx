import Form from "next/form";
import { getTranslations } from "next-intl/server";
import { History } from "#app/_adapters/history";
import { readList } from "#app/_adapters/list";
import { page } from "#app/_adapters/page";
import { CaseList } from "#components/aftersales/case-list";
import { CaseContext, CaseEvidence, CaseFacts, CaseOutcome } from "#components/aftersales/case-parts";
import { caseKind } from "#components/aftersales/case-state";
import { DecideForm } from "#components/aftersales/decide-form";
import { Button, LinkButton } from "#components/ui/button";
import { Empty } from "#components/ui/empty";
import { LiveRefresh } from "#components/ui/live";
import { PageFrame } from "#components/ui/page-frame";
import { Panel } from "#components/ui/panel";
import { StateBadge, StateNote } from "#components/ui/state-badge";
import { LinkTabs } from "#components/ui/tabs";
import { caseList } from "#lib/aftersales/lists";
import { caseRecord } from "#lib/aftersales/queries";
import { can } from "#lib/identity/rules";
import { changeQuery, type SearchParams } from "#lib/kernel/list";
import { times, yuan } from "#lib/kernel/money";
import { momentText } from "#lib/kernel/time";
import { today } from "#lib/platform/clock";
import { decide } from "./actions";

export default async function AfterSalesPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const search = await searchParams;
  const t = await getTranslations("aftersales");
  const { actor, params, props: list } = await readList(caseList, search, t, { limit: 30 });
  const { total } = list;
  // the first case opens by itself on a wide screen; on a phone the list comes first
  const chosen = params.peek ?? list.rows[0]?.id ?? null;
  const record = chosen ? await page(() => caseRecord(actor, chosen)) : null;
  const day = today();
  const query = new URLSearchParams(
    Object.entries(search).flatMap(([k, v]) => (typeof v === "string" ? [[k, v] as [string, string]] : [])),
  ).toString();
  const hrefOf = (id: string) => `/aftersales${changeQuery(query, { peek: id })}`;
  const place = list.rows.findIndex((c) => c.id === chosen);
  const neighbour = (step: number) => {
    const found = place < 0 ? undefined : list.rows[place + step];
    return found ? hrefOf(found.id) : null;
  };
  return (
    <PageFrame
      title={t("title")}
      meta={
        total.sumFen !== null && (
          <span className="text-muted">{t("sum", { n: total.count, amount: yuan(total.sumFen) })}</span>
        )
      }
      actions={<LinkButton href={`/aftersales/list?view=${params.view}`}>{t("toTable")}</LinkButton>}
      tabs={
        <LinkTabs
          label={t("list")}
          tabs={list.views.map(({ key, label, count }) => ({
            href: `/aftersales${changeQuery(query, { view: key === "open" ? null : key })}`,
            label,
            count,
            current: params.view === key,
            attention: key === "overdue" && count > 0,
          }))}
        />
      }
    >
      <LiveRefresh topics={["aftersale"]} />
      <div className="grid items-start gap-3 lg:grid-cols-[320px_minmax(0,1fr)] xl:grid-cols-[320px_minmax(0,1fr)_320px]">
        <div className={`card min-w-0 ${params.peek ? "max-lg:hidden" : ""}`}>
          <Form action="/aftersales" scroll={false} className="flex gap-2 border-b border-separator p-3">
            {params.view !== "open" && <input type="hidden" name="view" value={params.view} />}
            <input
              type="search"
              name="q"
              defaultValue={params.q}
              placeholder={t("search")}
              aria-label={t("search")}
              className="control min-w-0 flex-1"
            />
            <Button type="submit">{t("searchDo")}</Button>
          </Form>
          {list.rows.length === 0 ? (
            <Empty text={params.view === "open" && params.q === "" ? t("empty") : t("emptyView")} />
          ) : (
            <CaseList
              cases={list.rows}
              current={chosen}
              hrefs={Object.fromEntries(list.rows.map((c) => [c.id, hrefOf(c.id)]))}
              today={day}
            />
          )}
          {(list.nextCursor || params.after) && (
            <div className="flex justify-between gap-2 border-t border-separator p-2">
              {params.after ? (
                <LinkButton size="small" href={`/aftersales${changeQuery(query, { after: null, peek: null })}`}>
                  {t("first")}
                </LinkButton>
              ) : (
                <span />
              )}
              {list.nextCursor && (
                <LinkButton
                  size="small"
                  href={`/aftersales${changeQuery(query, { after: list.nextCursor, peek: null })}`}
                >
                  {t("more")}
                </LinkButton>
              )}
            </div>
          )}
        </div>
        {record ? (
          <>
            <div className={`flex min-w-0 flex-col gap-3 ${params.peek ? "" : "max-lg:hidden"}`}>
              <Panel
                title={t("case", { no: record.orderNo })}
                actions={
                  <StateBadge kind={record.isOverdue ? "attention" : caseKind[record.state]} pill>
                    {record.state === "applied"
                      ? t("due", { time: momentText(record.dueAt, day) })
                      : t(`states.${record.state}`)}
                  </StateBadge>
                }
              >
                <CaseEvidence record={record} />
              </Panel>
              <Panel title={t("facts")}>
                <CaseFacts record={record} today={day} />
              </Panel>
              <History kind="aftersale" id={record.id} entries={record.timeline} />
            </div>
            <div
              className={`flex min-w-0 flex-col gap-3 lg:col-start-2 xl:col-start-3 xl:row-start-1 ${params.peek ? "" : "max-lg:hidden"}`}
            >
              <Panel title={record.state === "applied" ? t("decide") : t("decision")}>
                {record.state !== "applied" ? (
                  <CaseOutcome record={record} today={day} />
                ) : can(actor, "aftersales.decide") ? (
                  <DecideForm
                    key={record.id}
                    id={record.id}
                    requestedFen={record.requestedFen}
                    costFen={times(record.line.supplyPriceFen, record.quantity)}
                    suggested={record.suggested}
                    action={decide}
                    next={neighbour(1)}
                    previous={neighbour(-1)}
                  />
                ) : (
                  <StateNote kind="waiting">{t("notDecider")}</StateNote>
                )}
              </Panel>
              <Panel>
                <CaseContext record={record} />
              </Panel>
            </div>
          </>
        ) : (
          list.rows.length > 0 && <p className="p-6 text-muted">{t("choose")}</p>
        )}
      </div>
    </PageFrame>
  );
}
