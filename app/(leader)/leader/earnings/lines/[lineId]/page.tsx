import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { EarningExplained } from "#components/settlement/earning-parts";
import { PhonePage } from "#components/shell/phone-page";
import { today } from "#lib/platform/clock";
import { earningLine } from "#lib/settlement/queries/earnings";

export default async function EarningLinePage({ params }: { params: Promise<{ lineId: string }> }) {
  const actor = await requireActor("leader");
  const { lineId } = await params;
  const [t, line] = await page(() => Promise.all([getTranslations("settlement.earnings"), earningLine(actor, lineId)]));
  return (
    <PhonePage title={t("lineTitle")} back="/leader/earnings">
      <EarningExplained l={line} today={today()} />
    </PhonePage>
  );
}
