"use client";
import { useLocale, useTranslations } from "next-intl";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import {
  CheckboxField,
  CheckboxGroup,
  DatetimeField,
  MoneyField,
  NumberField,
  PercentField,
  SelectField,
  TextField,
} from "#components/ui/fields";
import { FieldRow } from "#components/ui/form";
import { Section } from "#components/ui/panel";
import { couponFunders, couponGrants, couponKinds, type TemplateView } from "#lib/promotions/schema/coupons";
import { couponSentence } from "#lib/words/coupons";

type Named = { id: string; name: string };
export type TemplateChoices = {
  cities: readonly Named[];
  categories: readonly Named[];
  products: readonly Named[];
  suppliers: readonly Named[];
  leaders: readonly Named[];
};
type Facts = Partial<Omit<TemplateView, "claimFrom" | "claimTo">> & {
  claimFrom: Date | string;
  claimTo: Date | string;
};

/** A few of many, one after the other. */
function ProductChoice({ products, chosen }: { products: readonly Named[]; chosen: readonly string[] }) {
  const t = useTranslations("promotions");
  const [ids, setIds] = useState(chosen);
  return (
    <div className="flex flex-col gap-1.5">
      <SelectField
        name=""
        label={t("products")}
        required={false}
        value=""
        onChange={(event) => event.target.value && setIds([...new Set([...ids, event.target.value])])}
        options={products.filter((p) => !ids.includes(p.id)).map((p) => ({ value: p.id, label: p.name }))}
      />
      {ids.length > 0 && (
        <div className="flex flex-wrap gap-x-4 gap-y-1">
          {ids.map((id) => (
            <label key={id} className="flex min-h-7 items-center gap-2">
              <input
                type="checkbox"
                name="productIds"
                value={id}
                checked
                onChange={() => setIds(ids.filter((one) => one !== id))}
              />
              {products.find((p) => p.id === id)?.name ?? id}
            </label>
          ))}
        </div>
      )}
    </div>
  );
}

