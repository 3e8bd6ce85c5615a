import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { statementKind, statementWord } from "#components/settlement/settlement-state";
import {
  Period,
  ProofNote,
  StatementAdjustments,
  StatementBank,
  StatementDeductions,
  StatementHands,
  StatementProducts,
  StatementReceipts,
  StatementSum,
  StatementThread,
} from "#components/settlement/statement-parts";
import { LinkButton, TextLink } from "#components/ui/button";
import { ConfirmButton } from "#components/ui/confirm-dialog";
import { DialogButton } from "#components/ui/dialog";
import { TextareaField } from "#components/ui/fields";
import { Form } from "#components/ui/form";
import { PageFrame } from "#components/ui/page-frame";
import { Panel } from "#components/ui/panel";
import { StateBadge, StateNote } from "#components/ui/state-badge";
import { can } from "#lib/identity/rules";
import type { SearchParams } from "#lib/kernel/list";
import { yuan } from "#lib/kernel/money";
import { today } from "#lib/platform/clock";
import { proveStatement, statementRecord } from "#lib/settlement/queries/statements";
import { confirm, dispute, note } from "../actions";

export default async function OwnStatementPage({
  params,
  searchParams,
}: {
  params: Promise<{ id: string }>;
  searchParams: Promise<SearchParams>;
}) {
  const actor = await requireActor("supplier");
  const [{ id }, search] = [await params, await searchParams];
  const [t, s, proof] = await page(() =>
    Promise.all([getTranslations("settlement"), statementRecord(actor, id), proveStatement(actor, id)]),
  );
  const here = today();
  const mayConfirm = can(actor, "settlement.confirm", { supplierId: s.supplierId });
  const isOpen = s.state === "sent" || s.state === "disputed";
  const facts = { amount: yuan(s.payableFen) };
  return (
    <PageFrame
      narrow
      trail={[{ label: t("portal.title"), href: "/supplier/statements" }]}
      title={<Period s={s} today={here} />}
      state={
        <StateBadge
          kind={
            s.state === "sent"
              ? "mine"
              : s.state === "confirmed" || s.state === "approved"
                ? "progress"
                : statementKind(s)
          }
          pill
        >
          {s.state === "sent" ? t("portal.waiting") : t(`states.${statementWord(s)}`)}
        </StateBadge>
      }
      actions={
        <>
          <LinkButton href={`/settlements/${s.id}/export`} external>
            {t("export")}
          </LinkButton>
          {mayConfirm && s.state === "sent" && (
            <DialogButton label={t("dispute")} title={t("disputeTitle")} tone="danger">
              <Form action={dispute} submit={t("disputeSend")} values={{ id: s.id }}>
                <p className="text-muted">{t("disputeText")}</p>
                <TextareaField name="text" label={t("note")} rows={4} maxLength={1000} />
              </Form>
            </DialogButton>
          )}
          {mayConfirm && isOpen && (
            <ConfirmButton
              label={t("confirm")}
              tone="primary"
              action={confirm}
              values={{ id: s.id, hash: s.hash }}
              confirmation={{ title: t("confirmTitle"), text: t("confirmText", facts), verb: t("confirmVerb", facts) }}
            />
          )}
        </>
      }
    >
      {isOpen && !mayConfirm && <StateNote kind="frozen">{t("confirmOwner")}</StateNote>}
      <ProofNote proof={proof} />
      {s.closingFen < 0 && <StateNote kind="attention">{t("carriedText")}</StateNote>}
      <Panel label={t("title")} flush>
        <StatementSum s={s} base="/supplier/statements" />
      </Panel>
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
        <StatementDeductions lines={s.lines} open={false} />
      </Panel>
      {s.adjustmentsFen !== 0 && (
        <Panel title={t("adjustmentLines")} id="adjustments" flush>
          <StatementAdjustments statementId={s.id} lines={s.lines} />
        </Panel>
      )}
      {search.receipts === "1" ? (
        <Panel title={t("receiptLines")} flush>
          <StatementReceipts lines={s.lines} open={false} />
        </Panel>
      ) : (
        <TextLink href={`/supplier/statements/${s.id}?receipts=1`}>
          {t("showReceipts", { count: s.lines.filter((l) => l.kind === "receipt").length })}
        </TextLink>
      )}
      <Panel title={t("thread")}>
        <div className="flex flex-col gap-4">
          <StatementThread notes={s.notes} today={here} side="supplier" />
          <Form action={note} submit={t("noteSend")} submitTone="plain" values={{ id: s.id }} resetOnSuccess>
            <TextareaField name="text" label={t("note")} rows={2} maxLength={1000} />
          </Form>
        </div>
      </Panel>
      <Panel title={t("bank")}>
        <div className="flex flex-col gap-4">
          <StatementBank s={s} today={here} />
          <StatementHands s={s} today={here} />
        </div>
      </Panel>
    </PageFrame>
  );
}
