"use client";
import { useTranslations } from "next-intl";
import { TextLink } from "#components/ui/button";
import { momentColumn, moneyColumn, nodeColumn, stateColumn, textColumn } from "#components/ui/columns";
import { TextareaField } from "#components/ui/fields";
import { Form } from "#components/ui/form";
import { Lines } from "#components/ui/lines";
import type { FormAction } from "#lib/kernel/answer";
import { tailOf } from "#lib/kernel/ids";
import type { Day } from "#lib/kernel/time";
import type { CouponRow } from "#lib/promotions/schema/coupons";
import { couponKind } from "./coupon-state";

/** A template's coupons: who has one and what became of it. */
export function CouponLines({ rows, today }: { rows: CouponRow[]; today: Day }) {
  const t = useTranslations("promotions");
  return (
    <Lines<CouponRow>
      label={t("coupons")}
      rows={rows}
      empty={t("couponsEmpty")}
      columns={[
        textColumn({
          id: "resident",
          head: t("resident"),
          text: (r) => r.nickname,
          note: (r) => r.phoneTail,
          grow: true,
        }),
        stateColumn({
          id: "state",
          head: t("state"),
          kind: (r) => couponKind[r.state],
          word: (r) => t(`couponStates.${r.state}`),
        }),
        nodeColumn({
          id: "order",
          head: t("order"),
          node: (r) => r.orderId && <TextLink href={`/orders/${r.orderId}`}>{tailOf(r.orderId)}</TextLink>,
        }),
        moneyColumn({ id: "off", head: t("off"), fen: (r) => r.amountFen }),
        momentColumn({ id: "grantedAt", head: t("grantedAt"), at: (r) => r.grantedAt, today }),
        momentColumn({ id: "expiresAt", head: t("expiresAt"), at: (r) => r.expiresAt, today }),
      ]}
    />
  );
}

/** Coupons for chosen residents, with a reason. */
export function GrantForm({ templateId, action }: { templateId: string; action: FormAction }) {
  const t = useTranslations("promotions");
  return (
    <Form action={action} values={{ templateId }} submit={t("grants.manual")}>
      <TextareaField name="to" label={t("grantTo")} hint={t("grantToHint")} rows={6} />
      <TextareaField name="reason" label={t("reason")} rows={2} />
    </Form>
  );
}
