import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { LeaderDeliveries, NextMoney, PickupProgress, Uncollected } from "#components/fulfilment/leader-today";
import { ConnectionPill } from "#components/shell/connection";
import { PhonePage } from "#components/shell/phone-page";
import { LinkButton } from "#components/ui/button";
import { leaderToday } from "#lib/fulfilment/queries/pickups";
import { arrive, mark, tell } from "./actions";

export default async function LeaderTodayPage() {
  const actor = await requireActor("leader");
  const [t, today] = await page(() => Promise.all([getTranslations("fulfilment.leaderToday"), leaderToday(actor)]));
  // signing has a deadline, so it comes before handing over
  const toSign = today.deliveries.find((d) => d.state === "arrived");
  return (
    <PhonePage
      title={t("title")}
      actions={<ConnectionPill quiet />}
      bottom={
        <LinkButton
          href={toSign ? `/leader/deliveries/${toSign.id}` : "/leader/pickup"}
          tone="primary"
          size="large"
          wide
        >
          {toSign ? t("sign", { n: toSign.pieces }) : t("verify")}
        </LinkButton>
      }
    >
      <NextMoney today={today} />
      <section className="flex flex-col gap-2">
        <h2>{t("deliveries")}</h2>
        <LeaderDeliveries deliveries={today.deliveries} day={today.day} arrive={arrive} tell={tell} />
      </section>
      {today.pickup.pieces > 0 && <PickupProgress pickup={today.pickup} />}
      <section className="flex flex-col gap-2">
        <h2>{t("uncollected")}</h2>
        <Uncollected bundles={today.uncollected} day={today.day} mark={mark} />
      </section>
    </PhonePage>
  );
}
