import { getLocale, getTranslations } from "next-intl/server";
import { LinkButton } from "#components/ui/button";
import { Reference } from "./reference";

export async function generateMetadata() {
  return { title: (await getTranslations("api.page"))("reference") };
}

export default async function ReferencePage() {
  const [t, locale] = await Promise.all([getTranslations("api.page"), getLocale()]);
  return (
    <div className="flex w-full flex-col">
      <div className="flex flex-wrap items-center gap-2 px-4 pb-2 sm:px-6">
        <h1 className="text-xl!">{t("reference")}</h1>
        <span className="ml-auto flex gap-2">
          <LinkButton href="/developers" size="small">
            {t("back")}
          </LinkButton>
          <LinkButton href="/api/v1/openapi.json" external size="small">
            {t("specification")}
          </LinkButton>
        </span>
      </div>
      <noscript>
        <p className="px-4 sm:px-6">{t("noScript")}</p>
      </noscript>
      <Reference locale={locale} loading={t("loading")} failed={t("failed")} />
    </div>
  );
}
