import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { EarningList } from "#components/settlement/earning-parts";
import { PhonePage } from "#components/shell/phone-page";
import { LinkButton } from "#components/ui/button";
import { Empty } from "#components/ui/empty";
import { Panel } from "#components/ui/panel";
import { LinkTabs } from "#components/ui/tabs";
import type { SearchParams } from "#lib/kernel/list";
import { today } from "#lib/platform/clock";
import { listPage, viewAsk } from "#lib/platform/list";
import { earningList } from "#lib/settlement/lists";
import { earningStates } from "#lib/settlement/schema";

export default async function EarningLinesPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor("leader");
  const search = await searchParams;
  const state = earningStates.find((s) => s === search.state);
  const after = typeof search.after === "string" ? search.after : null;
  const [t, lines] = await page(() =>
    Promise.all([
      getTranslations("settlement.earnings"),
      listPage(earningList, actor, { ...viewAsk(state ?? "all", "-line"), after }, 30),
    ]),
  );
  const href = (s?: string) => `/leader/earnings/lines${s ? `?state=${s}` : ""}`;
  return (
    <PhonePage title={t("howTitle")} back="/leader/earnings">
      <LinkTabs
        label={t("howTitle")}
        look="segment"
        tabs={[
          { href: href(), label: t("all"), current: !state },
          ...earningStates.map((s) => ({ href: href(s), label: t(`stateNames.${s}`), current: s === state })),
        ]}
      />
      <Panel label={t("howTitle")} flush>
        {lines.rows.length === 0 ? (
          <Empty text={t("linesEmpty")} action={<LinkButton href="/leader/share">{t("toShare")}</LinkButton>} />
        ) : (
          <EarningList lines={lines.rows} today={today()} />
        )}
      </Panel>
      {lines.nextCursor && (
        <LinkButton href={`${href(state)}${state ? "&" : "?"}after=${lines.nextCursor}`} wide>
          {t("more")}
        </LinkButton>
      )}
    </PhonePage>
  );
}
