import { getTranslations } from "next-intl/server";
import { readList } from "#app/_adapters/list";
import { page } from "#app/_adapters/page";
import { LeaderTable } from "#components/leaders/leader-table";
import { LinkButton } from "#components/ui/button";
import { Empty } from "#components/ui/empty";
import { TextField } from "#components/ui/fields";
import { PageFrame } from "#components/ui/page-frame";
import { can } from "#lib/identity/rules";
import type { SearchParams } from "#lib/kernel/list";
import { leaderApplicationList, leaderList } from "#lib/leaders/lists";
import { leaderLevels } from "#lib/leaders/schema";
import { servedCities } from "#lib/pickup/queries";
import { today } from "#lib/platform/clock";
import { listCount, viewAsk } from "#lib/platform/list";

export default async function LeadersPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const [t, rules] = await Promise.all([getTranslations("leaders"), getTranslations("commission")]);
  const { actor, params, props } = await readList(leaderList, await searchParams, t);
  const [{ count: waiting }, cities] = await page(() =>
    Promise.all([listCount(leaderApplicationList, actor, viewAsk("submitted")), servedCities()]),
  );
  const reason = <TextField name="reason" label={t("reason")} maxLength={200} />;
  return (
    <PageFrame
      title={t("title")}
      actions={
        <>
          {can(actor, "commission.see") && <LinkButton href="/commission-rules">{rules("title")}</LinkButton>}
          <LinkButton href="/leaders/applications" tone={waiting > 0 ? "primary" : "plain"}>
            {waiting > 0 ? t("applicationsWaiting", { count: waiting }) : t("applications")}
          </LinkButton>
        </>
      }
    >
      <LeaderTable
        {...props}
        today={today()}
        bulk={[
          ...(params.view === "paused" || params.view === "left"
            ? []
            : [{ key: "pause", label: t("pause"), run: true as const, fields: reason }]),
          ...(params.view === "paused" || params.view === "all"
            ? [{ key: "resume", label: t("resume"), run: true as const, fields: reason }]
            : []),
        ]}
        search={t("search")}
        filters={[
          ...(cities.length > 1
            ? [{ key: "cityId", label: t("city"), options: cities.map((c) => ({ value: c.id, label: c.name })) }]
            : []),
          {
            key: "level",
            label: t("level"),
            options: leaderLevels.map((n) => ({ value: String(n), label: t("levelOf", { level: n }) })),
          },
        ]}
        empty={
          <Empty
            text={t("empty")}
            action={<LinkButton href="/leaders/applications">{t("applications")}</LinkButton>}
            padded={false}
          />
        }
      />
    </PageFrame>
  );
}
