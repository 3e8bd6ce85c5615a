import { getTranslations } from "next-intl/server";
import { requireActor } from "#app/_adapters/session";
import { PreferencesFrame } from "#components/notifications/notice-pages";
import { noticePreferences } from "#lib/notifications/queries";
import { prefer } from "../../../../(console)/notices/actions";

export async function generateMetadata() {
  return { title: (await getTranslations("notices"))("settings") };
}

export default async function NoticeSettingsPage() {
  const actor = await requireActor("supplier");
  return <PreferencesFrame {...(await noticePreferences(actor))} home="/supplier/notices" prefer={prefer} />;
}
