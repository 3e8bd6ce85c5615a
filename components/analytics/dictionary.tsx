import { useTranslations } from "next-intl";
import { TextLink } from "#components/ui/button";
import { DialogButton } from "#components/ui/dialog";
import { grainOf } from "#lib/analytics/rules/metrics";
import { metricKeys } from "#lib/analytics/schema/explore";

/** What each metric means, how it is computed and from what: one click from every report. */
export function MetricDictionary() {
  const t = useTranslations("explore");
  return (
    <DialogButton label={t("dictionary.open")} title={t("dictionary.title")} tone="quiet" dialogSize="wide">
      <p className="pb-3 text-muted">
        {t("dictionary.lead")} <TextLink href="/analytics/metrics">{t("dictionary.full")}</TextLink>
      </p>
      <dl className="flex flex-col">
        {metricKeys.map((key) => (
          <div key={key} className="grid gap-x-4 gap-y-0.5 border-t border-separator py-2.5 sm:grid-cols-[112px_1fr]">
            <dt className="font-semibold">{t(`metric.${key}`)}</dt>
            <dd>
              {t(`meaning.${key}`)}
              <span className="block text-xs text-muted">
                {t("dictionary.formula")}: {t(`formula.${key}`)} · {t("dictionary.source")}:{" "}
                {grainOf(key).tables.join(" · ")}
              </span>
            </dd>
          </div>
        ))}
      </dl>
    </DialogButton>
  );
}
