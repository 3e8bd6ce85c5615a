import { useTranslations } from "next-intl";
import { TextLink } from "#components/ui/button";
import { moneyColumn, nodeColumn, numberColumn } from "#components/ui/columns";
import { ConfirmButton } from "#components/ui/confirm-dialog";
import { ActionButton } from "#components/ui/form";
import { Lines } from "#components/ui/lines";
import { WindowText } from "#components/ui/moment";
import { Money } from "#components/ui/money";
import { type PictureKind, ProductPicture } from "#components/ui/product-picture";
import { Bar } from "#components/ui/progress";
import { StateBadge } from "#components/ui/state-badge";
import { slotPhase } from "#lib/campaigns/rules";
import type { OfferView, SlotView } from "#lib/campaigns/schema";
import type { FormAction } from "#lib/kernel/answer";
import type { Day } from "#lib/kernel/time";
import { slotKind } from "./session-state";

/** Flash slots with their items: window, state, what was carved out and what of it is sold. */
export function SlotList({
  slots,
  sessionItems,
  now,
  today,
  mayEdit,
  published,
  showSession,
  actions,
}: {
  slots: readonly SlotView[];
  sessionItems: readonly OfferView[];
  now: Date;
  today: Day;
  mayEdit: boolean;
  /** The sessions that are published: a draft's slots wait for it. */
  published: ReadonlySet<string>;
  showSession?: boolean;
  actions: { publish: FormAction; cancel: FormAction };
}) {
  const t = useTranslations("campaigns");
  const groups = useTranslations("groups");
  const board = useTranslations("watch.board");
  if (slots.length === 0) return <p className="p-4 text-muted">{t("flash.empty")}</p>;
  const priceIn = (item: OfferView) =>
    sessionItems.find(
      (o) =>
        o.layer === "session" &&
        o.saleSessionId === item.saleSessionId &&
        o.skuId === item.skuId &&
        o.cityId === item.cityId &&
        o.state !== "closed",
    )?.priceFen ?? null;
  return (
    <ul>
      {slots.map((slot) => {
        const phase = slotPhase(slot, now);
        const isOpen = phase === "draft" || phase === "scheduled" || phase === "live";
        return (
          <li key={slot.id} className="border-b border-separator last:border-0">
            <div className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2">
              <h3>
                <TextLink href={`/flash/${slot.id}`}>{slot.name}</TextLink>
              </h3>
              <WindowText from={slot.startsAt} to={slot.endsAt} today={today} />
              <StateBadge kind={slotKind[phase]}>{t(`slotPhases.${phase}`)}</StateBadge>
              {phase !== "draft" && phase !== "cancelled" && (
                <TextLink href={`/flash/${slot.id}/live`}>{board("open")}</TextLink>
              )}
              {slot.group && (
                <span className="text-muted">
                  {groups("rule", { ...slot.group, scope: groups(`scopes.${slot.group.scope}`) })}{" "}
                  <TextLink href={`/flash/groups?slotId=${slot.id}&view=all`}>{groups("list")}</TextLink>
                </span>
              )}
              {showSession && (
                <span className="text-muted">
                  {t("flash.inSession")}{" "}
                  <TextLink href={`/sessions/${slot.saleSessionId}`}>{slot.sessionName}</TextLink>
                </span>
              )}
              {mayEdit && isOpen && (
                <span className="ml-auto flex items-center gap-2">
                  {phase === "draft" && published.has(slot.saleSessionId) && (
                    <ActionButton action={actions.publish} values={{ slotId: slot.id }} size="small">
                      {t("flash.publish")}
                    </ActionButton>
                  )}
                  <ConfirmButton
                    label={t("flash.cancel")}
                    size="small"
                    tone="quiet"
                    action={actions.cancel}
                    values={{ slotId: slot.id }}
                    confirmation={{
                      title: t("flash.cancelTitle", { name: slot.name }),
                      text: t("flash.cancelText"),
                      verb: t("flash.cancelVerb"),
                      tone: "danger-fill",
                      reason: "optional",
                    }}
                  />
                </span>
              )}
            </div>
            <Lines<OfferView>
              label={slot.name}
              rows={slot.items}
              columns={[
                nodeColumn({
                  id: "item",
                  head: t("items"),
                  grow: true,
                  node: (o) => (
                    <span className="flex min-w-40 items-center gap-2.5">
                      <ProductPicture kind={o.picture as PictureKind} size={28} />
                      <span>
                        {o.name} <span className="text-muted">{o.spec}</span>
                      </span>
                    </span>
                  ),
                }),
                nodeColumn({
                  id: "sessionPrice",
                  head: t("sessionPrice"),
                  align: "right",
                  node: (o) => <Money fen={priceIn(o)} muted />,
                }),
                moneyColumn({
                  id: "price",
                  head: slot.group ? groups("price") : t("flash.flashPrice"),
                  fen: (o) => o.priceFen,
                }),
                numberColumn({ id: "limit", head: t("limit"), value: (o) => o.perPersonLimit }),
                nodeColumn({
                  id: "sold",
                  head: t("soldOfQuota"),
                  align: "right",
                  node: (o) => (
                    <span className="inline-flex items-center gap-2">
                      <span className="w-14">
                        <Bar value={o.quota === 0 ? 0 : o.sold / o.quota} />
                      </span>
                      <span className="tabular-nums">
                        {o.sold.toLocaleString("en-US")}{" "}
                        <span className="text-muted">/ {o.quota.toLocaleString("en-US")}</span>
                      </span>
                    </span>
                  ),
                }),
                numberColumn({ id: "held", head: t("held"), value: (o) => o.held }),
              ]}
            />
          </li>
        );
      })}
    </ul>
  );
}
