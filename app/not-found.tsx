import { getTranslations } from "next-intl/server";
import { LinkButton } from "#components/ui/button";

export default async function NotFound() {
  const t = await getTranslations("ui.problem");
  return (
    <div className="mx-auto flex min-h-[60dvh] w-full max-w-xl flex-col items-start justify-center gap-3 p-6">
      <h1>{t("notFound")}</h1>
      <p className="text-muted">{t("notFoundText")}</p>
      <LinkButton href="/" tone="primary">
        {t("toHome")}
      </LinkButton>
    </div>
  );
}
