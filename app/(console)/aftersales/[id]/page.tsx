import { getTranslations } from "next-intl/server";
import { History } from "#app/_adapters/history";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { CaseContext, CaseEvidence, CaseFacts, CaseOutcome } from "#components/aftersales/case-parts";
import { caseKind } from "#components/aftersales/case-state";
import { DecideForm } from "#components/aftersales/decide-form";
import { Countdown } from "#components/ui/countdown";
import { Panel } from "#components/ui/panel";
import { RecordFrame } from "#components/ui/record";
import { StateBadge, StateNote } from "#components/ui/state-badge";
import { caseRecord } from "#lib/aftersales/queries";
import { can } from "#lib/identity/rules";
import { times } from "#lib/kernel/money";
import { now, today } from "#lib/platform/clock";
import { decide } from "../actions";

export default async function CasePage({ params }: { params: Promise<{ id: string }> }) {
  const actor = await requireActor("operator");
  const { id } = await params;
  const [t, record] = await page(() => Promise.all([getTranslations("aftersales"), caseRecord(actor, id)]));
  const isOpen = record.state === "applied";
  return (
    <RecordFrame
      trail={[{ label: t("title"), href: "/aftersales" }]}
      title={t("case", { no: record.orderNo })}
      state={
        <StateBadge kind={record.isOverdue ? "attention" : caseKind[record.state]} pill>
          {t(`states.${record.state}`)}
        </StateBadge>
      }
      next={isOpen && <Countdown until={record.dueAt.toISOString()} now={now().toISOString()} />}
      side={
        <>
          <Panel title={isOpen ? t("decide") : t("decision")}>
            {!isOpen ? (
              <CaseOutcome record={record} today={today()} />
            ) : can(actor, "aftersales.decide") ? (
              <DecideForm
                id={record.id}
                requestedFen={record.requestedFen}
                costFen={times(record.line.supplyPriceFen, record.quantity)}
                suggested={record.suggested}
                action={decide}
                next={null}
                previous={null}
              />
            ) : (
              <StateNote kind="waiting">{t("notDecider")}</StateNote>
            )}
          </Panel>
          <Panel>
            <CaseContext record={record} />
          </Panel>
        </>
      }
      history={<History kind="aftersale" id={record.id} entries={record.timeline} />}
    >
      <Panel label={t("facts")}>
        <CaseEvidence record={record} />
      </Panel>
      <Panel title={t("facts")}>
        <CaseFacts record={record} today={today()} />
      </Panel>
    </RecordFrame>
  );
}
