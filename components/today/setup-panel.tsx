import { useTranslations } from "next-intl";
import { LinkButton } from "#components/ui/button";
import { ActionButton } from "#components/ui/form";
import { Panel } from "#components/ui/panel";
import { StateShape } from "#components/ui/state-badge";
import type { SetupStep } from "#lib/analytics/schema";
import type { FormAction } from "#lib/kernel/answer";

/** What a young instance still needs, in the order it is needed; the first open step carries the accent. */
export function SetupPanel({ steps, dismiss }: { steps: readonly SetupStep[]; dismiss: FormAction }) {
  const t = useTranslations("analytics.setup");
  const next = steps.find((step) => !step.done && step.href);
  return (
    <Panel
      title={t("title")}
      note={`${t("progress", { done: steps.filter((step) => step.done).length, total: steps.length })} · ${t("lead")}`}
      actions={
        <ActionButton action={dismiss} values={{ kind: "setup" }} tone="quiet" size="small">
          {t("dismiss")}
        </ActionButton>
      }
      flush
    >
      <ol className="divide-y divide-separator">
        {steps.map((step) => (
          <li key={step.key} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2">
            <StateShape kind={step.done ? "done" : "waiting"} />
            <span className="sr-only">{t(step.done ? "done" : "open")}</span>
            <span className="min-w-0 flex-1 basis-56">
              <b className={`block ${step.done ? "font-normal text-muted line-through" : ""}`}>
                {t(`steps.${step.key}.name`)}
              </b>
              {!step.done && <span className="block text-xs text-muted">{t(`steps.${step.key}.text`)}</span>}
            </span>
            {!step.done &&
              (step.href ? (
                <LinkButton href={step.href} size="small" tone={step === next ? "primary" : "plain"}>
                  {t(`steps.${step.key}.go`)}
                </LinkButton>
              ) : (
                <span className="text-xs text-muted">{t("other")}</span>
              ))}
          </li>
        ))}
      </ol>
    </Panel>
  );
}
