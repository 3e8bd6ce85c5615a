import { useTranslations } from "next-intl";
import { LinkButton } from "#components/ui/button";
import { FactList } from "#components/ui/facts";
import { StateBadge, StateNote } from "#components/ui/state-badge";
import { Track } from "#components/ui/track";
import { type Day, momentText } from "#lib/kernel/time";
import type { ApplicationForApplicant } from "#lib/suppliers/schema";
import { applicationKind } from "./supplier-state";

/** What the applicant sees after handing in: where it stands, until when we answer, and what came of it. */
export function ApplicationState({ application, today }: { application: ApplicationForApplicant; today: Day }) {
  const t = useTranslations("suppliers");
  const { state } = application;
  const isOpen = state === "submitted";
  return (
    <div className="mx-auto flex w-full max-w-[560px] flex-col gap-4 px-4 pb-8">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1 pt-2">
        <h1 className="text-xl!">{t(`apply.state.${state as "submitted"}`)}</h1>
        <StateBadge kind={applicationKind[state]} pill>
          {t(`applicationStates.${state}`)}
        </StateBadge>
      </header>
      <Track
        label={t("apply.progress")}
        steps={[
          {
            key: "fill",
            label: t("apply.state.track.fill"),
            at: "done",
            note: application.submittedAt ? momentText(application.submittedAt, today) : undefined,
          },
          { key: "review", label: t("apply.state.track.review"), at: isOpen ? "now" : "done" },
          {
            key: "result",
            label: t("apply.state.track.result"),
            at: isOpen ? "next" : state === "approved" ? "done" : "stopped",
          },
        ]}
      />
      {isOpen && application.answerBy && (
        <p>
          {t("apply.state.submittedText", { time: momentText(application.answerBy, today) })}
          {application.round > 1 && (
            <span className="block text-muted">{t("apply.state.again", { round: application.round })}</span>
          )}
        </p>
      )}
      {state === "approved" && <p>{t("apply.state.approvedText")}</p>}
      {state === "rejected" && (
        <StateNote kind="failed">{t("apply.state.rejectedText", { reason: application.decision ?? "—" })}</StateNote>
      )}
      <section className="card p-4">
        <FactList
          labelWidth={112}
          facts={[
            { label: t("fields.subjectType"), value: t(`subjectTypes.${application.values.subjectType}`) },
            {
              label: t(application.values.subjectType === "farmer" ? "farmerName" : "fields.name"),
              value: application.values.name,
            },
            { label: t("fields.contactName"), value: application.values.contactName },
            { label: t("fields.phone"), value: application.values.phone },
            {
              label: t("record.documents"),
              value: application.documents.map((d) => t(`documents.${d.kind}`)).join("、"),
            },
          ]}
        />
      </section>
      {state === "approved" && (
        <LinkButton href="/sign-in" tone="primary" size="large" wide>
          {t("apply.state.toSignIn")}
        </LinkButton>
      )}
      {state === "rejected" && (
        <LinkButton href="/apply" size="large" wide>
          {t("apply.state.restart")}
        </LinkButton>
      )}
    </div>
  );
}
