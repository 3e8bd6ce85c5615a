"use client";
import { useTranslations } from "next-intl";
import { LineChart } from "#components/ui/charts";
import {
  dayColumn,
  idColumn,
  momentColumn,
  moneyColumn,
  nodeColumn,
  numberColumn,
  textColumn,
} from "#components/ui/columns";
import { Lines } from "#components/ui/lines";
import { Section } from "#components/ui/panel";
import { turningSteps } from "#lib/campaigns/rules/prices";
import type { Observation, PriceHistory, PriceStep } from "#lib/campaigns/schema/prices";
import { yuan } from "#lib/kernel/money";
import type { Day } from "#lib/kernel/time";

const shown = 10;

/** What a SKU was published at, who changed it, and what was really paid a day and city. */
export function PriceHistoryView({
  history,
  cities,
  today,
}: {
  history: PriceHistory;
  cities: Record<string, string>;
  today: Day;
}) {
  const t = useTranslations("price");
  const { observations, steps } = history;
  const sold = [...new Set(observations.map((o) => o.cityId))];
  const days = [...new Set(observations.map((o) => o.day))].sort();
  const at = new Map(observations.map((o) => [`${o.day} ${o.cityId}`, o.lowestFen]));
  const cityName = (id: string) => cities[id] ?? id;
  return (
    <div className="flex flex-col gap-4">
      <Section title={t("history.chart")} note={t("history.chartNote")}>
        {days.length === 0 ? (
          <p className="text-muted">{t("history.noObservations")}</p>
        ) : (
          <LineChart
            label={t("history.chart")}
            format="money"
            height={220}
            series={sold.map((id) => ({ key: id, label: cityName(id) }))}
            points={days.map((day) => ({
              label: day,
              values: Object.fromEntries(sold.map((id) => [id, at.get(`${day} ${id}`) ?? null])),
            }))}
          />
        )}
      </Section>
      {observations.length > 0 && (
        <Section title={t("history.observations")}>
          <Lines
            label={t("history.observations")}
            rows={observations
              .map((o) => ({ ...o, id: `${o.day} ${o.cityId}` }))
              .reverse()
              .slice(0, shown)}
            columns={[
              dayColumn<Observation & { id: string }>({ id: "day", head: t("history.day"), day: (o) => o.day, today }),
              textColumn<Observation & { id: string }>({
                id: "city",
                head: t("history.city"),
                text: (o) => cityName(o.cityId),
              }),
              moneyColumn<Observation & { id: string }>({
                id: "lowest",
                head: t("history.lowest"),
                fen: (o) => o.lowestFen,
              }),
              numberColumn<Observation & { id: string }>({
                id: "pieces",
                head: t("history.pieces"),
                value: (o) => o.pieces,
              }),
            ]}
          />
        </Section>
      )}
      <Section title={t("history.steps")}>
        <Lines
          label={t("history.steps")}
          rows={turningSteps(steps)
            .slice(0, 2 * shown)
            .map((s, i) => ({ ...s, id: `${s.offerId} ${i}` }))}
          empty={t("history.empty")}
          columns={[
            momentColumn<PriceStep & { id: string }>({ id: "at", head: t("history.at"), at: (s) => s.at, today }),
            idColumn<PriceStep & { id: string }>({
              id: "campaign",
              head: t("history.campaign"),
              text: (s) => s.campaignName,
              href: (s) => `/${s.layer === "session" ? "sessions" : "flash"}/${s.campaignId}`,
            }),
            textColumn<PriceStep & { id: string }>({
              id: "city",
              head: t("history.city"),
              text: (s) => cityName(s.cityId),
              note: (s) => t(`layers.${s.layer}`),
            }),
            nodeColumn<PriceStep & { id: string }>({
              id: "change",
              head: t("history.change"),
              align: "right",
              node: (s) =>
                s.fromFen === null
                  ? t("history.published", { amount: yuan(s.toFen) })
                  : `${yuan(s.fromFen)} → ${yuan(s.toFen)}`,
            }),
            textColumn<PriceStep & { id: string }>({ id: "by", head: t("history.by"), text: (s) => s.byName }),
            textColumn<PriceStep & { id: string }>({
              id: "reason",
              head: t("history.reason"),
              grow: true,
              text: (s) => s.reason,
            }),
          ]}
        />
      </Section>
    </div>
  );
}
