import { useTranslations } from "next-intl";
import type { Conflict } from "#lib/campaigns/schema";
import { yuan } from "#lib/kernel/money";

const moneyFact = (value: string | number | undefined): string => (typeof value === "number" ? yuan(value) : "");

/** A conflict as one sentence. */
export function useConflictWords() {
  const t = useTranslations("planning.conflicts");
  return ({ code, name, other, facts }: Conflict): string =>
    t(code === "leadTime" && "promised" in facts ? "leadTimeLater" : code, {
      ...facts,
      name: name ?? "",
      other: other?.name ?? "",
      price: moneyFact(facts.priceFen),
      supply: moneyFact(facts.supplyPriceFen),
      cap: moneyFact(facts.capFen),
      strike: moneyFact(facts.strikeFen),
      left:
        facts.becomesFen === undefined
          ? t("capsLaterLost")
          : t("capsLaterLeft", { price: moneyFact(facts.becomesFen) }),
      floor: typeof facts.floorBp === "number" ? `${facts.floorBp / 100}%` : "",
    });
}
