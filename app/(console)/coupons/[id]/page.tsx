import { getLocale, getTranslations } from "next-intl/server";
import { History } from "#app/_adapters/history";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { BudgetBar } from "#components/promotions/budget-bar";
import { CouponLines, GrantForm } from "#components/promotions/coupon-parts";
import { templateKind } from "#components/promotions/coupon-state";
import { TemplateFields } from "#components/promotions/template-form";
import { LinkButton, TextLink } from "#components/ui/button";
import { ConfirmButton } from "#components/ui/confirm-dialog";
import { FactList } from "#components/ui/facts";
import { Form } from "#components/ui/form";
import { Moment, WindowText } from "#components/ui/moment";
import { Money } from "#components/ui/money";
import { Panel } from "#components/ui/panel";
import { RecordFrame } from "#components/ui/record";
import { Stat, StatRow } from "#components/ui/stat";
import { StateBadge, StateNote } from "#components/ui/state-badge";
import { timelineOf } from "#lib/audit/queries";
import { can } from "#lib/identity/rules";
import type { SearchParams } from "#lib/kernel/list";
import { fen, yuan } from "#lib/kernel/money";
import { today } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { setting } from "#lib/platform/settings";
import { couponsOf, templateById, templateFigures } from "#lib/promotions/queries/coupons";
import { needsSecond } from "#lib/promotions/rules/coupons";
import { couponSentence } from "#lib/words/coupons";
import { activate, change, end, grant, pause } from "../actions";
import { templateChoices } from "../choices";

