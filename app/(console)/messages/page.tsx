import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { MessageTable } from "#components/notifications/message-table";
import { Empty } from "#components/ui/empty";
import { PageFrame } from "#components/ui/page-frame";
import { StateNote } from "#components/ui/state-badge";
import { can } from "#lib/identity/rules";
import { isUnfiltered, readListParams, type SearchParams } from "#lib/kernel/list";
import { connectedChannels, messageCounts, messageSpec, messagesPage } from "#lib/notifications/queries";
import { channels } from "#lib/notifications/schema";
import { env } from "#lib/platform/env";
import { sendAgain } from "./actions";

export async function generateMetadata() {
  return { title: (await getTranslations("system.messages"))("title") };
}

export default async function MessagesPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor("operator");
  const params = readListParams(await searchParams, messageSpec);
  const [t, found, counts] = await page(() =>
    Promise.all([getTranslations("system.messages"), messagesPage(actor, params), messageCounts(actor)]),
  );
  const connected = connectedChannels();
  const local = channels.filter((channel) => !connected[channel]);
  return (
    <PageFrame title={t("title")} meta={env().DEMO_MODE === "1" ? undefined : t("hidden")}>
      {local.length > 0 && (
        <StateNote kind="frozen">
          {t("local", { channels: local.map((channel) => t(`channels.${channel}`)).join("、") })}
        </StateNote>
      )}
      <MessageTable
        rows={found.rows}
        nextCursor={found.nextCursor}
        params={params}
        total={isUnfiltered(params) ? counts[params.view] : undefined}
        views={messageSpec.views.map((key) => ({ key, label: t(`views.${key}`), count: counts[key] }))}
        search={t("search")}
        filters={[
          {
            key: "channel",
            label: t("channel"),
            options: channels.map((channel) => ({ value: channel, label: t(`channels.${channel}`) })),
          },
        ]}
        retry={can(actor, "messages.retry") ? sendAgain : null}
        empty={<Empty text={t("empty")} padded={false} />}
      />
    </PageFrame>
  );
}
