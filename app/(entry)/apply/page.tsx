import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { TextLink } from "#components/ui/button";
import { RadioCards } from "#components/ui/fields";
import { Form } from "#components/ui/form";
import { subjectTypes } from "#lib/suppliers/rules";
import { start } from "./actions";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("suppliers.apply"))("title") };
}

export default async function ApplyPage() {
  const t = await getTranslations("suppliers");
  return (
    <div className="mx-auto flex w-full max-w-[560px] flex-col gap-4 px-4 pb-8">
      <header className="flex flex-col gap-1 pt-2">
        <h1 className="text-xl!">{t("apply.title")}</h1>
        <p>{t("apply.lead")}</p>
        <p className="text-muted">{t("apply.promise")}</p>
      </header>
      <Form action={start} submit={t("apply.start")} wide submitSize="large" guard={false}>
        <RadioCards
          name="subjectType"
          label={t("apply.who")}
          columns={1}
          defaultValue="company"
          options={subjectTypes.map((type) => ({
            value: type,
            label: t(`subjectTypes.${type}`),
            note: t(`subjectNotes.${type}`),
          }))}
        />
      </Form>
      <section className="flex flex-col gap-1">
        <h2>{t("apply.need")}</h2>
        <ul className="flex list-disc flex-col gap-0.5 pl-5 text-muted">
          <li>{t("apply.needAll")}</li>
          <li>{t("apply.needCompany")}</li>
          <li>{t("apply.needCooperative")}</li>
          <li>{t("apply.needFarmer")}</li>
        </ul>
      </section>
      <p>
        <TextLink href="/sign-in">{t("apply.signIn")}</TextLink>
      </p>
    </div>
  );
}
