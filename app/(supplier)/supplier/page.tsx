import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { PurchaseCards, RunningTotals } from "#components/procurement/supplier-parts";
import { LinkButton } from "#components/ui/button";
import { Empty } from "#components/ui/empty";
import { LiveRefresh } from "#components/ui/live";
import { PageFrame } from "#components/ui/page-frame";
import { Panel } from "#components/ui/panel";
import { now, today } from "#lib/platform/clock";
import { listPage, viewAsk } from "#lib/platform/list";
import { supplierOrderList } from "#lib/procurement/lists";
import { runningTotals } from "#lib/procurement/queries";

export default async function SupplierToday() {
  const actor = await requireActor("supplier");
  const [t, sessions, waiting, coming] = await page(() =>
    Promise.all([
      getTranslations("procurement.portal"),
      runningTotals(actor),
      listPage(supplierOrderList, actor, viewAsk("waiting", "-issuedAt"), 20),
      listPage(supplierOrderList, actor, viewAsk("toReceive", "unload"), 20),
    ]),
  );
  const at = now().toISOString();
  const day = today();
  return (
    <PageFrame title={t("title")} narrow>
      <LiveRefresh topics={["mine"]} />
      <div className="flex flex-col gap-3">
        {waiting.rows.length > 0 && (
          <Panel title={t("waiting")} note={t("autoNote")} flush>
            <PurchaseCards orders={waiting.rows} today={day} now={at} />
          </Panel>
        )}
        {sessions.length === 0 ? (
          <Panel title={t("running")}>
            <Empty
              text={t("noRunning")}
              action={<LinkButton href="/supplier/products">{t("productsLink")}</LinkButton>}
              padded={false}
            />
          </Panel>
        ) : (
          sessions.map((s) => <RunningTotals key={s.sessionId} session={s} now={at} />)
        )}
        <Panel title={t("toDeliver")} flush={coming.rows.length > 0}>
          {coming.rows.length > 0 ? (
            <PurchaseCards orders={coming.rows} today={day} now={at} />
          ) : (
            <p className="text-muted">{t("noDeliver")}</p>
          )}
        </Panel>
      </div>
    </PageFrame>
  );
}
