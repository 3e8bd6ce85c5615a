import { getTranslations } from "next-intl/server";
import { readList } from "#app/_adapters/list";
import { partFilters } from "#app/_adapters/part";
import { LineTable } from "#components/analytics/line-table";
import { Empty } from "#components/ui/empty";
import { PageFrame } from "#components/ui/page-frame";
import { lineList } from "#lib/analytics/lists";
import type { SearchParams } from "#lib/kernel/list";

export default async function LinesPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const [t, words] = await Promise.all([getTranslations("explore"), getTranslations("price")]);
  const { params, props } = await readList(lineList, await searchParams, t);
  return (
    <PageFrame title={t("lines.title")} trail={[{ label: t("tabs.label"), href: "/analytics" }]}>
      <LineTable
        {...props}
        filters={[
          ...(await partFilters(params.filters)),
          ...(params.filters.hour
            ? [
                {
                  key: "hour",
                  label: t("heads.hour"),
                  options: [{ value: params.filters.hour, label: `${params.filters.hour.padStart(2, "0")}:00` }],
                },
              ]
            : []),
          ...(params.filters.flashSlotId
            ? [
                {
                  key: "flashSlotId",
                  label: t("boards.layer"),
                  options: [{ value: params.filters.flashSlotId, label: words("layers.flash") }],
                },
              ]
            : []),
          ...(params.filters.couponTemplateId
            ? [
                {
                  key: "couponTemplateId",
                  label: t("boards.layer"),
                  options: [{ value: params.filters.couponTemplateId, label: words("layers.coupon") }],
                },
              ]
            : []),
          ...(params.filters.plain ? [{ key: "plain", label: t("lines.plainOnly"), kind: "yes" as const }] : []),
          ...(params.filters.refunded
            ? [{ key: "refunded", label: t("lines.refundedOnly"), kind: "yes" as const }]
            : []),
        ]}
        empty={<Empty text={t("empty")} padded={false} />}
      />
    </PageFrame>
  );
}
