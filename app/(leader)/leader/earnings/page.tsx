import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import {
  EarningList,
  EarningsChart,
  EarningsHero,
  EarningsPlaces,
  WithdrawalTrack,
} from "#components/settlement/earning-parts";
import { PhonePage } from "#components/shell/phone-page";
import { LinkButton, TextLink } from "#components/ui/button";
import { Empty } from "#components/ui/empty";
import { Money } from "#components/ui/money";
import { Panel } from "#components/ui/panel";
import { StateNote } from "#components/ui/state-badge";
import { least, yuan } from "#lib/kernel/money";
import { today } from "#lib/platform/clock";
import { listPage, viewAsk } from "#lib/platform/list";
import { earningList } from "#lib/settlement/lists";
import { earningsOf } from "#lib/settlement/queries/earnings";

export default async function EarningsPage() {
  const actor = await requireActor("leader");
  const leaderId = actor.leaderId ?? "";
  const [t, e, lines] = await page(() =>
    Promise.all([
      getTranslations("settlement.earnings"),
      earningsOf(actor, leaderId),
      listPage(earningList, actor, viewAsk("all", "-line"), 8),
    ]),
  );
  const here = today();
  return (
    <PhonePage title={t("title")}>
      <EarningsHero e={e} today={here}>
        {e.blocked === null ? (
          <div className="flex items-center gap-3">
            <LinkButton href="/leader/earnings/withdraw" tone="primary" size="large">
              {t("withdraw", { amount: yuan(least(e.availableFen, e.maximumFen)) })}
            </LinkButton>
            <span className="text-sm text-muted">
              {t("toWechat")}
              <br />
              {t("usually")}
            </span>
          </div>
        ) : (
          <StateNote kind={e.blocked === "withdrawalTooSmall" ? "waiting" : "attention"}>
            {t(`blocked.${e.blocked}`, { min: yuan(e.minimumFen) })}
          </StateNote>
        )}
      </EarningsHero>
      {e.open && (
        <Panel
          title={t("inTransit")}
          actions={<TextLink href={`/leader/earnings/withdrawals/${e.open.id}`}>{yuan(e.open.amountFen)}</TextLink>}
        >
          <WithdrawalTrack w={e.open} today={here} />
        </Panel>
      )}
      {e.owedFen > 0 && (
        <StateNote kind="attention" action={<Money fen={e.owedFen} size="strong" />}>
          {t("owed")} · {t("owedNote")}
        </StateNote>
      )}
      <EarningsPlaces e={e} />
      <EarningsChart e={e} />
      <Panel title={t("howTitle")} actions={<TextLink href="/leader/earnings/lines">{t("all")}</TextLink>} flush>
        {lines.rows.length === 0 ? (
          <Empty text={t("linesEmpty")} action={<LinkButton href="/leader/share">{t("toShare")}</LinkButton>} />
        ) : (
          <EarningList lines={lines.rows} today={here} />
        )}
      </Panel>
    </PhonePage>
  );
}
