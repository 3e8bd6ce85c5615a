import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { CopyText } from "#components/settlement/copy-text";
import { relayText } from "#components/settlement/relay";
import { PhonePage } from "#components/shell/phone-page";
import { Empty } from "#components/ui/empty";
import { Panel } from "#components/ui/panel";
import { LinkTabs } from "#components/ui/tabs";
import { openOffers } from "#lib/campaigns/queries";
import type { SearchParams } from "#lib/kernel/list";
import { addDays, clockText } from "#lib/kernel/time";
import { closedDays, pointForOrder, pointsOfLeader } from "#lib/pickup/queries";
import { pickupDayFor } from "#lib/pickup/rules";
import { now } from "#lib/platform/clock";

export default async function SharePage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor("leader");
  const { point: chosen } = await searchParams;
  const [t, points] = await page(() =>
    Promise.all([getTranslations("settlement.share"), pointsOfLeader(actor.leaderId ?? "")]),
  );
  const point = points.find((p) => p.id === chosen) ?? points[0];
  const at = now();
  const [offers, place] = point
    ? await Promise.all([openOffers(point.cityId, at), pointForOrder(point.id)])
    : [[], null];
  const first = offers[0];
  if (!point || !place || !first) {
    return (
      <PhonePage title={t("title")}>
        <Empty text={t("none")} />
      </PhonePage>
    );
  }
  const closed = await closedDays(
    ["all", `warehouse:${place.warehouseId}`, `route:${place.routeId}`, `point:${place.id}`],
    first.businessDay,
    addDays(first.businessDay, 30),
  );
  const pickupDay = pickupDayFor({
    businessDay: first.businessDay,
    skuLeadDays: Math.min(...offers.map((o) => o.leadDays)),
    routeLeadDays: place.routeLeadDays,
    isClosed: (day) => closed.has(day),
  });
  const text = relayText(t, { point, pickupDay, offers });
  return (
    <PhonePage
      title={t("title")}
      bottom={<CopyText text={text} label={t("copy")} done={t("copied")} selectId="relay" />}
    >
      <p className="text-lg font-semibold">
        {t("lead", { count: new Set(offers.map((o) => o.skuId)).size, time: clockText(first.cutoffAt) })}
      </p>
      {points.length > 1 && (
        <LinkTabs
          label={t("point")}
          look="segment"
          tabs={points.map((p) => ({ href: `/leader/share?point=${p.id}`, label: p.name, current: p.id === point.id }))}
        />
      )}
      <Panel title={t("text")}>
        <pre id="relay" className="font-[inherit] break-words whitespace-pre-wrap">
          {text}
        </pre>
      </Panel>
    </PhonePage>
  );
}
