import { useLocale, useTranslations } from "next-intl";
import { TextLink } from "#components/ui/button";
import { FactList } from "#components/ui/facts";
import { Moment } from "#components/ui/moment";
import { actorWords, deedWords, subjectHref, subjectWords, valueWords } from "#lib/words/deeds";
import type { AuditRow } from "./audit-table";
import { changesOf } from "./changes";

/** One entry in full: where from, why, and each field before and after. */
export function AuditPeek({ entry, actorId }: { entry: AuditRow; actorId: string }) {
  const t = useTranslations("system.audit");
  const locale = useLocale();
  const href = subjectHref(entry.subjectType, entry.subjectId);
  const name = subjectWords(entry.subjectType, locale);
  const changes = changesOf(entry.before, entry.after, locale);
  return (
    <div className="flex flex-col gap-4">
      <FactList
        facts={[
          { label: t("at"), value: <Moment at={entry.at} /> },
          { label: t("who"), value: actorWords(entry, locale), note: actorId },
          { label: t("did"), value: deedWords(entry.deed, locale), note: entry.deed },
          { label: t("subject"), value: name, note: entry.subjectId },
          { label: t("reason"), value: entry.reason ? valueWords(entry.reason, locale) : "—" },
          { label: t("origin"), value: entry.origin ?? "—" },
          { label: t("number"), value: entry.id },
        ]}
      />
      {changes.length === 0 ? (
        <p className="text-muted">{t("noChanges")}</p>
      ) : (
        <table className="w-full table-fixed border-collapse text-xs">
          <thead>
            <tr className="border-b border-separator text-muted">
              <th scope="col" className="py-1 pr-2">
                {t("field")}
              </th>
              <th scope="col" className="py-1 pr-2">
                {t("before")}
              </th>
              <th scope="col" className="py-1">
                {t("after")}
              </th>
            </tr>
          </thead>
          <tbody>
            {changes.map((change) => (
              <tr key={change.key} className="border-b border-separator align-top">
                <td className="py-1 pr-2 break-words">{change.field}</td>
                <td className="py-1 pr-2 break-words text-muted">{change.before ?? "—"}</td>
                <td className="py-1 break-words">{change.after ?? "—"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <ul className="flex flex-wrap gap-x-4 gap-y-1">
        <li>
          <TextLink href={`/audit?q=${encodeURIComponent(actorId)}`}>{t("onlyActor")}</TextLink>
        </li>
        <li>
          <TextLink href={`/audit?q=${encodeURIComponent(entry.subjectId)}`}>{t("onlySubject")}</TextLink>
        </li>
        {href && (
          <li>
            <TextLink href={href}>{t("openSubject", { name })}</TextLink>
          </li>
        )}
      </ul>
    </div>
  );
}
