"use client";
import { useTranslations } from "next-intl";
import { Problem } from "#components/ui/problem";

export default function PanelError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  const t = useTranslations("ui.problem");
  return (
    <div className="mx-auto w-full max-w-xl py-10">
      <Problem title={t("page")} text={t("pageText")} number={error.digest} retry={reset} />
    </div>
  );
}
