import { useTranslations } from "next-intl";
import { Bar } from "#components/ui/progress";
import { yuan } from "#lib/kernel/money";

/** What of a budget is promised; without one, only the amount. Fen. */
export function BudgetBar({ committedFen, budgetFen }: { committedFen: number; budgetFen: number | null }) {
  const t = useTranslations("promotions");
  if (budgetFen === null)
    return (
      <span className="whitespace-nowrap">
        {yuan(committedFen)} <span className="text-xs text-muted">{t("noBudget")}</span>
      </span>
    );
  const part = committedFen / budgetFen;
  return (
    <span className="flex min-w-32 flex-col gap-1">
      <span className="whitespace-nowrap tabular-nums">
        {yuan(committedFen)} <span className="text-muted">/ {yuan(budgetFen)}</span>
      </span>
      <Bar value={part} kind={part >= 0.9 ? "attention" : "normal"} label={`${Math.round(part * 100)}%`} />
    </span>
  );
}
