import { ChevronDown, X } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button";
import { Icon } from "#components/ui/icon";
import { Menu } from "#components/ui/menu";
import { LinkTabs } from "#components/ui/tabs";
import type { AskChange } from "#lib/analytics/rules/explore";
import { grainOf } from "#lib/analytics/rules/metrics";
import { bases, periods } from "#lib/analytics/schema";
import { type Ask, compares, metricKeys, type NarrowKey } from "#lib/analytics/schema/explore";

/** A choice as a menu of links; the trigger shows what is chosen. */
export function ChoiceMenu<K extends string>({
  label,
  chosen,
  options,
}: {
  label: string;
  chosen: string;
  options: readonly { key: K; text: string; href: string; disabled?: boolean }[];
}) {
  return (
    <Menu
      placement="bottom start"
      label={`${label} ${chosen}`}
      trigger={
        <>
          <span className="text-muted">{label}</span> {chosen}
          <Icon of={ChevronDown} />
        </>
      }
      items={options.map((o) => ({ id: o.key, label: o.text, href: o.href, disabled: o.disabled }))}
    />
  );
}

/** Which days, which day counts, where, against what: what every report is asked. All of it is the address. */
export function PeriodBar({
  ask,
  href,
  path,
  cities,
  hasBasis = true,
  hasCompare = true,
}: {
  ask: Ask;
  href: (change: AskChange) => string;
  path: string;
  cities: readonly { id: string; name: string }[];
  hasBasis?: boolean;
  hasCompare?: boolean;
}) {
  const t = useTranslations("explore");
  const able = grainOf(ask.metric).bases;
  return (
    <>
      {hasBasis && (
        <LinkTabs
          look="segment"
          label={t("ask.basis")}
          tabs={bases
            .filter((basis) => able.includes(basis))
            .map((basis) => ({
              href: href({ basis, ...(basis !== "paid" && ask.by === "hour" ? { by: "day" } : {}) }),
              label: t(`basis.${basis}`),
              current: ask.basis === basis,
            }))}
        />
      )}
      <LinkTabs
        look="segment"
        label={t("period.label")}
        tabs={periods.map((period) => ({
          href: href({ period, from: null, to: null }),
          label: t(`period.${period}`),
          current: ask.period === period,
        }))}
      />
      <form method="get" action={path} className="flex flex-wrap items-center gap-2">
        {[...new URLSearchParams(href({ period: null, from: null, to: null }).split("?")[1] ?? "")].map(
          ([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ),
        )}
        <label className="control-box w-auto flex-none">
          <span className="text-muted">{t("ask.from")}</span>
          <input type="date" name="from" defaultValue={ask.from} key={ask.from} required />
        </label>
        <label className="control-box w-auto flex-none">
          <span className="text-muted">{t("ask.to")}</span>
          <input type="date" name="to" defaultValue={ask.to} key={ask.to} required />
        </label>
        <Button type="submit">{t("ask.show")}</Button>
      </form>
      {cities.length > 1 && (
        <ChoiceMenu
          label={t("ask.city")}
          chosen={cities.find((c) => c.id === ask.cityId)?.name ?? t("ask.allCities")}
          options={[
            { key: "all", text: t("ask.allCities"), href: href({ cityId: null }) },
            ...cities.map((c) => ({ key: c.id, text: c.name, href: href({ cityId: c.id }) })),
          ]}
        />
      )}
      {hasCompare && (
        <ChoiceMenu
          label={t("ask.compare")}
          chosen={t(`compare.${ask.compare}`)}
          options={compares.map((key) => ({ key, text: t(`compare.${key}`), href: href({ compare: key }) }))}
        />
      )}
    </>
  );
}

/** The question of Explore: metric × split × period × comparison × filters. */
export function QuestionBar({
  ask,
  href,
  cities,
  narrowed,
}: {
  ask: Ask;
  href: (change: AskChange) => string;
  cities: readonly { id: string; name: string }[];
  narrowed: readonly { key: NarrowKey; name: string }[];
}) {
  const t = useTranslations("explore");
  const { splits } = grainOf(ask.metric);
  const seconds = metricKeys.filter((key) => {
    const grain = grainOf(key);
    return key !== ask.metric && grain.splits.includes(ask.by) && grain.bases.includes(ask.basis);
  });
  const chips = narrowed.filter((n) => n.key !== "cityId" || cities.length < 2);
  return (
    <section aria-label={t("ask.label")} className="flex flex-wrap items-center gap-2">
      <ChoiceMenu
        label={t("ask.metric")}
        chosen={t(`metric.${ask.metric}`)}
        options={metricKeys.map((metric) => ({
          key: metric,
          text: t(`metric.${metric}`),
          href: href({
            metric,
            second: null,
            ...(grainOf(metric).splits.includes(ask.by) ? {} : { by: null }),
            ...(grainOf(metric).bases.includes(ask.basis) ? {} : { basis: null }),
          }),
        }))}
      />
      <ChoiceMenu
        label={t("ask.second")}
        chosen={ask.second ? t(`metric.${ask.second}`) : t("ask.noSecond")}
        options={[
          { key: "none", text: t("ask.noSecond"), href: href({ second: null }) },
          ...seconds.map((second) => ({ key: second, text: t(`metric.${second}`), href: href({ second }) })),
        ]}
      />
      <ChoiceMenu
        label={t("ask.by")}
        chosen={t(`by.${ask.by}`)}
        options={splits
          .filter((by) => by !== "hour" || ask.basis === "paid")
          .map((by) => ({ key: by, text: t(`by.${by}`), href: href({ by }) }))}
      />
      <PeriodBar ask={ask} href={href} path="/analytics" cities={cities} />
      {chips.map((n) => (
        <span
          key={n.key}
          className="inline-flex h-6.5 items-center gap-1.5 rounded-chip bg-accent-soft pl-2 text-xs whitespace-nowrap text-accent-soft-foreground"
        >
          <b>{t("ask.only", { name: n.name })}</b>
          <Link
            href={href({ [n.key]: null })}
            aria-label={t("ask.clear", { name: n.name })}
            className="grid size-6 place-items-center"
          >
            <Icon of={X} size={12} />
          </Link>
        </span>
      ))}
    </section>
  );
}
