import { getLocale, getTranslations } from "next-intl/server";
import { History } from "#app/_adapters/history";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { ApplicationReview } from "#components/suppliers/application-review";
import { applicationKind } from "#components/suppliers/supplier-state";
import { LinkButton } from "#components/ui/button";
import { Countdown } from "#components/ui/countdown";
import { PageFrame } from "#components/ui/page-frame";
import { Panel } from "#components/ui/panel";
import { StateBadge, StateNote } from "#components/ui/state-badge";
import { timelineOf } from "#lib/audit/queries";
import { categories } from "#lib/catalog/queries";
import { can } from "#lib/identity/rules";
import { momentText } from "#lib/kernel/time";
import { cities } from "#lib/pickup/queries";
import { now, today } from "#lib/platform/clock";
import { applicationDossier } from "#lib/suppliers/queries";
import { type FieldName, kindOfField } from "#lib/suppliers/rules";
import * as actions from "../../actions";

export default async function ApplicationPage({ params }: { params: Promise<{ id: string }> }) {
  const actor = await requireActor("operator");
  const { id } = await params;
  const [t, locale, dossier, known, places, timeline] = await page(() =>
    Promise.all([
      getTranslations("suppliers"),
      getLocale(),
      applicationDossier(actor, id),
      categories(),
      cities(),
      timelineOf("application", id),
    ]),
  );
  const day = today();
  const names = Object.fromEntries([...known, ...places].map((c) => [c.id, locale === "en" ? c.nameEn : c.name]));
  const last = dossier.rounds.at(-1);
  const label = (field: string): string => {
    const kind = kindOfField(field);
    return kind ? t(`documents.${kind}`) : t(`fields.${field as FieldName}`);
  };
  return (
    <PageFrame
      trail={[
        { label: t("list.title"), href: "/suppliers" },
        { label: t("applications.title"), href: "/suppliers/applications" },
      ]}
      title={dossier.name}
      state={
        <StateBadge kind={applicationKind[dossier.state]} pill>
          {dossier.round > 1
            ? t("review.round", { state: t(`applicationStates.${dossier.state}`), round: dossier.round })
            : t(`applicationStates.${dossier.state}`)}
        </StateBadge>
      }
      meta={last && dossier.state === "submitted" ? t("review.previous", { asked: last.asked.length }) : undefined}
      aside={
        dossier.answerBy ? (
          <span className="text-muted">
            {t("review.promise", { time: momentText(dossier.answerBy, day) })}{" "}
            <Countdown until={dossier.answerBy.toISOString()} now={now().toISOString()} />
          </span>
        ) : dossier.decidedAt ? (
          <span className="text-muted">{t("review.decidedAt", { time: momentText(dossier.decidedAt, day) })}</span>
        ) : undefined
      }
      actions={
        dossier.supplierId && (
          <LinkButton href={`/suppliers/${dossier.supplierId}`} tone="primary">
            {t("review.toSupplier")}
          </LinkButton>
        )
      }
    >
      {dossier.decision && <StateNote kind="failed">{dossier.decision}</StateNote>}
      <ApplicationReview
        dossier={dossier}
        names={names}
        mayReview={can(actor, "suppliers.review")}
        today={day}
        verdict={actions.verdict}
        giveBack={actions.giveBack}
        reject={actions.reject}
        approve={actions.approve}
        reveal={can(actor, "pii.reveal") ? actions.revealFact : undefined}
      />
      <div className="grid items-start gap-3 lg:grid-cols-2">
        <Panel
          title={t("review.history")}
          note={
            dossier.agreementVersion && dossier.agreedAt
              ? t("review.agreed", { version: dossier.agreementVersion, time: momentText(dossier.agreedAt, day) })
              : undefined
          }
        >
          {dossier.rounds.length === 0 ? (
            <p className="text-muted">—</p>
          ) : (
            <ol className="flex flex-col gap-3">
              {dossier.rounds.toReversed().map((round) => (
                <li key={round.round}>
                  <p className="text-xs text-muted">
                    {t("review.historyRound", {
                      round: round.round,
                      name: round.byName,
                      time: momentText(new Date(round.returnedAt), day),
                    })}
                  </p>
                  <ul className="list-disc pl-5">
                    {round.asked.map((asked) => (
                      <li key={asked.field}>
                        {label(asked.field)} <span className="text-muted">{asked.reason}</span>
                      </li>
                    ))}
                  </ul>
                </li>
              ))}
            </ol>
          )}
        </Panel>
        <History
          kind="application"
          id={dossier.id}
          entries={timeline.filter((entry) => entry.deed !== "suppliers.judge")}
        />
      </div>
    </PageFrame>
  );
}
