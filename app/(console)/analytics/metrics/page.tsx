import { page } from "#app/_adapters/page";
import { AnalyticsFrame } from "#components/analytics/frame";
import { MetricList } from "#components/analytics/metric-list";
import { ProofPanel } from "#components/analytics/proof";
import { sqlOfAll } from "#lib/analytics/queries/explore";
import { lastProof } from "#lib/analytics/queries/proof";
import type { SearchParams } from "#lib/kernel/list";
import { asked } from "../_ask";

export default async function MetricsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const { actor, ask, today } = await asked(searchParams);
  const [sql, proof] = await page(() => Promise.all([sqlOfAll(actor), lastProof(actor)]));
  return (
    <AnalyticsFrame current="metrics" ask={ask}>
      <ProofPanel proof={proof} today={today} />
      <MetricList ask={ask} sql={sql} />
    </AnalyticsFrame>
  );
}
