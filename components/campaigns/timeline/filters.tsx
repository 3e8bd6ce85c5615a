"use client";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { remember } from "#components/shell/preference";
import { barKinds, barPhases, groupings } from "#lib/campaigns/schema/schedule";

type Choice = { value: string; label: string };
type Asked = Record<"zoom" | "by" | "cityId" | "categoryId" | "kind" | "state", string | undefined>;

const queryOf = (asked: Partial<Asked> & { day?: string | undefined }) =>
  new URLSearchParams(Object.entries(asked).flatMap(([k, v]) => (v ? [[k, v]] : []))).toString();

/** What the timeline is narrowed to and grouped by: kept in the address, and by this browser for the next visit (but not the day). */
export function ScheduleFilters({
  asked,
  day,
  cities,
  categories,
}: {
  asked: Asked;
  day: string | null;
  cities: readonly Choice[];
  categories: readonly Choice[];
}) {
  const t = useTranslations("schedule");
  const router = useRouter();
  const kept = queryOf(asked);
  useEffect(() => remember("schedule", encodeURIComponent(kept)), [kept]);
  const choose = (key: keyof Asked, value: string) =>
    router.push(`/schedule?${queryOf({ ...asked, [key]: value, ...(day ? { day } : {}) })}`);
  const choices: { key: keyof Asked; label: string; options: readonly Choice[]; isAlways?: boolean }[] = [
    {
      key: "by",
      label: t("by"),
      options: groupings.map((value) => ({ value, label: t(`groupings.${value}`) })),
      isAlways: true,
    },
    { key: "cityId", label: t("filters.cityId"), options: cities },
    { key: "categoryId", label: t("filters.categoryId"), options: categories },
    {
      key: "kind",
      label: t("filters.kind"),
      options: barKinds.map((value) => ({ value, label: t(`kinds.${value}`) })),
    },
    {
      key: "state",
      label: t("filters.state"),
      options: barPhases.map((value) => ({ value, label: t(`phases.${value}`) })),
    },
  ];
  return (
    <div className="flex flex-wrap items-center gap-2">
      {choices.map(({ key, label, options, isAlways }) => (
        <label key={key} className={`flex items-center gap-1.5 ${isAlways ? "max-sm:hidden" : ""}`}>
          <span className="sr-only">{label}</span>
          <select
            className="control h-8! w-auto! py-0!"
            value={asked[key] ?? ""}
            onChange={(event) => choose(key, event.target.value)}
            data-on={!isAlways && asked[key] ? "true" : undefined}
          >
            {!isAlways && <option value="">{`${label}: ${t("filters.all")}`}</option>}
            {options.map((o) => (
              <option key={o.value} value={o.value}>
                {isAlways ? o.label : `${label}: ${o.label}`}
              </option>
            ))}
          </select>
        </label>
      ))}
    </div>
  );
}
