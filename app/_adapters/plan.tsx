import "server-only";
import { getTranslations } from "next-intl/server";
import { cache } from "react";
import { CapsNote, EvidenceTable } from "#components/campaigns/price-evidence";
import { PublishDiffTable, PublishSummary } from "#components/campaigns/publish-diff";
import { Panel } from "#components/ui/panel";
import { publishDiff } from "#lib/analytics/queries/publish-diff";
import { capsOfSlot, struckOffers } from "#lib/campaigns/queries/price-evidence";
import type { OfferView } from "#lib/campaigns/schema";
import { cities } from "#lib/pickup/queries";
import { today } from "#lib/platform/clock";
import { page } from "./page";
import { requireActor } from "./session";

type Planned = { sessionId: string; againstId: string | null } | { slotId: string };

/** One reading a page view, whoever shows it. */
const diffOf = cache(async (key: string) => {
  const actor = await requireActor("operator");
  return page(() => publishDiff(actor, JSON.parse(key) as Planned));
});

/** In a publish dialog: what changes, what it may sell and leave, and what goes against a rule. */
export async function PublishBrief({ of }: { of: Planned }) {
  return <PublishSummary diff={await diffOf(JSON.stringify(of))} today={today()} />;
}

/**
 * On a record: a draft's difference item by item, a slot's effect on later struck-through prices, and what the struck-through prices
 * rest on. `offers` are the campaign's own that stand.
 */
export async function PlanPanels({
  of,
  offers,
  isDraft,
}: {
  of: Planned;
  offers: readonly OfferView[];
  isDraft: boolean;
}) {
  const actor = await requireActor("operator");
  const [t, known, diff, caps, struck] = await page(async () =>
    Promise.all([
      getTranslations("price"),
      cities(),
      isDraft && offers.length > 0 ? diffOf(JSON.stringify(of)) : null,
      "slotId" in of ? capsOfSlot(actor, of.slotId) : [],
      struckOffers(offers),
    ]),
  );
  const day = today();
  const names = Object.fromEntries(known.map((c) => [c.id, c.name]));
  const cited = isDraft ? struck : struck.filter((o) => o.strike);
  return (
    <>
      {diff && (
        <Panel title={t("diff.title")} flush>
          <div className="p-4">
            <PublishSummary diff={diff} today={day} />
          </div>
          <PublishDiffTable diff={diff} cities={names} />
        </Panel>
      )}
      {caps.length > 0 && (
        <Panel title={t("caps.title")}>
          <CapsNote caps={caps} today={day} />
        </Panel>
      )}
      {cited.length > 0 && (
        <Panel title={t("evidence.title")} flush>
          <EvidenceTable offers={cited} cities={names} today={day} />
        </Panel>
      )}
    </>
  );
}
