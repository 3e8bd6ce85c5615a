import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { RuleForm } from "#components/commission/rule-form";
import { Button } from "#components/ui/button";
import { momentColumn, nodeColumn, numberColumn, rateColumn, stateColumn, textColumn } from "#components/ui/columns";
import { ConfirmButton } from "#components/ui/confirm-dialog";
import { DialogButton } from "#components/ui/dialog";
import { ActionButton } from "#components/ui/form";
import { Lines } from "#components/ui/lines";
import { Money } from "#components/ui/money";
import { Columns, PageFrame } from "#components/ui/page-frame";
import { Panel } from "#components/ui/panel";
import type { StateKind } from "#components/ui/state-badge";
import { sessionNames } from "#lib/campaigns/queries";
import { cloneChoices } from "#lib/campaigns/queries/sessions";
import { categories, listedSkus } from "#lib/catalog/queries";
import { rulesAt, ruleViews } from "#lib/commission/queries";
import { commissionFor } from "#lib/commission/rules";
import type { RuleView } from "#lib/commission/schema";
import { can } from "#lib/identity/rules";
import { readListParams, type SearchParams } from "#lib/kernel/list";
import { parseYuan } from "#lib/kernel/money";
import { momentText } from "#lib/kernel/time";
import { leaderLevels } from "#lib/leaders/schema";
import { now, today } from "#lib/platform/clock";
import { approve, propose, withdraw } from "./actions";

const spec = { filters: { level: "text", category: "text", product: "text", amount: "text" } } as const;
const kinds: Record<RuleView["standing"], StateKind> = {
  waiting: "waiting",
  coming: "waiting",
  inForce: "done",
  past: "closed",
};
const percent = (bp: number) => `${(bp / 100).toFixed(bp % 100 === 0 ? 0 : bp % 10 === 0 ? 1 : 2)}%`;
type Row = RuleView & { id: string; ruleId: string; title: string };

