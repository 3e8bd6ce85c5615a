import { getTranslations } from "next-intl/server";
import { History } from "#app/_adapters/history";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { PostingLines, RefLink, SealPart, useTypeWord } from "#components/ledger/ledger-parts";
import { FactList } from "#components/ui/facts";
import { Moment } from "#components/ui/moment";
import { Panel } from "#components/ui/panel";
import { RecordFrame } from "#components/ui/record";
import { journalRecord } from "#lib/ledger/queries";
import { ownerNames } from "#lib/settlement/queries/owners";

export default async function JournalPage({ params }: { params: Promise<{ id: string }> }) {
  const actor = await requireActor("operator");
  const { id } = await params;
  const [t, journal] = await page(() => Promise.all([getTranslations("ledger"), journalRecord(actor, id, ownerNames)]));
  return (
    <RecordFrame
      trail={[{ label: t("journals"), href: "/ledger/journals" }]}
      title={t("journal", { no: journal.id })}
      meta={<TypeWord type={journal.type} />}
      side={
        <Panel title={t("seal")}>
          <SealPart journal={journal} />
        </Panel>
      }
      history={<History kind="journal" id={journal.id} entries={[]} />}
    >
      <Panel label={t("journals")}>
        <FactList
          columns={2}
          facts={[
            { label: t("type"), value: <TypeWord type={journal.type} /> },
            { label: t("at"), value: <Moment at={journal.at} /> },
            { label: t("ref"), value: <RefLink type={journal.type} reference={journal.ref} whole /> },
            { label: t("day"), value: journal.day },
            { label: t("key"), value: <code className="text-xs break-all">{journal.idemKey}</code> },
          ]}
        />
      </Panel>
      <Panel title={t("postings")} flush>
        <PostingLines journal={journal} />
      </Panel>
    </RecordFrame>
  );
}

function TypeWord({ type }: { type: string }) {
  return <>{useTypeWord()(type)}</>;
}
