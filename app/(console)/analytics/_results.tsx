import "server-only";
import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { CampaignResultsView } from "#components/analytics/campaign-results";
import { Moment } from "#components/ui/moment";
import { PageFrame } from "#components/ui/page-frame";
import { resultsOf } from "#lib/analytics/queries/campaign-results";
import type { ResultRef } from "#lib/analytics/schema/results";
import { cities } from "#lib/pickup/queries";
import { today } from "#lib/platform/clock";

/** The results of one campaign; `home` is its own page. */
export async function ResultsPage({ of, home }: { of: ResultRef; home: string }) {
  const actor = await requireActor("operator");
  const [t, results, known] = await page(() => Promise.all([getTranslations("price"), resultsOf(actor, of), cities()]));
  return (
    <PageFrame
      trail={[
        { label: t("campaigns.title"), href: "/analytics/campaigns" },
        { label: results.name, href: home },
      ]}
      title={t("results.title")}
      meta={t(`layers.${results.kind}`)}
      aside={
        <span className="text-muted">
          {t("results.asOf")} <Moment at={results.asOf} today={today()} />
        </span>
      }
    >
      <CampaignResultsView results={results} cities={Object.fromEntries(known.map((c) => [c.id, c.name]))} />
    </PageFrame>
  );
}
