import { getTranslations } from "next-intl/server";
import { readList } from "#app/_adapters/list";
import { page } from "#app/_adapters/page";
import { statementKind, statementWord } from "#components/settlement/settlement-state";
import { Period, ProofNote, StatementHands, StatementSum } from "#components/settlement/statement-parts";
import { StatementTable } from "#components/settlement/statement-table";
import { DialogButton } from "#components/ui/dialog";
import { Empty } from "#components/ui/empty";
import { DateField, SelectField } from "#components/ui/fields";
import { Form } from "#components/ui/form";
import { PageFrame } from "#components/ui/page-frame";
import { StateBadge } from "#components/ui/state-badge";
import { can } from "#lib/identity/rules";
import type { SearchParams } from "#lib/kernel/list";
import { yuan } from "#lib/kernel/money";
import { addDays } from "#lib/kernel/time";
import { today } from "#lib/platform/clock";
import { statementList } from "#lib/settlement/lists";
import { proveStatement, statementRecord, suppliersToState } from "#lib/settlement/queries/statements";
import { make } from "./actions";

export default async function SettlementsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const t = await getTranslations("settlement");
  const { actor, params, props } = await readList(statementList, await searchParams, t);
  const mayMake = can(actor, "settlement.make");
  const [open, peeked, proof] = await page(() =>
    Promise.all([
      mayMake ? suppliersToState(actor) : [],
      params.peek ? statementRecord(actor, params.peek) : null,
      params.peek ? proveStatement(actor, params.peek) : null,
    ]),
  );
  const here = today();
  return (
    <PageFrame
      title={t("title")}
      meta={t("byReceipt")}
      actions={
        mayMake && (
          <DialogButton label={t("made")} title={t("makeTitle")} tone="primary" dialogSize="small">
            {open.length === 0 ? (
              <p>{t("makeNone")}</p>
            ) : (
              <Form action={make} submit={t("make")}>
                <SelectField
                  name="supplierId"
                  label={t("makeSupplier")}
                  empty={t("chooseSupplier")}
                  options={open.map((s) => ({
                    value: s.id,
                    label: t("makeOption", { name: s.name, amount: yuan(s.receiptsFen) }),
                  }))}
                />
                <DateField
                  name="toDay"
                  label={t("makeTo")}
                  hint={t("makeHint")}
                  max={addDays(here, -1)}
                  defaultValue={addDays(here, -1)}
                />
              </Form>
            )}
          </DialogButton>
        )
      }
    >
      <StatementTable
        base="/settlements"
        {...props}
        search={t("search")}
        peek={
          peeked && {
            title: peeked.supplierName,
            href: `/settlements/${peeked.id}`,
            state: (
              <StateBadge pill kind={statementKind(peeked)}>
                {t(`states.${statementWord(peeked)}`)}
              </StateBadge>
            ),
            body: (
              <div className="flex flex-col gap-4">
                <p className="text-muted">
                  <Period s={peeked} today={here} />
                </p>
                {proof && <ProofNote proof={proof} />}
                <div className="-mx-4">
                  <StatementSum s={peeked} full={false} base="/settlements" />
                </div>
                <StatementHands s={peeked} today={here} />
              </div>
            ),
          }
        }
        empty={<Empty text={t("empty")} padded={false} />}
      />
    </PageFrame>
  );
}
