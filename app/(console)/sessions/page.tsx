import { getTranslations } from "next-intl/server";
import { readList } from "#app/_adapters/list";
import { page } from "#app/_adapters/page";
import { SessionTable } from "#components/campaigns/session-table";
import { LinkButton } from "#components/ui/button";
import { DialogButton } from "#components/ui/dialog";
import { Empty } from "#components/ui/empty";
import { DateField, SelectField } from "#components/ui/fields";
import { FieldRow, Form } from "#components/ui/form";
import { PageFrame } from "#components/ui/page-frame";
import { sessionList } from "#lib/campaigns/lists";
import { cloneChoices } from "#lib/campaigns/queries/sessions";
import { can } from "#lib/identity/rules";
import type { SearchParams } from "#lib/kernel/list";
import { addDays } from "#lib/kernel/time";
import { cities } from "#lib/pickup/queries";
import { now, today } from "#lib/platform/clock";
import { clone, week } from "./actions";

export default async function SessionsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const t = await getTranslations("campaigns");
  const tp = await getTranslations("planning");
  const { actor, params, props } = await readList(sessionList, await searchParams, t);
  const mayEdit = can(actor, "sessions.edit");
  const [known, sources] = await page(() => Promise.all([cities(), mayEdit ? cloneChoices(actor) : []]));
  const used = new Set(props.rows.flatMap((s) => s.cityIds));
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
            <DialogButton label={tp("week.button")} title={tp("week.title")}>
              <Form action={week} submit={tp("week.submit")} guard={false}>
                <FieldRow>
                  <DateField name="fromDay" label={tp("week.from")} defaultValue={addDays(today(), -6)} />
                  <DateField name="toDay" label={tp("week.to")} defaultValue={addDays(today(), 1)} />
                </FieldRow>
                <p className="text-muted">{tp("week.hint")}</p>
              </Form>
            </DialogButton>
            <LinkButton href="/sessions/new" tone="primary">
              {t("new")}
            </LinkButton>
          </>
        )
      }
    >
      <SessionTable
        {...props}
        now={now().toISOString()}
        today={today()}
        cities={Object.fromEntries(known.map((c) => [c.id, c.name]))}
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
          props.views.at(-1)?.count === 0 ? (
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
