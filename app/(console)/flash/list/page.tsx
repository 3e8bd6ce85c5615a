import { getTranslations } from "next-intl/server";
import { readList } from "#app/_adapters/list";
import { page } from "#app/_adapters/page";
import { SlotTable } from "#components/campaigns/slot-table";
import { LinkButton } from "#components/ui/button";
import { Empty } from "#components/ui/empty";
import { PageFrame } from "#components/ui/page-frame";
import { slotList } from "#lib/campaigns/lists";
import { can } from "#lib/identity/rules";
import type { SearchParams } from "#lib/kernel/list";
import { cities } from "#lib/pickup/queries";
import { now, today } from "#lib/platform/clock";

export default async function SlotsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const t = await getTranslations("campaigns");
  const { actor, props } = await readList(slotList, await searchParams, await getTranslations("campaigns.flash"));
  const known = await page(() => cities());
  return (
    <PageFrame
      title={t("flash.all")}
      trail={[{ label: t("flash.title"), href: "/flash" }]}
      actions={
        can(actor, "flash.edit") && (
          <LinkButton href="/flash/new" tone="primary">
            {t("flash.new")}
          </LinkButton>
        )
      }
    >
      <SlotTable
        {...props}
        now={now().toISOString()}
        today={today()}
        search={t("flash.search")}
        filters={[
          { key: "day", label: t("businessDay"), kind: "day" },
          {
            key: "kind",
            label: t("slotKind"),
            options: (["flash", "group"] as const).map((value) => ({ value, label: t(`slotKinds.${value}`) })),
          },
          { key: "cityId", label: t("city"), options: known.map((c) => ({ value: c.id, label: c.name })) },
        ]}
        empty={<Empty text={t("flash.emptyView")} padded={false} />}
      />
    </PageFrame>
  );
}
