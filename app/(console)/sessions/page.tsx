import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { SessionTable } from "#components/campaigns/session-table";
import { LinkButton } from "#components/ui/button";
import { DialogButton } from "#components/ui/dialog";
import { Empty } from "#components/ui/empty";
import { DateField, SelectField } from "#components/ui/fields";
import { Form } from "#components/ui/form";
import { PageFrame } from "#components/ui/page-frame";
import { cloneChoices, sessionCounts, sessionsPage, sessionViews } from "#lib/campaigns/queries/sessions";
import { can } from "#lib/identity/rules";
import { readListParams, type SearchParams } from "#lib/kernel/list";
import { addDays } from "#lib/kernel/time";
import { cities } from "#lib/pickup/queries";
import { now, today } from "#lib/platform/clock";
import { clone } from "./actions";

const spec = { views: sessionViews, sorts: ["-businessDay"], filters: { day: "day", cityId: "text" } } as const;

export default async function SessionsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor("operator");
  const params = readListParams(await searchParams, spec);
  const filter = { view: params.view, q: params.q, ...params.filters };
  const mayEdit = can(actor, "sessions.edit");
  const [t, list, counts, known, sources] = await page(() =>
    Promise.all([
      getTranslations("campaigns"),
      sessionsPage(actor, { ...filter, cursor: params.after }),
      sessionCounts(actor, filter),
      cities(),
      mayEdit ? cloneChoices(actor) : [],
    ]),
  );
  const used = new Set(list.rows.flatMap((s) => s.cityIds));
  return (
    <PageFrame
      title={t("title")}
      actions={
        mayEdit && (
          <>
            {sources.length > 0 && (
              <DialogButton label={t("clone")}>
                <Form action={clone} submit={t("cloneSubmit")} guard={false}>
                  <SelectField
                    name="fromId"
                    label={t("cloneFrom")}
                    defaultValue={sources[0]?.id}
                    options={sources.map((s) => ({ value: s.id, label: `${s.businessDay} · ${s.name}` }))}
                  />
                  <DateField
                    name="businessDay"
                    label={t("cloneTo")}
                    defaultValue={addDays(today(), 1)}
                    hint={t("cloneHint")}
                  />
                </Form>
              </DialogButton>
            )}
            <LinkButton href="/sessions/new" tone="primary">
              {t("new")}
            </LinkButton>
          </>
        )
      }
    >
      <SessionTable
        rows={list.rows}
        nextCursor={list.nextCursor}
        params={params}
        total={counts.matching}
        now={now().toISOString()}
        today={today()}
        cities={Object.fromEntries(known.map((c) => [c.id, c.name]))}
        views={sessionViews.map((key) => ({ key, label: t(`views.${key}`), count: counts.views[key] }))}
        search={t("search")}
        filters={[
          { key: "day", label: t("businessDay"), kind: "day" },
          ...(used.size > 1 || params.filters.cityId
            ? [
                {
                  key: "cityId",
                  label: t("city"),
                  options: known.filter((c) => used.has(c.id)).map((c) => ({ value: c.id, label: c.name })),
                },
              ]
            : []),
        ]}
        empty={
          counts.views.all === 0 ? (
            <Empty
              text={t("empty")}
              action={mayEdit && <LinkButton href="/sessions/new">{t("new")}</LinkButton>}
              padded={false}
            />
          ) : (
            <Empty text={t("emptyView")} padded={false} />
          )
        }
      />
    </PageFrame>
  );
}
