import { X } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button";
import { Icon } from "#components/ui/icon";
import { LinkTabs } from "#components/ui/tabs";
import { questionHref } from "#lib/analytics/rules";
import { bases, periods, type Question } from "#lib/analytics/schema";

/** What is asked: which day counts, from when to when, where, against what. All of it is the address. */
export function QuestionBar({
  question: q,
  cities,
  narrowed,
}: {
  question: Question;
  cities: readonly { id: string; name: string }[];
  narrowed: readonly { key: "cityId" | "supplierId" | "leaderId" | "skuId"; name: string }[];
}) {
  const t = useTranslations("analytics");
  const chips = narrowed.filter((n) => n.key !== "cityId" || cities.length < 2);
  return (
    <div className="flex flex-wrap items-center gap-2">
      <LinkTabs
        look="segment"
        label={t("basis.label")}
        tabs={bases.map((basis) => ({
          href: questionHref(q, { basis: basis === "paid" ? null : basis }),
          label: t(`basis.${basis}`),
          current: q.basis === basis,
        }))}
      />
      <LinkTabs
        look="segment"
        label={t("period.label")}
        tabs={periods.map((period) => ({
          href: questionHref(q, { period: period === "d7" ? null : period, from: null, to: null }),
          label: t(`period.${period}`),
          current: q.period === period,
        }))}
      />
      <form method="get" action="/analytics" className="flex flex-wrap items-center gap-2">
        {[...new URLSearchParams(questionHref(q, { period: null, from: null, to: null }).split("?")[1] ?? "")].map(
          ([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ),
        )}
        <label className="control-box w-auto flex-none">
          <span className="text-muted">{t("period.from")}</span>
          <input type="date" name="from" defaultValue={q.from} key={q.from} required />
        </label>
        <label className="control-box w-auto flex-none">
          <span className="text-muted">{t("period.to")}</span>
          <input type="date" name="to" defaultValue={q.to} key={q.to} required />
        </label>
        <Button type="submit">{t("period.show")}</Button>
      </form>
      {cities.length > 1 && (
        <LinkTabs
          look="segment"
          label={t("city")}
          tabs={[
            { href: questionHref(q, { cityId: null }), label: t("allCities"), current: !q.cityId },
            ...cities.map((c) => ({
              href: questionHref(q, { cityId: c.id }),
              label: c.name,
              current: q.cityId === c.id,
            })),
          ]}
        />
      )}
      <LinkTabs
        look="segment"
        label={t("compare.label")}
        tabs={[
          { href: questionHref(q, { compare: null }), label: t("compare.previous"), current: q.compare },
          { href: questionHref(q, { compare: "none" }), label: t("compare.none"), current: !q.compare },
        ]}
      />
      {chips.map((n) => (
        <span
          key={n.key}
          className="inline-flex h-6.5 items-center gap-1.5 rounded-chip bg-accent-soft pl-2 text-xs whitespace-nowrap text-accent-soft-foreground"
        >
          <b>{t("only", { name: n.name })}</b>
          <Link
            href={questionHref(q, { [n.key]: null })}
            aria-label={`${t("clear")} ${n.name}`}
            className="grid size-6 place-items-center"
          >
            <Icon of={X} size={12} />
          </Link>
        </span>
      ))}
    </div>
  );
}
