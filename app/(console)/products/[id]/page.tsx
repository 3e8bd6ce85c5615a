import { getTranslations } from "next-intl/server";
import { History } from "#app/_adapters/history";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { PriceHistoryView } from "#components/campaigns/price-history";
import { PriceForm } from "#components/catalog/price-form";
import { ProductForm } from "#components/catalog/product-form";
import { PriceFacts, ProductFacts } from "#components/catalog/product-parts";
import { standingKind, standingOf, standingWord } from "#components/catalog/product-state";
import { QuoteChart } from "#components/catalog/quote-chart";
import { ActionButton } from "#components/ui/form";
import { Panel } from "#components/ui/panel";
import { type PictureKind, ProductPicture } from "#components/ui/product-picture";
import { RecordFrame } from "#components/ui/record";
import { StateBadge, StateNote } from "#components/ui/state-badge";
import { timelineOf } from "#lib/audit/queries";
import { priceHistory } from "#lib/campaigns/queries/prices";
import { categories, productRecord } from "#lib/catalog/queries";
import { can } from "#lib/identity/rules";
import { yuan } from "#lib/kernel/money";
import { momentText } from "#lib/kernel/time";
import { cities } from "#lib/pickup/queries";
import { today } from "#lib/platform/clock";
import * as actions from "../actions";

export default async function ProductPage({ params }: { params: Promise<{ id: string }> }) {
  const actor = await requireActor("operator");
  const { id } = await params;
  const [t, product, known, timeline] = await page(() =>
    Promise.all([getTranslations("catalog"), productRecord(actor, id), categories(), timelineOf("product", id)]),
  );
  const [priceWords, prices, places] = await Promise.all([
    getTranslations("price"),
    can(actor, "sessions.see") ? priceHistory(actor, [product.sku.id]) : null,
    cities(),
  ]);
  const day = today();
  const { sku, state } = product;
  const mayReview = can(actor, "catalog.review");
  const mayList = can(actor, "catalog.list");
  const mayPrice = can(actor, "catalog.price");
  const standing = standingOf(product);
  return (
    <RecordFrame
      trail={[{ label: t("title"), href: "/products" }]}
      title={
        <span className="inline-flex items-center gap-2">
          <ProductPicture kind={product.picture as PictureKind} size={28} />
          {product.name} <span className="font-normal text-muted">{product.spec}</span>
        </span>
      }
      state={
        <StateBadge kind={standingKind[standing]} pill>
          {standingWord(t, standing)}
        </StateBadge>
      }
      deeds={[
        can(actor, "catalog.submit") &&
          state !== "archived" && {
            id: "edit",
            label: t("edit"),
            size: "wide",
            dialog: <ProductForm action={actions.edit} categories={known} product={product} />,
          },
        { id: "supplier", label: t("record.toSupplier"), href: `/suppliers/${product.supplierId}` },
        mayReview &&
          state === "submitted" && {
            id: "return",
            label: t("actions.return"),
            action: actions.giveBack,
            values: { productId: product.id },
            confirmation: {
              title: t("actions.returnTitle", { name: product.name }),
              text: t("actions.returnText"),
              verb: t("actions.return"),
              reason: "required",
            },
          },
        mayReview &&
          state !== "archived" && {
            id: "archive",
            label: t("actions.archive"),
            tone: "danger",
            action: actions.archive,
            values: { id: product.id },
            confirmation: {
              title: t("actions.archiveTitle"),
              text: t("actions.archiveText"),
              verb: t("actions.archive"),
              tone: "danger-fill",
              reason: "required",
            },
          },
      ]}
      primary={
        <>
          {mayReview && state === "archived" && (
            <ActionButton action={actions.restore} values={{ id: product.id }}>
              {t("actions.restore")}
            </ActionButton>
          )}
          {mayReview && state === "submitted" && (
            <ActionButton action={actions.approve} values={{ id: product.id }} tone="primary">
              {t("actions.approve")}
            </ActionButton>
          )}
          {mayList && state === "approved" && sku.isListed && (
            <ActionButton action={actions.unlist} values={{ id: product.id }}>
              {t("actions.unlist")}
            </ActionButton>
          )}
          {mayList && state === "approved" && !sku.isListed && product.listing.length === 0 && (
            <ActionButton action={actions.list} values={{ id: product.id }} tone="primary">
              {t("actions.list")}
            </ActionButton>
          )}
        </>
      }
      notes={
        <>
          {state === "returned" && product.decision && (
            <StateNote kind="attention">{t("record.returned", { reason: product.decision })}</StateNote>
          )}
          {state === "approved" && !sku.isListed && product.listing.length > 0 && (
            <StateNote kind="waiting">
              {t("record.cannotList", {
                reasons: product.listing.map((r) => t(`listing.${r as "notPriced"}`)).join("、"),
              })}
            </StateNote>
          )}
          {sku.proposedSupplyFen !== null && (
            <StateNote
              kind="attention"
              action={
                mayPrice && (
                  <span className="flex gap-2">
                    <ActionButton action={actions.decide} values={{ skuId: sku.id, accept: "no" }} size="small">
                      {t("actions.decline")}
                    </ActionButton>
                    <ActionButton
                      action={actions.decide}
                      values={{ skuId: sku.id, accept: "yes" }}
                      size="small"
                      tone="primary"
                    >
                      {t("actions.accept")}
                    </ActionButton>
                  </span>
                )
              }
            >
              <b>{t("pricing.proposal", { from: yuan(sku.supplyPriceFen), to: yuan(sku.proposedSupplyFen) })}</b>{" "}
              {sku.proposedAt && t("pricing.proposalAt", { time: momentText(sku.proposedAt, day) })}
            </StateNote>
          )}
        </>
      }
      side={
        <Panel title={t("record.price")}>
          <PriceFacts product={product} />
        </Panel>
      }
      history={<History kind="product" id={product.id} entries={timeline} />}
    >
      <Panel title={t("record.facts")}>
        <ProductFacts product={product} />
      </Panel>
      {mayPrice && (
        <Panel title={t("pricing.title")} note={state === "approved" ? t("pricing.text") : undefined}>
          {state === "approved" ? (
            <PriceForm product={product} action={actions.price} />
          ) : (
            <p className="text-muted">{t("pricing.wait")}</p>
          )}
        </Panel>
      )}
      <Panel title={t("record.history")}>
        <QuoteChart quotes={product.quotes} />
      </Panel>
      {prices && (
        <Panel title={priceWords("history.title")}>
          <PriceHistoryView
            history={prices}
            cities={Object.fromEntries(places.map((c) => [c.id, c.name]))}
            today={day}
          />
        </Panel>
      )}
    </RecordFrame>
  );
}
