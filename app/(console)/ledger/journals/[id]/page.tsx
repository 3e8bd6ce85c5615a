import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { PostingLines, RefLink, SealPart, useTypeWord } from "#components/ledger/ledger-parts";
import { FactList } from "#components/ui/facts";
import { Moment } from "#components/ui/moment";
import { Columns, PageFrame } from "#components/ui/page-frame";
import { Panel } from "#components/ui/panel";
import { journalRecord } from "#lib/ledger/queries";
import { ownerNames } from "#lib/settlement/queries/owners";

export default async function JournalPage({ params }: { params: Promise<{ id: string }> }) {
  const actor = await requireActor("operator");
  const { id } = await params;
  const [t, journal] = await page(() => Promise.all([getTranslations("ledger"), journalRecord(actor, id, ownerNames)]));
  return (
    <PageFrame
      trail={[{ label: t("journals"), href: "/ledger/journals" }]}
      title={t("journal", { no: journal.id })}
      meta={<TypeWord type={journal.type} />}
    >
      <Columns
        side={
          <Panel title={t("seal")}>
            <SealPart journal={journal} />
          </Panel>
        }
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
      </Columns>
    </PageFrame>
  );
}

function TypeWord({ type }: { type: string }) {
  return <>{useTypeWord()(type)}</>;
}
