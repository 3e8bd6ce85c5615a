import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { FulfilmentTabs } from "#components/fulfilment/fulfilment-tabs";
import { WaveBoard } from "#components/fulfilment/wave-board";
import { LinkButton } from "#components/ui/button";
import { Empty } from "#components/ui/empty";
import { LiveRefresh } from "#components/ui/live";
import { PageFrame } from "#components/ui/page-frame";
import { Panel } from "#components/ui/panel";
import { StateNote } from "#components/ui/state-badge";
import { deliveryList } from "#lib/fulfilment/lists";
import { deliveryByDay } from "#lib/fulfilment/queries/deliveries";
import { addDays, daysFrom } from "#lib/kernel/time";
import { today } from "#lib/platform/clock";
import { listCount, viewAsk } from "#lib/platform/list";
import { purchaseList } from "#lib/procurement/lists";
import { buyingByDay } from "#lib/procurement/queries";

/** How many pickup days the board shows: yesterday, today and the two to come. */
const shown = 4;

export default async function FulfilmentPage() {
  const actor = await requireActor("operator");
  const day = today();
  const from = addDays(day, -1);
  const to = addDays(day, shown - 2);
  const [t, buying, delivery, latePurchases, lateDeliveries, unsigned] = await page(() =>
    Promise.all([
      getTranslations("fulfilment"),
      buyingByDay(actor, from, to),
      deliveryByDay(actor, from, to),
      listCount(purchaseList, actor, viewAsk("late")),
      listCount(deliveryList, actor, viewAsk("late")),
      listCount(deliveryList, actor, viewAsk("arrived")),
    ]),
  );
  const waves = daysFrom(from, shown)
    .map((d) => ({
      day: d,
      note:
        d === day
          ? ("today" as const)
          : d === addDays(day, 1)
            ? ("tomorrow" as const)
            : d === from
              ? ("yesterday" as const)
              : null,
      buying: buying.find((b) => b.day === d) ?? null,
      delivery: delivery.find((b) => b.day === d) ?? null,
    }))
    .filter((w) => w.buying || w.delivery);
  const attention = [
    { key: "latePurchases" as const, count: latePurchases.count, href: "/fulfilment/purchases?view=late" },
    { key: "lateDeliveries" as const, count: lateDeliveries.count, href: "/fulfilment/deliveries?view=late" },
    { key: "unsigned" as const, count: unsigned.count, href: "/fulfilment/deliveries?view=arrived" },
  ].filter((a) => a.count > 0);
  return (
    <PageFrame title={t("title")} tabs={<FulfilmentTabs current="board" />}>
      <LiveRefresh topics={["purchase", "delivery", "session"]} />
      <div className="flex flex-col gap-3">
        {waves.length > 0 ? (
          <WaveBoard waves={waves} />
        ) : (
          <Panel>
            <Empty
              text={t("board.empty")}
              action={<LinkButton href="/sessions">{t("board.toSessions")}</LinkButton>}
              padded={false}
            />
          </Panel>
        )}
        <div className="grid gap-3 lg:grid-cols-2">
          <Panel title={t("board.attention")}>
            {attention.length === 0 ? (
              <p className="text-muted">{t("board.calm")}</p>
            ) : (
              <ul className="flex flex-col gap-2">
                {attention.map((a) => (
                  <li key={a.key}>
                    <StateNote
                      kind={a.key === "unsigned" ? "progress" : "attention"}
                      action={
                        <LinkButton href={a.href} size="small">
                          {a.count.toLocaleString("en-US")}
                        </LinkButton>
                      }
                    >
                      {t(`board.${a.key}`)}
                    </StateNote>
                  </li>
                ))}
              </ul>
            )}
          </Panel>
          {waves.some((w) => w.buying || w.delivery) && (
            <Panel title={t("board.prints")}>
              <ul className="flex flex-col gap-2">
                {waves.map((w) => (
                  <li key={w.day} className="flex flex-wrap gap-2">
                    {w.buying && (
                      <LinkButton href={`/fulfilment/print/purchases?day=${w.day}`} external size="small">
                        {t("board.printPurchases", { day: w.day.slice(5) })}
                      </LinkButton>
                    )}
                    {w.delivery && (
                      <LinkButton href={`/fulfilment/print/deliveries?day=${w.day}`} external size="small">
                        {t("board.printSheets", { day: w.day.slice(5) })}
                      </LinkButton>
                    )}
                  </li>
                ))}
              </ul>
            </Panel>
          )}
        </div>
      </div>
    </PageFrame>
  );
}
