import { getLocale, getTranslations } from "next-intl/server";
import { requireActor } from "#app/_adapters/session";
import { NoticesFrame } from "#components/notifications/notice-pages";
import { readListParams, type SearchParams } from "#lib/kernel/list";
import { noticeSpec, noticesPage } from "#lib/notifications/queries";
import { markRead } from "./actions";

export async function generateMetadata() {
  return { title: (await getTranslations("notices"))("title") };
}

export default async function NoticesPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor("operator");
  const params = readListParams(await searchParams, noticeSpec);
  const page = await noticesPage(actor, params, await getLocale());
  return <NoticesFrame view={params.view} page={page} home="/notices" read={markRead} />;
}
