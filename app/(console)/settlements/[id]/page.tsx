import { useTranslations } from "next-intl";
import { getTranslations } from "next-intl/server";
import { History } from "#app/_adapters/history";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { statementKind, statementWord } from "#components/settlement/settlement-state";
import {
  Period,
  ProofNote,
  ProofTable,
  StatementAdjustments,
  StatementBank,
  StatementDeductions,
  StatementHands,
  StatementProducts,
  StatementReceipts,
  StatementSum,
  StatementThread,
} from "#components/settlement/statement-parts";
import { TextLink } from "#components/ui/button";
import { ConfirmButton } from "#components/ui/confirm-dialog";
import { DialogButton } from "#components/ui/dialog";
import { MoneyField, RadioCards, TextareaField, TextField } from "#components/ui/fields";
import { FileField } from "#components/ui/file-field";
import { Form } from "#components/ui/form";
import { Panel } from "#components/ui/panel";
import { RecordFrame } from "#components/ui/record";
import { StateBadge, StateNote } from "#components/ui/state-badge";
import { can } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import type { SearchParams } from "#lib/kernel/list";
import { yuan } from "#lib/kernel/money";
import { today } from "#lib/platform/clock";
import { proveStatement, statementRecord, statementTimeline } from "#lib/settlement/queries/statements";
import { mayAdjust } from "#lib/settlement/rules";
import type { StatementRecord } from "#lib/settlement/schema";
import { adjust, approve, bounce, drop, note, pay, send, settle } from "../actions";

export default async function StatementPage({
  params,
  searchParams,
}: {
  params: Promise<{ id: string }>;
  searchParams: Promise<SearchParams>;
}) {
  const actor = await requireActor("operator");
  const [{ id }, search] = [await params, await searchParams];
  const [t, s, proof, timeline] = await page(() =>
    Promise.all([
      getTranslations("settlement"),
      statementRecord(actor, id),
      proveStatement(actor, id),
      statementTimeline(actor, id),
    ]),
  );
  const here = today();
  const mayMake = can(actor, "settlement.make");
  const adjustments = s.lines.filter((l) => l.kind === "adjustment");
  const receiptLines = s.lines.filter((l) => l.kind === "receipt").length;
  return (
    <RecordFrame
      trail={[{ label: t("title"), href: "/settlements" }]}
      title={s.supplierName}
      state={
        <StateBadge kind={statementKind(s)} pill>
          {t(`states.${statementWord(s)}`)}
        </StateBadge>
      }
      meta={<Period s={s} today={here} />}
      deeds={[
        { id: "export", label: t("export"), href: `/settlements/${s.id}/export`, external: true },
        (s.state === "draft" || s.state === "disputed") &&
          mayMake && {
            id: "adjust",
            label: t("adjust"),
            size: "small",
            dialog: (
              <Form action={adjust} submit={t("adjustSave")} values={{ id: s.id }}>
                <RadioCards
                  name="direction"
                  label={t("direction")}
                  options={[
                    { value: "plus", label: t("plus") },
                    { value: "minus", label: t("minus") },
                  ]}
                />
                <MoneyField name="amountFen" label={t("adjustAmount")} />
                <TextField name="words" label={t("adjustWords")} hint={t("adjustHint")} maxLength={200} />
                <FileField name="file" label={t("adjustFile")} accept="image/*,application/pdf" required={false} />
              </Form>
            ),
          },
        s.state === "paying" &&
          can(actor, "settlement.pay") && {
            id: "bounce",
            label: t("bounce"),
            tone: "danger",
            action: bounce,
            values: { id: s.id },
            confirmation: {
              title: t("bounceTitle"),
              text: t("bounceText"),
              verb: t("bounceVerb", { name: s.supplierName, amount: yuan(s.payableFen) }),
              tone: "danger-fill",
              reason: "required",
            },
          },
      ]}
      primary={<Primary s={s} actor={actor} />}
      track={<StatementHands s={s} today={here} />}
      side={
        <>
          <Panel title={t("bank")}>
            <StatementBank s={s} today={here} />
          </Panel>
          <Panel title={t("thread")}>
            <div className="flex flex-col gap-4">
              <StatementThread notes={s.notes} today={here} side="operator" />
              {mayMake && (
                <Form action={note} submit={t("noteSend")} submitTone="plain" values={{ id: s.id }} resetOnSuccess>
                  <TextareaField name="text" label={t("note")} rows={2} />
                </Form>
              )}
            </div>
          </Panel>
        </>
      }
      history={<History kind="statement" id={s.id} entries={timeline} />}
    >
      <ProofNote
        proof={proof}
        again={<TextLink href={`/settlements/${s.id}?proof=1#proof`}>{t("proof.again")}</TextLink>}
      />
      {s.state === "confirmed" && s.makers.includes(actor.id) && <StateNote kind="frozen">{t("approveOwn")}</StateNote>}
      {s.closingFen < 0 && <StateNote kind="attention">{t("carriedText")}</StateNote>}
      <Panel label={t("title")} flush>
        <StatementSum s={s} base="/settlements" />
      </Panel>
      {(search.proof === "1" || proof.differenceFen !== 0) && (
        <Panel title={t("proof.detail")} id="proof" flush>
          <ProofTable proof={proof} />
        </Panel>
      )}
      <Panel
        title={t("composition")}
        note={t("products", { count: s.products.length })}
        id="receipts"
        flush
        foot={<p className="text-xs text-muted">{t("shortNote")}</p>}
      >
        <StatementProducts products={s.products} totalFen={s.receiptsFen} />
      </Panel>
      <Panel title={t("deductions")} id="deductions" flush>
        <StatementDeductions lines={s.lines} open />
      </Panel>
      {adjustments.length > 0 && (
        <Panel title={t("adjustmentLines")} id="adjustments" flush>
          <StatementAdjustments
            statementId={s.id}
            lines={s.lines}
            drop={mayMake && mayAdjust(s.state) ? drop : undefined}
          />
        </Panel>
      )}
      {search.receipts === "1" ? (
        <Panel title={t("receiptLines")} flush>
          <StatementReceipts lines={s.lines} open />
        </Panel>
      ) : (
        receiptLines > 0 && (
          <TextLink href={`/settlements/${s.id}?receipts=1`}>{t("showReceipts", { count: receiptLines })}</TextLink>
        )
      )}
    </RecordFrame>
  );
}

