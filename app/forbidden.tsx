import { getTranslations } from "next-intl/server";
import { LinkButton } from "#components/ui/button";

export default async function Forbidden() {
  const t = await getTranslations("ui.problem");
  return (
    <div className="mx-auto flex min-h-[60dvh] w-full max-w-xl flex-col items-start justify-center gap-3 p-6">
      <h1>{t("forbidden")}</h1>
      <p className="text-muted">{t("forbiddenText")}</p>
      <LinkButton href="/" tone="primary">
        {t("toHome")}
      </LinkButton>
    </div>
  );
}
