import { headers } from "next/headers";
import Link from "next/link";
import { getLocale, getTranslations } from "next-intl/server";
import { LinkButton } from "#components/ui/button";
import { Panel } from "#components/ui/panel";
import { operationIndex } from "#lib/api/app";
import { samples } from "./samples";

export async function generateMetadata() {
  return { title: (await getTranslations("api.page"))("title") };
}

/** Wraps instead of scrolling, so that nothing is out of a keyboard's reach. */
const Code = ({ children }: { children: string }) => (
  <pre className="whitespace-pre-wrap break-all rounded-card bg-surface-secondary p-3 text-xs leading-5">
    {children}
  </pre>
);

const rules = ["ruleMoney", "ruleTime", "ruleKey", "ruleProblem", "rulePage", "ruleMethod", "ruleLimit"] as const;

export default async function DevelopersPage() {
  const [t, tags, locale, head] = await Promise.all([
    getTranslations("api.page"),
    getTranslations("api.tags"),
    getLocale(),
    headers(),
  ]);
  const host = head.get("x-forwarded-host") ?? head.get("host") ?? "127.0.0.1";
  const protocol =
    head.get("x-forwarded-proto") ?? (host.startsWith("127.") || host.startsWith("localhost") ? "http" : "https");
  const shown = samples(`${protocol}://${host}`);
  const steps = [
    { title: t("step1"), code: [shown.signIn] },
    { title: t("step2"), code: [shown.browse] },
    { title: t("step3"), code: [shown.order, shown.pay] },
  ];
  return (
    <div className="mx-auto flex w-full max-w-[1008px] flex-col gap-4 px-4 py-8 sm:px-6">
      <header className="flex flex-col gap-3">
        <h1 className="text-2xl!">{t("title")}</h1>
        <p className="text-muted">{t("lead")}</p>
        <div className="flex flex-wrap gap-2">
          <LinkButton href="/developers/reference" tone="primary">
            {t("reference")}
          </LinkButton>
          <LinkButton href="/api/v1/openapi.json" external>
            {t("specification")}
          </LinkButton>
          <LinkButton href="/developers/problems">{t("problemsLink")}</LinkButton>
        </div>
      </header>
      <Panel title={t("start")}>
        <ol className="flex flex-col gap-4">
          {steps.map((step, i) => (
            <li key={step.title} className="flex min-w-0 flex-col gap-2">
              <h3>{`${i + 1}. ${step.title}`}</h3>
              {step.code.map((code) => (
                <Code key={code}>{code}</Code>
              ))}
            </li>
          ))}
        </ol>
      </Panel>
      <Panel title={t("rules")}>
        <ul className="flex list-disc flex-col gap-2 pl-5">
          {rules.map((rule) => (
            <li key={rule}>{t(rule)}</li>
          ))}
        </ul>
      </Panel>
      {operationIndex(locale).map((group) => (
        <Panel key={group.tag} title={tags(group.tag)} flush>
          <ul>
            {group.operations.map((o) => (
              <li key={o.id} className="border-b border-separator last:border-0">
                <Link
                  href={`/developers/reference#operation/${o.id}`}
                  className="flex flex-wrap items-baseline gap-x-3 px-4 py-2.5 hover:bg-surface-secondary"
                >
                  <code className="w-14 flex-none text-xs font-semibold text-accent-soft-foreground uppercase">
                    {o.method}
                  </code>
                  <code className="min-w-0 flex-1 text-sm break-all">{o.path}</code>
                  <span className="text-muted">{o.summary}</span>
                </Link>
              </li>
            ))}
          </ul>
        </Panel>
      ))}
    </div>
  );
}
