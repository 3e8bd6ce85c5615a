import "server-only";
import { getLocale, getTranslations } from "next-intl/server";
import { RecordTimeline } from "#components/audit/record-timeline";
import { Panel } from "#components/ui/panel";
import { type AuditView, commentsOf, withNames } from "#lib/audit/queries";
import { can } from "#lib/identity/rules";
import { today } from "#lib/platform/clock";
import { add, edit, remove } from "./comments";
import { page } from "./page";
import { requireActor } from "./session";

/** The last panel of every record: what was done to it and what colleagues say about it. `kind` is the log's subject type. */
export async function History({ kind, id, entries }: { kind: string; id: string; entries: readonly AuditView[] }) {
  const actor = await requireActor("operator");
  const subject = { subjectType: kind, subjectId: id };
  const [t, named, talk] = await page(async () =>
    Promise.all([getTranslations("ui.timeline"), withNames(entries, await getLocale()), commentsOf(actor, subject)]),
  );
  return (
    <Panel title={t("title")} id="history">
      <RecordTimeline
        entries={named}
        today={today()}
        talk={{ ...subject, ...talk, actions: { add, edit, remove } }}
        olderHref={can(actor, "audit.see") ? `/audit?q=${encodeURIComponent(id)}` : undefined}
      />
    </Panel>
  );
}
