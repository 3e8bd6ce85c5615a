import { getTranslations } from "next-intl/server";
import { readList } from "#app/_adapters/list";
import { page } from "#app/_adapters/page";
import { TemplateTable } from "#components/promotions/template-table";
import { LinkButton } from "#components/ui/button";
import { Empty } from "#components/ui/empty";
import { PageFrame } from "#components/ui/page-frame";
import { can } from "#lib/identity/rules";
import type { SearchParams } from "#lib/kernel/list";
import { servedCities } from "#lib/pickup/queries";
import { today } from "#lib/platform/clock";
import { templateList } from "#lib/promotions/lists/templates";
import { couponFunders } from "#lib/promotions/schema/coupons";

export default async function CouponsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const t = await getTranslations("promotions");
  const { actor, props } = await readList(templateList, await searchParams, t);
  const mayEdit = can(actor, "coupons.edit");
  const cities = await page(() => servedCities());
  return (
    <PageFrame
      title={t("title")}
      actions={
        mayEdit && (
          <LinkButton href="/coupons/new" tone="primary">
            {t("new")}
          </LinkButton>
        )
      }
    >
      <TemplateTable
        {...props}
        today={today()}
        search={t("name")}
        filters={[
          {
            key: "funder",
            label: t("funder"),
            options: couponFunders.map((f) => ({ value: f, label: t(`funders.${f}`) })),
          },
          ...(cities.length > 1
            ? [{ key: "cityId", label: t("cities"), options: cities.map((c) => ({ value: c.id, label: c.name })) }]
            : []),
        ]}
        empty={<Empty text={t("empty")} padded={false} />}
      />
    </PageFrame>
  );
}
