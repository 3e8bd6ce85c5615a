import type { Metadata } from "next";
import { getLocale, getTranslations } from "next-intl/server";
import { ApplicationState } from "#components/suppliers/application-state";
import { ApplyForm } from "#components/suppliers/apply-form";
import { LinkButton } from "#components/ui/button";
import { Empty } from "#components/ui/empty";
import { categories } from "#lib/catalog/queries";
import { isRefusal } from "#lib/kernel/refusal";
import { cities as allCities, servedCities } from "#lib/pickup/queries";
import { today } from "#lib/platform/clock";
import { applicationByToken } from "#lib/suppliers/queries";
import { steps } from "#lib/suppliers/rules";
import * as actions from "../actions";

export async function generateMetadata(): Promise<Metadata> {
  return {
    title: (await getTranslations("suppliers.apply"))("title"),
    robots: { index: false },
    referrer: "no-referrer",
  };
}

type Props = { params: Promise<{ token: string }>; searchParams: Promise<{ step?: string }> };

export default async function ApplicationPage({ params, searchParams }: Props) {
  const [{ token }, { step: wanted }] = await Promise.all([params, searchParams]);
  const [t, locale] = await Promise.all([getTranslations("suppliers.apply"), getLocale()]);
  const application = await applicationByToken(token).catch((error: unknown) => {
    if (isRefusal(error)) return null;
    throw error;
  });
  if (!application) {
    return (
      <div className="mx-auto w-full max-w-[560px]">
        <Empty text={t("badLink")} action={<LinkButton href="/apply">{t("state.restart")}</LinkButton>} />
      </div>
    );
  }
  if (application.state !== "draft" && application.state !== "returned")
    return <ApplicationState application={application} today={today()} />;
  const [known, served] = await Promise.all([categories(), servedCities()]);
  const cities = served.length > 0 ? served : await allCities();
  const isEnglish = locale === "en";
  return (
    <ApplyForm
      token={token}
      application={application}
      step={steps.find((step) => step === wanted) ?? "subject"}
      categories={known.map((c) => ({ id: c.id, name: isEnglish ? c.nameEn : c.name, parentId: c.parentId }))}
      cities={cities.map((c) => ({ id: c.id, name: isEnglish ? c.nameEn : c.name }))}
      today={today()}
      save={actions.saveField}
      attach={actions.attach}
      describe={actions.describe}
      remove={actions.remove}
      submit={actions.submit}
    />
  );
}
