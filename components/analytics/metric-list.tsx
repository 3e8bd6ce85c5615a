import { useTranslations } from "next-intl";
import { TextLink } from "#components/ui/button";
import { Panel } from "#components/ui/panel";
import { askHref } from "#lib/analytics/rules/explore";
import { grainOf, metrics } from "#lib/analytics/rules/metrics";
import { type Ask, type MetricKey, metricKeys } from "#lib/analytics/schema/explore";
import { SqlButton } from "./reports";

/** The dictionary: every metric's name, definition, formula, tables, grain and the SQL that counts it. */
export function MetricList({ ask, sql }: { ask: Ask; sql: Record<MetricKey, string[]> }) {
  const t = useTranslations("explore");
  const list = (all: readonly string[]) => all.join(t("dictionary.comma"));
  return (
    <Panel title={t("dictionary.title")} note={t("dictionary.lead")} flush>
      <dl>
        {metricKeys.map((key) => {
          const grain = grainOf(key);
          return (
            <div
              key={key}
              id={key}
              className="grid gap-x-6 gap-y-1 border-b border-separator px-4 py-3 last:border-0 md:grid-cols-[180px_1fr_1fr]"
            >
              <dt>
                <b>{t(`metric.${key}`)}</b>
                <span className="block text-xs text-muted">
                  {key} · {t(metrics[key].upIsGood ? "dictionary.up" : "dictionary.down")}
                </span>
                <span className="mt-1 flex items-center gap-2">
                  <TextLink href={askHref(ask, { metric: key, by: null, basis: null })}>{t("dictionary.ask")}</TextLink>
                  <SqlButton sql={sql[key]} />
                </span>
              </dt>
              <dd>
                {t(`meaning.${key}`)}
                <span className="block text-muted">
                  {t("dictionary.formula")}: {t(`formula.${key}`)}
                </span>
              </dd>
              <dd className="text-xs text-muted">
                <span className="block">
                  {t("dictionary.source")}: <code>{grain.tables.join(", ")}</code>
                </span>
                <span className="block">
                  {t("dictionary.splits", { list: list(grain.splits.map((by) => t(`heads.${by}`))) })}
                </span>
                <span className="block">
                  {t("dictionary.bases", { list: list(grain.bases.map((b) => t(`basis.${b}`))) })}
                </span>
                <span className="block">
                  {t("dictionary.narrows", { list: list(grain.narrows.map((n) => t(`filtersOf.${n}`))) })}
                </span>
              </dd>
            </div>
          );
        })}
      </dl>
    </Panel>
  );
}
