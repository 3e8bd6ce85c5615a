import { getTranslations } from "next-intl/server";
import { LinkButton } from "#components/ui/button";
import { TextField } from "#components/ui/fields";
import { Form } from "#components/ui/form";
import { invitationOf } from "#lib/identity/queries/people";
import { choosePassword } from "./actions";

export async function generateMetadata() {
  return { title: (await getTranslations("identity.welcome"))("title"), robots: { index: false } };
}

export default async function WelcomePage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const [t, invitation] = await Promise.all([getTranslations("identity.welcome"), invitationOf(token)]);
  if (!invitation) {
    return (
      <div className="mx-auto flex w-full max-w-[460px] flex-col items-start gap-4 px-4 py-16">
        <h1>{t("invalid")}</h1>
        <p className="text-muted">{t("invalidText")}</p>
        <LinkButton href="/sign-in">{t("toSignIn")}</LinkButton>
      </div>
    );
  }
  return (
    <div className="mx-auto flex w-full max-w-[460px] flex-col gap-5 px-4 py-10">
      <header className="flex flex-col gap-2">
        <h1 className="text-xl!">{invitation.isFirst ? t("headingFirst") : t("heading", { name: invitation.name })}</h1>
        <p className="text-muted">
          {invitation.isFirst ? t("textFirst") : t("text", { email: invitation.email ?? "" })}{" "}
          {invitation.purpose === "reset" && t("textReset")}
        </p>
      </header>
      <Form
        action={choosePassword}
        submit={t("submit")}
        values={{ token }}
        guard={false}
        className="card flex flex-col gap-4 p-5"
      >
        {invitation.isFirst && (
          <>
            <TextField name="name" label={t("name")} autoComplete="name" maxLength={40} />
            <TextField name="email" label={t("email")} type="email" autoComplete="username" inputMode="email" />
          </>
        )}
        {invitation.email && <input type="hidden" autoComplete="username" value={invitation.email} readOnly />}
        <TextField name="password" label={t("password")} type="password" autoComplete="new-password" hint={t("hint")} />
        <TextField name="again" label={t("again")} type="password" autoComplete="new-password" />
      </Form>
    </div>
  );
}