/** What this person may do next. */
function Primary({ s, actor }: { s: StatementRecord; actor: Actor }) {
  const t = useTranslations("settlement");
  const seen = { id: s.id, hash: s.hash };
  const amount = yuan(s.payableFen);
  const facts = { name: s.supplierName, amount, bank: s.bank.name ?? "", account: s.bank.account };
  if ((s.state === "draft" || s.state === "disputed") && can(actor, "settlement.make")) {
    const closing = yuan(s.closingFen);
    return (
      <ConfirmButton
        label={s.state === "disputed" ? t("sendAgain") : t("send")}
        tone="primary"
        action={send}
        values={{ id: s.id }}
        confirmation={{ title: t("sendTitle", facts), text: t("sendText"), verb: t("sendVerb", { amount: closing }) }}
      />
    );
  }
  if (s.state === "confirmed" && can(actor, "settlement.approve") && !s.makers.includes(actor.id)) {
    return (
      <ConfirmButton
        label={t("approve")}
        tone="primary"
        action={approve}
        values={seen}
        confirmation={{
          title: t("approveTitle", facts),
          text: t("approveText", facts),
          verb: t("approveVerb", facts),
          ...(s.payableFen > 0 ? { typeAmountFen: s.payableFen } : {}),
        }}
      />
    );
  }
  if (s.state === "approved" && s.payableFen > 0 && can(actor, "settlement.pay")) {
    return (
      <ConfirmButton
        label={t("pay")}
        tone="primary"
        action={pay}
        values={seen}
        confirmation={{
          title: t("payTitle", facts),
          text: t("payText", facts),
          verb: t("payVerb", facts),
          typeAmountFen: s.payableFen,
        }}
      />
    );
  }
  if (s.state === "paying" && can(actor, "settlement.pay")) {
    return (
      <DialogButton label={t("settle")} title={t("settleTitle", facts)} tone="primary" dialogSize="small">
        <Form action={settle} submit={t("settleVerb")} values={{ id: s.id }}>
          <TextField name="paymentRef" label={t("bankRef")} maxLength={64} autoComplete="off" />
        </Form>
      </DialogButton>
    );
  }
  return null;
}
