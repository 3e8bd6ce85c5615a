import "server-only";
import { getTranslations } from "next-intl/server";
import type { ListFilter } from "#components/ui/table";
import { namesOf } from "#lib/analytics/queries/names";
import { bases } from "#lib/analytics/schema";

const named = {
  skuId: "product",
  categoryId: "category",
  supplierId: "supplier",
  leaderId: "leader",
  cityId: "city",
  saleSessionId: "session",
} as const;
type Part = Partial<Record<keyof typeof named, string>>;

/** The filters by which a report's mark narrows a list to its rows: the days and which day counts, and the keys by name. */
export async function partFilters(part: Part): Promise<ListFilter[]> {
  const t = await getTranslations("explore");
  const keys = await Promise.all(
    (Object.keys(named) as (keyof typeof named)[]).map(async (key) => {
      const id = part[key];
      if (!id) return [];
      const names = await namesOf(named[key], [id]);
      return [{ key, label: t(`heads.${named[key]}`), options: [{ value: id, label: names.get(id)?.name ?? id }] }];
    }),
  );
  return [
    {
      key: "byDay",
      label: t("ask.basis"),
      options: bases.map((basis) => ({ value: basis, label: t(`basis.${basis}`) })),
    },
    { key: "from", label: t("ask.from"), kind: "day" },
    { key: "to", label: t("ask.to"), kind: "day" },
    ...keys.flat(),
  ];
}
