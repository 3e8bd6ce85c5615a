import { getTranslations } from "next-intl/server";
import { readList } from "#app/_adapters/list";
import { SupplierOrderTable } from "#components/procurement/supplier-order-table";
import { Empty } from "#components/ui/empty";
import { PageFrame } from "#components/ui/page-frame";
import type { SearchParams } from "#lib/kernel/list";
import { supplierOrderList } from "#lib/procurement/lists";

export default async function SupplierOrders({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const t = await getTranslations("procurement");
  const { props } = await readList(supplierOrderList, await searchParams, t, { kind: "supplier" });
  return (
    <PageFrame title={t("portal.orders")} narrow>
      <SupplierOrderTable
        {...props}
        filters={[{ key: "day", label: t("pickupDay"), kind: "day" }]}
        empty={<Empty text={t("portal.empty")} padded={false} />}
      />
    </PageFrame>
  );
}
