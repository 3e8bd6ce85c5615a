import { getLocale, getTranslations } from "next-intl/server";
import { readList } from "#app/_adapters/list";
import { page } from "#app/_adapters/page";
import { AuditPeek } from "#components/audit/audit-peek";
import { AuditTable } from "#components/audit/audit-table";
import { Empty } from "#components/ui/empty";
import { PageFrame } from "#components/ui/page-frame";
import { auditList } from "#lib/audit/lists";
import { auditEntry } from "#lib/audit/queries";
import { actorKinds, auditAreas } from "#lib/audit/schema";
import type { SearchParams } from "#lib/kernel/list";
import { actorWords, deedWords, subjects, subjectWords } from "#lib/words/deeds";

const types = Object.keys(subjects) as (keyof typeof subjects)[];

export async function generateMetadata() {
  return { title: (await getTranslations("system.audit"))("title") };
}

export default async function AuditPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const [t, names, locale] = await Promise.all([
    getTranslations("system.audit"),
    getTranslations("identity"),
    getLocale(),
  ]);
  const { actor, params, props } = await readList(auditList, await searchParams, t);
  const { peek } = params;
  const peeked = peek ? await page(() => auditEntry(actor, peek)) : null;
  const areaWords = (key: string) =>
    names.has(`deeds.${key}` as "deeds.orders") ? names(`deeds.${key}` as "deeds.orders") : t("kinds.resident");
  return (
    <PageFrame title={t("title")} meta={t("note")}>
      <AuditTable
        {...props}
        search={t("search")}
        filters={[
          { key: "from", label: t("fromDay"), kind: "day" },
          { key: "to", label: t("toDay"), kind: "day" },
          {
            key: "area",
            label: t("domain"),
            options: auditAreas.map((key) => ({ value: key, label: areaWords(key) })),
          },
          {
            key: "kind",
            label: t("kind"),
            options: actorKinds.map((key) => ({ value: key, label: t(`kinds.${key}`) })),
          },
          {
            key: "subject",
            label: t("subjectType"),
            options: types.map((key) => ({ value: key, label: subjectWords(key, locale) })),
          },
        ]}
        peek={
          peeked && {
            title: `${actorWords(peeked, locale)} ${deedWords(peeked.deed, locale)}`,
            body: <AuditPeek entry={peeked} actorId={peeked.actorId} />,
          }
        }
        empty={<Empty text={t("empty")} padded={false} />}
      />
    </PageFrame>
  );
}
