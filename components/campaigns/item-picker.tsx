"use client";
import { Search } from "lucide-react";
import { useTranslations } from "next-intl";
import { useDeferredValue, useState } from "react";
import { Form } from "#components/ui/form";
import { Icon } from "#components/ui/icon";
import { useLive } from "#components/ui/live-query";
import { Money } from "#components/ui/money";
import type { ItemChoice } from "#lib/campaigns/schema";
import type { FormAction } from "#lib/kernel/answer";

/** Finds listed products and puts the chosen ones into a session. */
export function ItemPicker({ sessionId, action }: { sessionId: string; action: FormAction }) {
  const t = useTranslations("campaigns");
  const [text, setText] = useState("");
  const q = useDeferredValue(text.trim());
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const found = useLive<{ choices: ItemChoice[] }>("itemChoices", { sessionId, q });
  const choices = found.data?.choices ?? [];
  const toggle = (skuId: string) => {
    const next = new Set(chosen);
    if (!next.delete(skuId)) next.add(skuId);
    setChosen(next);
  };
  return (
    <Form
      action={action}
      values={{ sessionId, skuId: [...chosen] }}
      submit={`${t("addItemsSubmit")}${chosen.size > 0 ? ` ${chosen.size}` : ""}`}
      guard={false}
    >
      <p className="text-muted">{t("addItemsNote")}</p>
      <span className="control-box">
        <Icon of={Search} className="text-muted" />
        <input
          type="search"
          value={text}
          onChange={(event) => setText(event.target.value)}
          placeholder={t("addItemsSearch")}
          aria-label={t("addItemsSearch")}
        />
      </span>
      <ul className="max-h-96 overflow-y-auto rounded-card border border-border">
        {choices.map((choice) => (
          <li key={choice.skuId} className="border-b border-separator last:border-0">
            <label className="flex min-h-11 items-center gap-3 px-3 py-1.5 has-checked:bg-accent-soft">
              <input
                type="checkbox"
                checked={choice.isIn || chosen.has(choice.skuId)}
                disabled={choice.isIn}
                onChange={() => toggle(choice.skuId)}
              />
              <span className="min-w-0 flex-1">
                <b>{choice.name}</b> <span className="text-muted">{choice.spec}</span>
                <span className="block text-xs text-muted">{choice.isIn ? t("alreadyIn") : choice.supplierName}</span>
              </span>
              <span className="text-right text-xs text-muted">
                {t("supplyPrice")} <Money fen={choice.supplyPriceFen} muted />
                {choice.dailyQuota !== null && (
                  <span className="block">
                    {t("quota")} {choice.dailyQuota.toLocaleString("en-US")}
                  </span>
                )}
              </span>
              <Money fen={choice.salePriceFen} size="strong" />
            </label>
          </li>
        ))}
        {choices.length === 0 && !found.isPending && <li className="p-4 text-muted">{t("addItemsEmpty")}</li>}
      </ul>
    </Form>
  );
}
