"use client";
import { MoreHorizontal } from "lucide-react";
import { useTranslations } from "next-intl";
import { startTransition } from "react";
import { Dialog } from "#components/ui/dialog";
import { MoneyField, NumberField, SelectField, TextareaField } from "#components/ui/fields";
import { Form, useAnswer } from "#components/ui/form";
import { CloseOnSuccess } from "#components/ui/form-state";
import { Icon } from "#components/ui/icon";
import { Menu, type MenuItem } from "#components/ui/menu";
import { toast } from "#components/ui/toast";
import type { OfferView } from "#lib/campaigns/schema";
import type { FormAction } from "#lib/kernel/answer";
import { yuan } from "#lib/kernel/money";
import { LimitFields } from "./limit-fields";

export type Acting = "reprice" | "quota" | "limits" | "explain" | "stop";
/** What may be done with an item; `remove` is missing where an item is not taken out. */
export type ItemActions = Record<"change" | "reprice" | "pause" | "resume" | "stop", FormAction> & {
  remove?: FormAction;
};

/** The menu of an item's row: of a draft its terms, of one on sale price, quota and whether it sells. */
export function ItemMenu({
  item,
  actions,
  onChoose,
}: {
  item: OfferView;
  actions: ItemActions;
  onChoose: (what: Acting) => void;
}) {
  const t = useTranslations("campaigns");
  const tp = useTranslations("planning");
  const answered = (answer: { ok: boolean; message?: string }) =>
    toast(answer.message ?? "", { kind: answer.ok ? "done" : "failed" });
  const pausing = useAnswer(actions.pause, answered);
  const resuming = useAnswer(actions.resume, answered);
  const removing = useAnswer(actions.remove ?? actions.stop, answered);
  const send = (one: typeof pausing, name = "offerId") => {
    const form = new FormData();
    form.set(name, item.id);
    startTransition(() => one.send(form));
  };
  const choice = (id: Acting, label: string): MenuItem => ({ id, label, onSelect: () => onChoose(id) });
  const menu: MenuItem[] =
    item.state === "draft"
      ? [
          choice("reprice", t("reprice")),
          choice("quota", t("quota")),
          choice("limits", tp("limits.title")),
          ...(item.priceFen < item.supplyPriceFen ? [choice("explain", tp("review.explain"))] : []),
          ...(actions.remove
            ? [{ id: "remove", label: t("removeItem"), onSelect: () => send(removing, "offerIds") }]
            : []),
        ]
      : [
          choice("reprice", t("reprice")),
          choice("quota", t("moreQuota")),
          item.state === "paused"
            ? { id: "resume", label: t("resume"), onSelect: () => send(resuming) }
            : { id: "pause", label: t("pause"), onSelect: () => send(pausing) },
          { ...choice("stop", tp("hold.stopItem")), tone: "danger" },
        ];
  return (
    <Menu
      trigger={<Icon of={MoreHorizontal} />}
      label={`${item.name} ${t("more")}`}
      items={menu}
      tone="quiet"
      size="small"
    />
  );
}

/** The form of what was chosen in an item's menu. */
export function ItemDialog({
  acting: { what, item },
  actions,
  onClose,
}: {
  acting: { what: Acting; item: OfferView };
  actions: ItemActions;
  onClose: () => void;
}) {
  const t = useTranslations("campaigns");
  const tp = useTranslations("planning");
  const { name, id: offerId } = item;
  const isDraft = item.state === "draft";
  const titles: Record<Acting, string> = {
    reprice: t("repriceTitle", { name }),
    quota: isDraft ? `${name} ${t("quota")}` : t("moreQuotaTitle", { name }),
    limits: `${name} ${tp("limits.title")}`,
    explain: tp("review.explainTitle", { name }),
    stop: tp("hold.stopTitle", { name }),
  };
  const forms: Record<Acting, () => React.ReactNode> = {
    reprice: () => (
      <Form
        merge
        action={actions.reprice}
        values={{ offerId, seenFen: item.priceFen }}
        submit={t("repriceSubmit")}
        guard={false}
      >
        <MoneyField name="priceFen" label={t("price")} hint={t("repriceHint", { price: yuan(item.priceFen) })} />
        {!isDraft && (
          <TextareaField name="reason" label={t("raiseReason")} hint={t("raiseReasonHint")} required={false} rows={2} />
        )}
        <LossFields item={item} optional />
      </Form>
    ),
    quota: () => (
      <Form
        merge
        action={actions.change}
        values={{ offerId, seenQuota: item.quota }}
        submit={t("moreQuotaSubmit")}
        guard={false}
      >
        <NumberField
          name="quota"
          label={t("newQuota")}
          hint={isDraft ? undefined : t("moreQuotaHint", { quota: item.quota, used: item.held + item.sold })}
          defaultValue={item.quota}
          min={isDraft ? 0 : item.quota}
        />
      </Form>
    ),
    limits: () => (
      <Form action={actions.change} values={{ offerId }} submit={tp("limits.save")} guard={false}>
        <LimitFields limits={item.limits} minimum={item.minimum} />
      </Form>
    ),
    explain: () => (
      <Form action={actions.change} values={{ offerId }} submit={tp("review.explain")} guard={false}>
        <LossFields item={item} />
      </Form>
    ),
    stop: () => (
      <Form
        action={actions.stop}
        values={{ offerId }}
        submit={tp("hold.stopItem")}
        submitTone="danger-fill"
        guard={false}
      >
        <p>{tp("hold.stopText")}</p>
        <TextareaField name="reason" label={t("raiseReason")} rows={2} maxLength={200} />
      </Form>
    ),
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={titles[what]} size="small">
      <CloseOnSuccess.Provider value={onClose}>{forms[what]()}</CloseOnSuccess.Provider>
    </Dialog>
  );
}

/** Why a price under the supply price is lawful. */
function LossFields({ item, optional }: { item: OfferView; optional?: boolean }) {
  const t = useTranslations("planning.review");
  return (
    <>
      <SelectField
        name="lossReason"
        label={t("reasonOf")}
        required={!optional}
        empty={t("reasonMissing")}
        defaultValue={item.lossReason ?? ""}
        options={(["freshClearance", "seasonal", "overstock"] as const).map((value) => ({
          value,
          label: t(`reasons.${value}`),
        }))}
      />
      <TextareaField
        name="lossNote"
        label={t("reasonNote")}
        required={false}
        rows={2}
        maxLength={200}
        defaultValue={item.lossNote ?? ""}
      />
    </>
  );
}
