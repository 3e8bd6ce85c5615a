import { forbidden } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { requireActor } from "#app/_adapters/session";
import { SessionFields } from "#components/campaigns/session-fields";
import { LinkButton } from "#components/ui/button";
import { Form } from "#components/ui/form";
import { PageFrame } from "#components/ui/page-frame";
import { Panel } from "#components/ui/panel";
import { cloneChoices } from "#lib/campaigns/queries/sessions";
import { can } from "#lib/identity/rules";
import { readListParams, type SearchParams } from "#lib/kernel/list";
import { addDays, atClock, clockText, dayText } from "#lib/kernel/time";
import { cities, servedCities } from "#lib/pickup/queries";
import { today } from "#lib/platform/clock";
import { create } from "../actions";

/** Begins like the last session did: the same hours, the day after. */
export default async function NewSessionPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor("operator");
  if (!can(actor, "sessions.edit")) forbidden();
  const [t, served, known, [last]] = await Promise.all([
    getTranslations("campaigns"),
    servedCities(),
    cities(),
    cloneChoices(actor, 1),
  ]);
  const day = readListParams(await searchParams, { filters: { day: "day" } }).filters.day ?? addDays(today(), 1);
  const within = (served.length > 0 ? served : known).filter(
    (c) => actor.cityIds.length === 0 || actor.cityIds.includes(c.id),
  );
  return (
    <PageFrame trail={[{ label: t("title"), href: "/sessions" }]} title={t("new")} narrow>
      <Panel>
        <Form
          action={create}
          submit={t("create")}
          secondary={
            <LinkButton href="/sessions" tone="quiet">
              {t("back")}
            </LinkButton>
          }
        >
          <SessionFields
            cities={within}
            facts={{
              name: `${dayText(day)} ${t("title")}`,
              businessDay: day,
              opensAt: atClock(day, last ? clockText(last.opensAt) : "06:00"),
              cutoffAt: atClock(day, last ? clockText(last.cutoffAt) : "23:00"),
              lateNoticeMinutes: last?.lateNoticeMinutes ?? 15,
              cityIds: last?.cityIds ?? within.slice(0, 1).map((c) => c.id),
            }}
          />
        </Form>
      </Panel>
    </PageFrame>
  );
}
