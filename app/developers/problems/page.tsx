import { getLocale, getTranslations } from "next-intl/server";
import { LinkButton } from "#components/ui/button";
import { Panel } from "#components/ui/panel";
import { problemIndex } from "#lib/api/app";

export async function generateMetadata() {
  return { title: (await getTranslations("api.page"))("problemsTitle") };
}

/** Where the `type` of every problem leads. */
export default async function ProblemsPage() {
  const [t, locale] = await Promise.all([getTranslations("api.page"), getLocale()]);
  const problems = problemIndex(locale);
  return (
    <div className="mx-auto flex w-full max-w-[1008px] flex-col gap-4 px-4 py-8 sm:px-6">
      <header className="flex flex-col gap-3">
        <h1 className="text-2xl!">{t("problemsTitle")}</h1>
        <p className="text-muted">{t("problemsLead")}</p>
        <div>
          <LinkButton href="/developers">{t("back")}</LinkButton>
        </div>
      </header>
      <Panel label={t("problemsTitle")} flush>
        <table className="w-full text-left">
          <thead className="text-xs text-muted">
            <tr className="border-b border-separator">
              <th className="px-4 py-2 font-normal">{t("status")}</th>
              <th className="px-4 py-2 font-normal">{t("code")}</th>
              <th className="hidden px-4 py-2 font-normal sm:table-cell">{t("meaning")}</th>
            </tr>
          </thead>
          <tbody>
            {problems.map((p) => (
              <tr
                key={p.code}
                id={p.code}
                className="border-b border-separator align-top last:border-0 target:bg-accent-soft"
              >
                <td className="px-4 py-2.5 tabular-nums">{p.status}</td>
                <td className="px-4 py-2.5">
                  <code className="text-sm break-all">{p.code}</code>
                  <p className="mt-1 text-sm text-muted sm:hidden">{p.detail}</p>
                </td>
                <td className="hidden px-4 py-2.5 sm:table-cell">{p.detail}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Panel>
    </div>
  );
}
