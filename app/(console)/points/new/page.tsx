import { forbidden } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { requireActor } from "#app/_adapters/session";
import { PointFields } from "#components/pickup/point-fields";
import { LinkButton } from "#components/ui/button";
import { Empty } from "#components/ui/empty";
import { Form } from "#components/ui/form";
import { PageFrame } from "#components/ui/page-frame";
import { Panel } from "#components/ui/panel";
import { can } from "#lib/identity/rules";
import { cities, routes } from "#lib/pickup/queries";
import { create } from "../actions";

export default async function NewPointPage() {
  const actor = await requireActor("operator");
  if (!can(actor, "points.edit")) forbidden();
  const [t, known, lines] = await Promise.all([getTranslations("pickup"), cities(), routes()]);
  const withRoutes = known.filter(
    (c) => lines.some((r) => r.cityId === c.id) && (actor.cityIds.length === 0 || actor.cityIds.includes(c.id)),
  );
  return (
    <PageFrame trail={[{ label: t("title"), href: "/points" }]} title={t("new")} narrow>
      <Panel>
        {withRoutes.length === 0 ? (
          <Empty
            text={t("routesEmpty")}
            action={<LinkButton href="/points/network">{t("network")}</LinkButton>}
            padded={false}
          />
        ) : (
          <Form action={create} submit={t("create")}>
            <PointFields cities={withRoutes} routes={lines} />
          </Form>
        )}
      </Panel>
    </PageFrame>
  );
}