export default async function CommissionRulesPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor("operator");
  const { filters } = readListParams(await searchParams, spec);
  const at = now();
  const day = today();
  const mayEdit = can(actor, "commission.edit");
  const [t, leaders, views, inForce, kindsOfGoods, listed, sessions] = await page(() =>
    Promise.all([
      getTranslations("commission"),
      getTranslations("leaders"),
      ruleViews(actor),
      rulesAt(at),
      categories(),
      listedSkus(actor, {}, 500),
      can(actor, "sessions.see") ? cloneChoices(actor) : [],
    ]),
  );
  const campaignNames = await sessionNames(
    views.flatMap((v) => (v.scope === "campaign" && v.scopeRef ? [v.scopeRef] : [])),
  );
  const products = [
    ...new Map(listed.rows.map((s) => [s.productId, { id: s.productId, name: `${s.name} ${s.spec}` }])).values(),
  ];
  const choices = {
    levels: leaderLevels,
    categories: kindsOfGoods.map((c) => ({ id: c.id, name: c.name })),
    products,
    campaigns: sessions.map((s) => ({ id: s.id, name: `${s.businessDay} ${s.name}` })),
  };
  const titleOf = (rule: Pick<RuleView, "scope" | "scopeRef" | "scopeName">) =>
    rule.scope === "default"
      ? t("everyone")
      : rule.scope === "level"
        ? t("levelOf", { level: rule.scopeRef ?? "" })
        : (rule.scopeName ?? (rule.scopeRef ? (campaignNames.get(rule.scopeRef) ?? rule.scopeRef) : ""));
  const rows: Row[] = views.map((v) => ({ ...v, ruleId: v.id, id: `${v.id}.${v.version}`, title: titleOf(v) }));
  const waiting = rows.filter((r) => r.standing === "waiting");
  const live = rows.filter((r) => r.standing === "inForce" || r.standing === "coming");
  const basics = [
    textColumn<Row>({ id: "scope", head: t("scope"), text: (r) => t(`scopes.${r.scope}`) }),
    textColumn<Row>({ id: "title", head: t("scopeRef"), text: (r) => <b>{r.title}</b>, grow: true }),
    rateColumn<Row>({ id: "rate", head: t("rate"), bp: (r) => r.rateBp, digits: 2 }),
  ];
  const from = at.toISOString();
  return (
    <PageFrame
      trail={[{ label: leaders("title"), href: "/leaders" }]}
      title={t("title")}
      actions={
        mayEdit && (
          <DialogButton label={t("new")} title={t("newTitle")} tone="primary">
            <RuleForm action={propose} choices={choices} from={from} />
          </DialogButton>
        )
      }
    >
      <p className="max-w-3xl text-muted">{t("intro")}</p>
      <Columns side={<Trial filters={filters} choices={choices} inForce={inForce} titleOf={titleOf} views={views} />}>
        <Panel title={t("waiting")} note={t("waitingNote")} flush>
          <Lines<Row>
            label={t("waiting")}
            rows={waiting}
            empty={t("waitingEmpty")}
            columns={[
              ...basics,
              momentColumn({ id: "from", head: t("from"), at: (r) => r.effectiveFrom, today: day }),
              textColumn({
                id: "maker",
                head: t("maker"),
                text: (r) => r.createdByName ?? t("system"),
                note: (r) => r.reason,
              }),
              nodeColumn({
                id: "acts",
                head: "",
                node: (r) =>
                  mayEdit && (
                    <span className="flex items-center gap-2">
                      {r.createdBy === actor.id ? (
                        <span className="text-xs text-muted">{t("own")}</span>
                      ) : (
                        <ConfirmButton
                          label={t("approve")}
                          size="small"
                          tone="primary"
                          action={approve}
                          values={{ id: r.ruleId, version: r.version }}
                          confirmation={{
                            title: t("approveTitle"),
                            text: t("approveText", {
                              name: `${t(`scopes.${r.scope}`)} · ${r.title}`,
                              rate: percent(r.rateBp),
                              from: momentText(r.effectiveFrom < at ? at : r.effectiveFrom, day),
                            }),
                            verb: t("approveVerb", { rate: percent(r.rateBp) }),
                          }}
                        />
                      )}
                      <ActionButton
                        action={withdraw}
                        values={{ id: r.ruleId, version: r.version }}
                        size="small"
                        tone="quiet"
                      >
                        {t("withdraw")}
                      </ActionButton>
                    </span>
                  ),
              }),
            ]}
          />
        </Panel>
        <Panel title={t("inForce")} flush>
          <Lines<Row>
            label={t("inForce")}
            rows={live}
            columns={[
              ...basics,
              stateColumn({
                id: "standing",
                head: t("standing"),
                kind: (r) => kinds[r.standing],
                word: (r) => t(`standings.${r.standing}`),
              }),
              momentColumn({ id: "from", head: t("from"), at: (r) => r.effectiveFrom, today: day }),
              momentColumn({ id: "to", head: t("to"), at: (r) => r.effectiveTo, today: day }),
              textColumn({ id: "version", head: t("version"), text: (r) => t("versionOf", { version: r.version }) }),
              nodeColumn({
                id: "change",
                head: "",
                node: (r) =>
                  mayEdit &&
                  !waiting.some((w) => w.ruleId === r.ruleId) && (
                    <DialogButton label={t("change")} size="small" title={t("changeTitle", { name: r.title })}>
                      <RuleForm
                        action={propose}
                        choices={choices}
                        rule={{
                          id: r.ruleId,
                          version: r.version,
                          scope: r.scope,
                          scopeRef: r.scopeRef,
                          rateBp: r.rateBp,
                        }}
                        from={from}
                      />
                    </DialogButton>
                  ),
              }),
            ]}
          />
        </Panel>
        <Panel title={t("history")} flush>
          <Lines<Row>
            label={t("history")}
            rows={rows}
            columns={[
              ...basics,
              numberColumn({ id: "version", head: t("version"), value: (r) => r.version }),
              stateColumn({
                id: "standing",
                head: t("standing"),
                kind: (r) => kinds[r.standing],
                word: (r) => t(`standings.${r.standing}`),
              }),
              momentColumn({ id: "from", head: t("from"), at: (r) => r.effectiveFrom, today: day }),
              textColumn({ id: "maker", head: t("maker"), text: (r) => r.createdByName ?? t("system") }),
              textColumn({
                id: "checker",
                head: t("checker"),
                text: (r) => (r.approvedBy ? (r.approvedByName ?? t("system")) : null),
              }),
              textColumn({ id: "reason", head: t("reason"), text: (r) => r.reason, width: 220 }),
            ]}
          />
        </Panel>
      </Columns>
    </PageFrame>
  );
}

