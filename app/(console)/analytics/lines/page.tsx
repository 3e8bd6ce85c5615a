import { getTranslations } from "next-intl/server";
import { readList } from "#app/_adapters/list";
import { LineTable } from "#components/analytics/line-table";
import { Empty } from "#components/ui/empty";
import { PageFrame } from "#components/ui/page-frame";
import { lineList } from "#lib/analytics/lists";
import { namesOf } from "#lib/analytics/queries/names";
import { bases } from "#lib/analytics/schema";
import type { SearchParams } from "#lib/kernel/list";

const named = {
  skuId: "product",
  categoryId: "category",
  supplierId: "supplier",
  leaderId: "leader",
  cityId: "city",
  saleSessionId: "session",
} as const;

export default async function LinesPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const t = await getTranslations("explore");
  const { params, props } = await readList(lineList, await searchParams, t);
  const narrowed = await Promise.all(
    Object.entries(named).flatMap(([key, by]) => {
      const id = params.filters[key as keyof typeof named];
      return id
        ? [
            namesOf(by, [id]).then((names) => ({
              key,
              label: t(`heads.${by}`),
              options: [{ value: id, label: names.get(id)?.name ?? id }],
            })),
          ]
        : [];
    }),
  );
  return (
    <PageFrame title={t("lines.title")} trail={[{ label: t("tabs.label"), href: "/analytics" }]}>
      <LineTable
        {...props}
        filters={[
          {
            key: "byDay",
            label: t("ask.basis"),
            options: bases.map((basis) => ({ value: basis, label: t(`basis.${basis}`) })),
          },
          { key: "from", label: t("ask.from"), kind: "day" },
          { key: "to", label: t("ask.to"), kind: "day" },
          ...(params.filters.hour
            ? [
                {
                  key: "hour",
                  label: t("heads.hour"),
                  options: [{ value: params.filters.hour, label: `${params.filters.hour.padStart(2, "0")}:00` }],
                },
              ]
            : []),
          ...narrowed,
          ...(params.filters.flashSlotId
            ? [
                {
                  key: "flashSlotId",
                  label: t("boards.layer"),
                  options: [{ value: params.filters.flashSlotId, label: t("boards.layers.flash") }],
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