export default async function CouponPage({
  params,
  searchParams,
}: {
  params: Promise<{ id: string }>;
  searchParams: Promise<SearchParams>;
}) {
  const actor = await requireActor("operator");
  const [{ id }, { after }, locale] = await Promise.all([params, searchParams, getLocale()]);
  const [t, c, figures, coupons, timeline, approvalFen] = await page(() =>
    Promise.all([
      getTranslations("promotions"),
      templateById(actor, id),
      templateFigures(actor, id),
      couponsOf(actor, { templateId: id, limit: 50, cursor: typeof after === "string" ? after : null }),
      timelineOf("couponTemplate", id),
      setting(prisma, "couponApprovalFen"),
    ]),
  );
  const target = { cityIds: c.cityIds };
  const [mayEdit, mayActivate, mayGrant] = [
    can(actor, "coupons.edit", target),
    can(actor, "coupons.activate", target),
    can(actor, "coupons.grant", target),
  ];
  const day = today();
  const ref = { templateId: c.id, version: c.version };
  const isChangeable = c.state === "draft" || c.state === "paused";
  const isMine = [c.createdBy, c.changedBy].includes(actor.id);
  const needsOther = needsSecond(c.budgetFen, approvalFen);
  const choices = mayEdit && isChangeable ? await page(() => templateChoices(actor)) : null;
  const list = (names: readonly string[], none: string) => (names.length > 0 ? names.join("、") : none);
  const sentence = couponSentence(
    {
      ...c,
      goods: [...c.categoryNames, ...c.productNames],
      cities: c.cityNames,
      payer: { funder: c.funder, name: c.funderName, budgetFen: c.budgetFen },
    },
    locale,
  );
  return (
    <RecordFrame
      trail={[{ label: t("title"), href: "/coupons" }]}
      title={c.name}
      state={
        <StateBadge kind={templateKind[c.state]} pill>
          {t(`states.${c.state}`)}
        </StateBadge>
      }
      deeds={[
        c.activatedAt !== null && {
          id: "results",
          label: (await getTranslations("price"))("results.open"),
          href: `/coupons/${c.id}/results`,
        },
        choices && {
          id: "edit",
          label: t("edit"),
          size: "wide",
          dialog: (
            <Form merge action={change} values={ref} submit={t("save")}>
              {c.activatedAt && <StateNote kind="frozen">{t("frozenNote")}</StateNote>}
              <TemplateFields facts={c} choices={choices} />
            </Form>
          ),
        },
        mayGrant &&
          c.state === "active" &&
          c.grant === "manual" && {
            id: "grant",
            label: t("grants.manual"),
            title: t("grantTitle", { name: c.name }),
            dialog: <GrantForm templateId={c.id} action={grant} />,
          },
        mayEdit &&
          c.state === "active" && {
            id: "pause",
            label: t("pause"),
            action: pause,
            values: ref,
            confirmation: {
              title: t("pauseTitle", { name: c.name }),
              text: t("pauseNote"),
              verb: t("pause"),
              reason: "required",
            },
          },
        mayEdit &&
          c.state !== "ended" && {
            id: "end",
            label: t("end"),
            tone: "danger",
            action: end,
            values: ref,
            confirmation: {
              title: t("endTitle", { name: c.name }),
              text: t("endNote"),
              verb: t("end"),
              tone: "danger-fill",
              reason: "required",
            },
          },
      ]}
      primary={
        mayActivate &&
        isChangeable &&
        !(needsOther && isMine) && (
          <ConfirmButton
            label={t(c.activatedAt ? "resume" : "activate")}
            tone="primary"
            action={activate}
            values={ref}
            confirmation={{ title: t("activateTitle", { name: c.name }), text: sentence, verb: t("activate") }}
          />
        )
      }
      notes={
        isChangeable &&
        needsOther && <StateNote kind="waiting">{t("needsSecond", { amount: yuan(fen(approvalFen)) })}</StateNote>
      }
      side={
        <Panel title={t("rules")}>
          <FactList
            facts={[
              { label: t("cities"), value: list(c.cityNames, t("allCities")) },
              { label: t("scope"), value: list([...c.categoryNames, ...c.productNames], t("allGoods")) },
              c.newCustomers && { label: t("resident"), value: t("newCustomers") },
              { label: t("grant"), value: t(`grants.${c.grant}`) },
              { label: t("perPerson"), value: c.perPerson },
              { label: t("claimWindow"), value: <WindowText from={c.claimFrom} to={c.claimTo} today={day} /> },
              {
                label: t("validity"),
                value:
                  c.validDays === null
                    ? c.validFrom && c.validTo && <WindowText from={c.validFrom} to={c.validTo} today={day} />
                    : t("dayCount", { n: c.validDays }),
              },
              {
                label: t("funder"),
                value: t(`funders.${c.funder}`),
                note:
                  c.funderId && c.funder !== "platform" ? (
                    <TextLink href={`/${c.funder}s/${c.funderId}`}>{c.funderName}</TextLink>
                  ) : undefined,
              },
              { label: t("createdBy"), value: c.createdByName, note: <Moment at={c.createdAt} today={day} /> },
              c.activatedAt && {
                label: t("activatedBy"),
                value: c.activatedByName,
                note: <Moment at={c.activatedAt} today={day} />,
              },
            ]}
          />
        </Panel>
      }
      history={<History kind="couponTemplate" id={c.id} entries={timeline} />}
    >
      <Panel title={t("preview")}>
        <p className="text-base">{sentence}</p>
        <FactList
          labelWidth={72}
          facts={[
            { label: t("stacking"), value: t(c.stacks ? "stacks" : "noStack"), note: t("stackingRule") },
            { label: t("refundPolicy"), value: t("refundRule") },
          ]}
        />
      </Panel>
      <StatRow>
        <Stat label={t("claimed")} value={figures.claimed} note={c.quota === null ? undefined : `/ ${c.quota}`} />
        <Stat
          label={t("used")}
          value={figures.used}
          note={`${t("held")} ${figures.held} · ${t("void")} ${figures.void}`}
        />
        <Stat label={t("gmv")} value={<Money fen={figures.gmvFen} />} note={t("gmvHint")} />
        <Stat label={t("cost")} value={<Money fen={figures.costFen} />} note={t("costHint")} />
      </StatRow>
      <Panel title={t("budget")} note={t("budgetNote")}>
        <BudgetBar committedFen={c.committedFen} budgetFen={c.budgetFen} />
      </Panel>
      <Panel title={t("coupons")} flush>
        <CouponLines rows={coupons.rows} today={day} />
        {coupons.nextCursor && (
          <p className="px-4 py-3">
            <LinkButton href={`/coupons/${c.id}?after=${coupons.nextCursor}`}>{t("more")}</LinkButton>
          </p>
        )}
      </Panel>
    </RecordFrame>
  );
}
