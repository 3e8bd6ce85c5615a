import { redirect } from "next/navigation";
import { getLocale, getTranslations } from "next-intl/server";
import { currentActor } from "#app/_adapters/session";
import { DayLine } from "#components/identity/day-line";
import { SignInForm } from "#components/identity/sign-in-form";
import { StateNote } from "#components/ui/state-badge";
import { hasAccount } from "#lib/identity/queries/people";
import { homeOf } from "#lib/identity/rules";
import type { Role } from "#lib/identity/schema";
import type { SearchParams } from "#lib/kernel/list";
import { connectedChannels } from "#lib/notifications/queries";
import { env } from "#lib/platform/env";
import { messages } from "#lib/words/index";
import { refusals } from "#lib/words/refusals";
import { demoAccounts, demoPassword } from "../../../lib/server/demo-accounts.mjs";
import { requestCode } from "./actions";

/** Only a path of ours: never another site, never a protocol. */
const safe = (next: unknown): string => (typeof next === "string" && /^\/(?![/\\])/.test(next) ? next : "/");
const shown = [
  "signInFailed",
  "lockedOut",
  "accountDisabled",
  "codeWrong",
  "chooseAccount",
  "smsTooSoon",
  "smsTooMany",
  "wechatUnknown",
  "wechatCode",
  "channelDown",
  "broken",
] as const;

export async function generateMetadata() {
  return { title: (await getTranslations("identity.signIn"))("title") };
}

export default async function SignInPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const { next, error, code } = await searchParams;
  const [actor, t, roles, locale] = await Promise.all([
    currentActor(),
    getTranslations("identity.signIn"),
    getTranslations("identity"),
    getLocale(),
  ]);
  if (actor) redirect(next ? safe(next) : homeOf(actor));
  const isDemo = env().DEMO_MODE === "1" && (await hasAccount(demoAccounts[0]?.login ?? ""));
  const roleWords = (account: (typeof demoAccounts)[number]) =>
    account.portal === "console"
      ? roles(`roles.${account.role as Role}`)
      : account.portal === "leader"
        ? roles("signIn.kinds.leader")
        : `${roles("signIn.kinds.supplier")} · ${roles(`people.supplierRoles.${account.role as "owner" | "staff"}`)}`;
  return (
    <div className="mx-auto grid w-full max-w-[1040px] flex-1 items-start gap-x-16 gap-y-8 px-4 py-8 sm:px-6 lg:grid-cols-[minmax(0,1fr)_460px] lg:py-20">
      <header className="flex flex-col gap-3 lg:sticky lg:top-20">
        <h1 className="text-2xl! leading-9! lg:text-[34px]! lg:leading-[48px]!">{t("heading")}</h1>
        <p className="text-lg">{t("lead")}</p>
        <p className="text-muted">{t("leadText")}</p>
        <DayLine steps={Object.values(messages(locale).identity.signIn.day)} />
      </header>
      <div className="flex min-w-0 flex-col gap-4">
        {typeof error === "string" && <StateNote kind="attention">{t("ended")}</StateNote>}
        <SignInForm
          next={safe(next)}
          refusals={Object.fromEntries(shown.map((code) => [code, refusals[code][locale === "en" ? 2 : 1]]))}
          requestCode={requestCode}
          hasSms={connectedChannels().sms}
          wechatCode={typeof code === "string" && code.length <= 200 ? code : null}
          demo={isDemo ? demoAccounts.map((account) => ({ ...account, role: roleWords(account) })) : []}
          demoPassword={isDemo ? demoPassword : null}
        />
      </div>
    </div>
  );
}
