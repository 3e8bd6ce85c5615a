import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { LinkButton } from "#components/ui/button";
import { nodeColumn, numberColumn, textColumn } from "#components/ui/columns";
import { ConfirmButton } from "#components/ui/confirm-dialog";
import { Lines } from "#components/ui/lines";
import { PageFrame } from "#components/ui/page-frame";
import { Panel } from "#components/ui/panel";
import { StateBadge } from "#components/ui/state-badge";
import { can } from "#lib/identity/rules";
import { tailOf } from "#lib/kernel/ids";
import { clockText } from "#lib/kernel/time";
import { stockVerdict } from "#lib/orders/queries/stock";
import type { Drift } from "#lib/orders/schema";
import { repairCounterAction } from "./actions";

export async function generateMetadata() {
  return { title: (await getTranslations("watch.stock"))("title") };
}

export default async function StockPage() {
  const actor = await requireActor("operator");
  const [t, verdict] = await page(() => Promise.all([getTranslations("watch.stock"), stockVerdict(actor)]));
  const { drifts, looked, at } = verdict;
  const time = clockText(at);
  const mayRepair = can(actor, "stock.repair");
  const repair = (d: Drift) => (
    <ConfirmButton
      size="small"
      label={t("repair")}
      action={repairCounterAction}
      values={{ counter: d.counter, ref: d.ref }}
      confirmation={{
        title: t("repairTitle", { name: d.name, counter: t(`counters.${d.counter}`) }),
        text: t("repairText", { counted: d.counted, due: d.due }),
        verb: t("repairVerb", { due: d.due }),
        reason: "required",
      }}
    />
  );
  return (
    <PageFrame title={t("title")} meta={t("about")} actions={<LinkButton href="/stock">{t("again")}</LinkButton>}>
      <Panel>
        <p role="status">
          <StateBadge kind={drifts.length > 0 ? "failed" : "done"}>
            {drifts.length > 0 ? t("found", { time, count: drifts.length }) : t("clean", { time, ...looked })}
          </StateBadge>
        </p>
      </Panel>
      {drifts.length > 0 && (
        <Panel flush label={t("list")}>
          <Lines
            label={t("list")}
            rows={drifts}
            columns={[
              textColumn<Drift>({ id: "name", head: t("what"), grow: true, text: (d) => d.name }),
              textColumn<Drift>({ id: "city", head: t("city"), text: (d) => d.cityName }),
              nodeColumn<Drift>({
                id: "session",
                head: t("session"),
                node: (d) =>
                  d.sessionId ? (
                    <Link className="link" href={`/sessions/${d.sessionId}`}>
                      {d.sessionName}
                    </Link>
                  ) : null,
              }),
              textColumn<Drift>({ id: "counter", head: t("counter"), text: (d) => t(`counters.${d.counter}`) }),
              numberColumn<Drift>({ id: "counted", head: t("counted"), value: (d) => d.counted }),
              numberColumn<Drift>({ id: "due", head: t("due"), value: (d) => d.due }),
              numberColumn<Drift>({ id: "difference", head: t("difference"), value: (d) => d.counted - d.due }),
              nodeColumn<Drift>({
                id: "lastOrder",
                head: t("lastOrder"),
                node: (d) =>
                  d.lastOrderId ? (
                    <Link className="link" href={`/orders/${d.lastOrderId}`}>
                      {tailOf(d.lastOrderId)}
                    </Link>
                  ) : null,
              }),
              ...(mayRepair ? [nodeColumn<Drift>({ id: "repair", head: "", node: repair })] : []),
            ]}
          />
        </Panel>
      )}
    </PageFrame>
  );
}
