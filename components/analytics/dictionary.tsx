import { useTranslations } from "next-intl";
import { DialogButton } from "#components/ui/dialog";
import { dictionary } from "#lib/analytics/schema";

/** What each metric means, how it is computed and from what: one click from every report. */
export function MetricDictionary() {
  const t = useTranslations("analytics.dictionary");
  return (
    <DialogButton label={t("open")} title={t("title")} tone="quiet" dialogSize="wide">
      <p className="pb-3 text-muted">{t("lead")}</p>
      <dl className="flex flex-col">
        {dictionary.map((key) => (
          <div key={key} className="grid gap-x-4 gap-y-0.5 border-t border-separator py-2.5 sm:grid-cols-[112px_1fr]">
            <dt className="font-semibold">{t(`items.${key}.name`)}</dt>
            <dd>
              {t(`items.${key}.text`)}
              <span className="block text-xs text-muted">
                {t("formula")}: {t(`items.${key}.formula`)} · {t("source")}: {t(`items.${key}.source`)}
              </span>
            </dd>
          </div>
        ))}
      </dl>
    </DialogButton>
  );
}
