"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { moneyColumn, nodeColumn, numberColumn, stateColumn } from "#components/ui/columns";
import { Lines } from "#components/ui/lines";
import { Money } from "#components/ui/money";
import { type PictureKind, ProductPicture } from "#components/ui/product-picture";
import { Tag } from "#components/ui/state-badge";
import type { OfferView } from "#lib/campaigns/schema";
import { type Acting, type ItemActions, ItemDialog, ItemMenu } from "./item-deeds";
import { offerKind } from "./session-state";
import { SoldOf } from "./sold-of";

/** The items of a slot: price beside the session's, what was carved out, sold and held, its limits, and what may be done. */
export function SlotItems({
  items,
  homes,
  mode,
  actions,
}: {
  items: readonly OfferView[];
  homes: readonly OfferView[];
  mode: "draft" | "published" | "read";
  actions: ItemActions;
}) {
  const t = useTranslations("campaigns");
  const tp = useTranslations("planning");
  const [chosen, setChosen] = useState<{ id: string; what: Acting } | null>(null);
  const item = items.find((i) => i.id === chosen?.id);
  const homeOf = (o: OfferView) => homes.find((h) => h.skuId === o.skuId && h.cityId === o.cityId);
  return (
    <>
      <Lines<OfferView>
        label={tp("slot.items")}
        rows={items}
        roomy
        columns={[
          nodeColumn({
            id: "item",
            head: t("items"),
            grow: true,
            node: (o) => (
              <span className="flex min-w-40 items-center gap-2.5">
                <ProductPicture kind={o.picture as PictureKind} size={28} />
                <span>
                  {o.name} <span className="text-muted">{o.spec}</span>{" "}
                  {o.lossReason && <Tag>{tp(`review.reasons.${o.lossReason}`)}</Tag>}
                  {o.limits?.newCustomersOnly && <Tag>{tp("limits.newCustomersOnly")}</Tag>}
                </span>
              </span>
            ),
          }),
          stateColumn({
            id: "state",
            head: t("state"),
            kind: (o) => offerKind[o.state],
            word: (o) => t(`offerStates.${o.state}`),
          }),
          moneyColumn({ id: "supply", head: t("supplyPrice"), fen: (o) => o.supplyPriceFen }),
          nodeColumn({
            id: "sessionPrice",
            head: t("sessionPrice"),
            align: "right",
            node: (o) => <Money fen={homeOf(o)?.priceFen} muted />,
          }),
          moneyColumn({ id: "price", head: t("flash.flashPrice"), fen: (o) => o.priceFen }),
          numberColumn({ id: "limit", head: t("limit"), value: (o) => o.perPersonLimit }),
          nodeColumn({
            id: "sold",
            head: t("soldOfQuota"),
            align: "right",
            node: (o) => <SoldOf sold={o.sold} quota={o.quota} />,
          }),
          numberColumn({ id: "held", head: t("held"), value: (o) => o.held }),
          numberColumn({ id: "left", head: tp("slot.left"), value: (o) => o.available }),
          nodeColumn({
            id: "minimum",
            head: tp("slot.minimum"),
            node: (o) =>
              o.minimum
                ? tp("slot.minimumOf", { count: o.minimum.count, unit: tp(`slot.units.${o.minimum.unit}`) })
                : null,
          }),
          ...(mode === "read"
            ? []
            : [
                nodeColumn<OfferView>({
                  id: "menu",
                  head: t("more"),
                  node: (o) =>
                    o.state === "closed" ? null : (
                      <ItemMenu item={o} actions={actions} onChoose={(what) => setChosen({ id: o.id, what })} />
                    ),
                }),
              ]),
        ]}
      />
      {chosen && item && (
        <ItemDialog acting={{ what: chosen.what, item }} actions={actions} onClose={() => setChosen(null)} />
      )}
    </>
  );
}
