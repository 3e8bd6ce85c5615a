import { forbidden } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { TemplateFields } from "#components/promotions/template-form";
import { LinkButton } from "#components/ui/button";
import { Form } from "#components/ui/form";
import { PageFrame } from "#components/ui/page-frame";
import { Panel } from "#components/ui/panel";
import { can } from "#lib/identity/rules";
import { addDays, startOf } from "#lib/kernel/time";
import { today } from "#lib/platform/clock";
import { create } from "../actions";
import { templateChoices } from "../choices";

export default async function NewCouponPage() {
  const actor = await requireActor("operator");
  if (!can(actor, "coupons.edit")) forbidden();
  const [t, choices] = await page(() => Promise.all([getTranslations("promotions"), templateChoices(actor)]));
  const day = today();
  return (
    <PageFrame trail={[{ label: t("title"), href: "/coupons" }]} title={t("new")} narrow>
      <Panel>
        <Form
          action={create}
          submit={t("save")}
          secondary={
            <LinkButton href="/coupons" tone="quiet">
              {t("cancel")}
            </LinkButton>
          }
        >
          <TemplateFields
            choices={choices}
            facts={{ claimFrom: startOf(day), claimTo: startOf(addDays(day, 30)), cityIds: [...actor.cityIds] }}
          />
        </Form>
      </Panel>
    </PageFrame>
  );
}