/** The fields of a template, with the whole coupon in one sentence as it is typed. */
export function TemplateFields({ facts, choices }: { facts: Facts; choices: TemplateChoices }) {
  const t = useTranslations("promotions");
  const locale = useLocale();
  const box = useRef<HTMLDivElement>(null);
  const [kind, setKind] = useState(facts.kind ?? "amount");
  const [funder, setFunder] = useState(facts.funder ?? "platform");
  const [isFixed, setIsFixed] = useState(facts.validDays === null);
  const [told, setTold] = useState("");
  const named = (list: readonly Named[], ids: string[]) => ids.map((id) => list.find((x) => x.id === id)?.name ?? id);
  const tell = useEffectEvent(() => {
    const form = box.current?.closest("form");
    if (!form) return;
    const data = new FormData(form);
    const all = (name: string) => data.getAll(name).map(String);
    const number = (name: string) => (data.get(name) ? Number(data.get(name)) : null);
    const date = (name: string) => (data.get(name) ? new Date(String(data.get(name))) : null);
    const payers = funder === "supplier" ? choices.suppliers : choices.leaders;
    setTold(
      couponSentence(
        {
          kind,
          amountFen: number("amountFen"),
          percentBp: number("percentBp"),
          maxOffFen: number("maxOffFen"),
          thresholdFen: number("thresholdFen") ?? 0,
          goods: [...named(choices.categories, all("categoryIds")), ...named(choices.products, all("productIds"))],
          cities: named(choices.cities, all("cityIds")),
          newCustomers: data.has("newCustomers"),
          stacks: data.has("stacks"),
          validDays: number("validDays"),
          validFrom: date("validFrom"),
          validTo: date("validTo"),
          payer: {
            funder,
            name: payers.find((p) => p.id === data.get("funderId"))?.name ?? null,
            budgetFen: number("budgetFen"),
          },
        },
        locale,
      ),
    );
  });
  // hidden fields follow what was typed one frame later
  const later = () => requestAnimationFrame(() => tell());
  // biome-ignore lint/correctness/useExhaustiveDependencies: fields come and go with these
  useEffect(() => tell(), [kind, funder, isFixed]);
  const payers = funder === "supplier" ? choices.suppliers : choices.leaders;
  return (
    <div ref={box} className="flex flex-col gap-5" onInput={later} onChange={later}>
      <p className="rounded-lg bg-surface-secondary px-3 py-2" aria-live="polite">
        <span className="mr-2 text-xs text-muted">{t("preview")}</span>
        {told}
      </p>
      <Section title={t("worth")}>
        <TextField name="name" label={t("name")} hint={t("nameHint")} defaultValue={facts.name} maxLength={40} />
        <FieldRow columns={3}>
          <SelectField
            name="kind"
            label={t("kind")}
            value={kind}
            onChange={(event) => setKind(event.target.value as typeof kind)}
            options={couponKinds.map((k) => ({ value: k, label: t(`kinds.${k}`) }))}
          />
          {kind === "amount" ? (
            <MoneyField name="amountFen" label={t("amount")} defaultFen={facts.amountFen} />
          ) : (
            <PercentField name="percentBp" label={t("percent")} defaultBp={facts.percentBp} />
          )}
          {kind === "percent" && <MoneyField name="maxOffFen" label={t("maxOff")} defaultFen={facts.maxOffFen} />}
          <MoneyField
            name="thresholdFen"
            label={t("threshold")}
            hint={t("thresholdHint")}
            required={false}
            defaultFen={facts.thresholdFen || null}
          />
        </FieldRow>
      </Section>
      <Section title={t("scope")}>
        <CheckboxGroup
          name="cityIds"
          label={t("cities")}
          hint={t("everywhere")}
          columns={3}
          options={choices.cities.map((c) => ({ value: c.id, label: c.name }))}
          defaultValues={facts.cityIds}
        />
        <CheckboxGroup
          name="categoryIds"
          label={t("categories")}
          hint={t("everything")}
          columns={3}
          options={choices.categories.map((c) => ({ value: c.id, label: c.name }))}
          defaultValues={facts.categoryIds}
        />
        <ProductChoice products={choices.products} chosen={facts.productIds ?? []} />
        <CheckboxField name="newCustomers" label={t("newCustomers")} defaultChecked={facts.newCustomers} />
        <CheckboxField name="stacks" label={t("stacks")} defaultChecked={facts.stacks} />
      </Section>
      <Section title={t("grant")}>
        <FieldRow columns={3}>
          <SelectField
            name="grant"
            label={t("grant")}
            defaultValue={facts.grant ?? "claim"}
            options={couponGrants.map((g) => ({ value: g, label: t(`grants.${g}`) }))}
          />
          <NumberField
            name="quota"
            label={t("quota")}
            hint={t("quotaHint")}
            required={false}
            min={1}
            defaultValue={facts.quota ?? ""}
          />
          <NumberField name="perPerson" label={t("perPerson")} min={1} max={20} defaultValue={facts.perPerson ?? 1} />
        </FieldRow>
        <FieldRow>
          <DatetimeField name="claimFrom" label={t("claimFrom")} defaultAt={facts.claimFrom} />
          <DatetimeField name="claimTo" label={t("claimTo")} defaultAt={facts.claimTo} />
        </FieldRow>
        <FieldRow columns={3}>
          <SelectField
            name="validityKind"
            label={t("validity")}
            value={isFixed ? "fixed" : "days"}
            onChange={(event) => setIsFixed(event.target.value === "fixed")}
            options={[
              { value: "days", label: t("fromClaim") },
              { value: "fixed", label: t("fixed") },
            ]}
          />
          {isFixed ? (
            <>
              <DatetimeField name="validFrom" label={t("validFrom")} defaultAt={facts.validFrom ?? facts.claimFrom} />
              <DatetimeField name="validTo" label={t("validTo")} defaultAt={facts.validTo ?? facts.claimTo} />
            </>
          ) : (
            <NumberField
              name="validDays"
              label={t("validDays")}
              min={1}
              max={365}
              defaultValue={facts.validDays ?? 7}
            />
          )}
        </FieldRow>
      </Section>
      <Section title={t("funder")}>
        <FieldRow columns={3}>
          <SelectField
            name="funder"
            label={t("funder")}
            value={funder}
            onChange={(event) => setFunder(event.target.value as typeof funder)}
            options={couponFunders.map((f) => ({ value: f, label: t(`funders.${f}`) }))}
          />
          {funder !== "platform" && (
            <SelectField
              key={funder}
              name="funderId"
              label={t("funderId")}
              hint={t(funder === "supplier" ? "supplierGoods" : "leaderOrders")}
              defaultValue={facts.funder === funder ? (facts.funderId ?? "") : ""}
              options={payers.map((p) => ({ value: p.id, label: p.name }))}
            />
          )}
          <MoneyField
            name="budgetFen"
            label={t("budget")}
            hint={t("budgetHint")}
            required={false}
            defaultFen={facts.budgetFen}
          />
        </FieldRow>
      </Section>
    </div>
  );
}
