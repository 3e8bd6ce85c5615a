import { getLocale, getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { AuditPeek } from "#components/audit/audit-peek";
import { AuditTable } from "#components/audit/audit-table";
import { Empty } from "#components/ui/empty";
import { PageFrame } from "#components/ui/page-frame";
import { auditEntries, auditEntry } from "#lib/audit/queries";
import { readListParams, type SearchParams } from "#lib/kernel/list";
import { actorWords, deedWords, subjects, subjectWords } from "#lib/words/deeds";

const areas = [
  "orders",
  "refunds",
  "payments",
  "sessions",
  "flash",
  "catalog",
  "suppliers",
  "leaders",
  "points",
  "procurement",
  "fulfilment",
  "pickups",
  "aftersales",
  "commission",
  "settlement",
  "payouts",
  "people",
  "pii",
  "residents",
  "settings",
  "messages",
  "jobs",
] as const;
const kinds = ["operator", "supplier", "leader", "resident", "system"] as const;
const types = Object.keys(subjects) as (keyof typeof subjects)[];
const spec = { filters: { from: "day", to: "day", area: areas, kind: kinds, subject: types } } as const;

export async function generateMetadata() {
  return { title: (await getTranslations("system.audit"))("title") };
}

export default async function AuditPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor("operator");
  const params = readListParams(await searchParams, spec);
  const { from, to, area, kind, subject } = params.filters;
  const [t, names, locale, found, peeked] = await page(() =>
    Promise.all([
      getTranslations("system.audit"),
      getTranslations("identity"),
      getLocale(),
      auditEntries(actor, {
        cursor: params.after,
        ...(params.q ? { q: params.q } : {}),
        ...(from ? { fromDay: from } : {}),
        ...(to ? { toDay: to } : {}),
        ...(area ? { deed: `${area}.` } : {}),
        ...(kind ? { actorKind: kind } : {}),
        ...(subject ? { subjectType: subject } : {}),
      }),
      params.peek ? auditEntry(actor, params.peek) : null,
    ]),
  );
  const areaWords = (key: string) =>
    names.has(`deeds.${key}` as "deeds.orders") ? names(`deeds.${key}` as "deeds.orders") : t("kinds.resident");
  return (
    <PageFrame title={t("title")} meta={t("note")}>
      <AuditTable
        rows={found.rows}
        nextCursor={found.nextCursor}
        params={params}
        search={t("search")}
        filters={[
          { key: "from", label: t("fromDay"), kind: "day" },
          { key: "to", label: t("toDay"), kind: "day" },
          { key: "area", label: t("domain"), options: areas.map((key) => ({ value: key, label: areaWords(key) })) },
          { key: "kind", label: t("kind"), options: kinds.map((key) => ({ value: key, label: t(`kinds.${key}`) })) },
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
