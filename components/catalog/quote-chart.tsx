"use client";
import { useTranslations } from "next-intl";
import { LineChart } from "#components/ui/charts";
import type { QuotePoint } from "#lib/catalog/schema";

/** A year of quotes: the price, and low and high where the market's list has them. */
export function QuoteChart({ quotes }: { quotes: QuotePoint[] }) {
  const t = useTranslations("catalog.record");
  if (quotes.length === 0) return <p className="text-muted">{t("historyEmpty")}</p>;
  const hasRange = quotes.some((q) => q.lowFen !== null && q.highFen !== null);
  return (
    <LineChart
      label={t("history")}
      format="money"
      height={220}
      points={quotes.map((q) => ({
        label: q.day,
        values: { price: q.priceFen, ...(hasRange ? { low: q.lowFen, high: q.highFen } : {}) },
      }))}
      series={[
        { key: "price", label: t("quote") },
        ...(hasRange
          ? [
              { key: "low", label: t("low") },
              { key: "high", label: t("high") },
            ]
          : []),
      ]}
    />
  );
}