/** Works out which rule an order would use: the address holds the question. */
async function Trial({
  filters,
  choices,
  inForce,
  titleOf,
  views,
}: {
  filters: { level?: string; category?: string; product?: string; amount?: string };
  choices: {
    levels: readonly number[];
    categories: { id: string; name: string }[];
    products: { id: string; name: string }[];
  };
  inForce: Awaited<ReturnType<typeof rulesAt>>;
  titleOf: (rule: Pick<RuleView, "scope" | "scopeRef" | "scopeName">) => string;
  views: RuleView[];
}) {
  const t = await getTranslations("commission");
  const amount = parseYuan(filters.amount ?? "");
  const context = {
    leaderLevel: Number(filters.level ?? 1),
    categoryId: filters.category ?? "",
    productId: filters.product ?? "",
    saleSessionId: "",
    offerId: "",
    offerBp: null,
  };
  const result = amount !== null && amount > 0 ? commissionFor(inForce, context, amount) : null;
  const nameOf = (ruleId: string, version?: number) => {
    const view = views.find((v) => v.id === ruleId && (version === undefined || v.version === version));
    return view ? `${t(`scopes.${view.scope}`)} · ${titleOf(view)}` : ruleId;
  };
  const select = (
    name: string,
    label: string,
    options: readonly { id: string; name: string }[],
    value: string | undefined,
  ) => (
    <label className="flex flex-col gap-1">
      {label}
      <select name={name} className="control" defaultValue={value ?? ""}>
        <option value="">{t("any")}</option>
        {options.map((o) => (
          <option key={o.id} value={o.id}>
            {o.name}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <Panel title={t("tryTitle")} note={t("tryNote")}>
      <form method="get" className="flex flex-col gap-3">
        {select(
          "level",
          t("levels"),
          choices.levels.map((n) => ({ id: String(n), name: t("levelOf", { level: n }) })),
          filters.level,
        )}
        {select("category", t("category"), choices.categories, filters.category)}
        {select("product", t("product"), choices.products, filters.product)}
        <label className="flex flex-col gap-1">
          {t("tryAmount")}
          <span className="control-box">
            <span className="text-muted" aria-hidden="true">
              ¥
            </span>
            <input
              name="amount"
              inputMode="decimal"
              className="text-right tabular-nums"
              defaultValue={filters.amount ?? "29.90"}
            />
          </span>
        </label>
        <Button type="submit">{t("trySubmit")}</Button>
      </form>
      {result && (
        <div className="mt-4 flex flex-col gap-1 border-t border-separator pt-3" aria-live="polite">
          <Money fen={result.commissionFen} size="figure" />
          <p>
            {nameOf(result.ruleId, result.version)} <b>{percent(result.bp)}</b>
          </p>
          {result.explain.outranked.length > 0 && (
            <p className="text-xs text-muted">
              {t("tryOutranked")}{" "}
              {result.explain.outranked.map((o) => `${nameOf(o.ruleId)} ${percent(o.bp)}`).join("；")}
            </p>
          )}
        </div>
      )}
    </Panel>
  );
}
