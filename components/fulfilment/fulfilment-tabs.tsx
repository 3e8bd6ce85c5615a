import { useTranslations } from "next-intl";
import { LinkTabs } from "#components/ui/tabs";

/** Board, purchase orders, deliveries. */
export function FulfilmentTabs({ current }: { current: "board" | "purchases" | "deliveries" }) {
  const t = useTranslations("fulfilment.tabs");
  return (
    <LinkTabs
      label={t("label")}
      tabs={[
        { href: "/fulfilment", label: t("board"), current: current === "board" },
        { href: "/fulfilment/purchases", label: t("purchases"), current: current === "purchases" },
        { href: "/fulfilment/deliveries", label: t("deliveries"), current: current === "deliveries" },
      ]}
    />
  );
}
