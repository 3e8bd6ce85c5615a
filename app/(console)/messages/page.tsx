import { getTranslations } from "next-intl/server";
import { readList } from "#app/_adapters/list";
import { MessageTable } from "#components/notifications/message-table";
import { Empty } from "#components/ui/empty";
import { LiveRefresh } from "#components/ui/live";
import { PageFrame } from "#components/ui/page-frame";
import { StateNote } from "#components/ui/state-badge";
import { can } from "#lib/identity/rules";
import type { SearchParams } from "#lib/kernel/list";
import { messageBulk, messageList } from "#lib/notifications/lists";
import { connectedChannels } from "#lib/notifications/queries";
import { channels } from "#lib/notifications/schema";
import { env } from "#lib/platform/env";
import { sendAgain } from "./actions";

export async function generateMetadata() {
  return { title: (await getTranslations("system.messages"))("title") };
}

export default async function MessagesPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const t = await getTranslations("system.messages");
  const { actor, props } = await readList(messageList, await searchParams, t);
  const connected = connectedChannels();
  const local = channels.filter((channel) => !connected[channel]);
  return (
    <PageFrame title={t("title")} meta={env().DEMO_MODE === "1" ? undefined : t("hidden")}>
      <LiveRefresh topics={["messages", "jobs"]} />
      {local.length > 0 && (
        <StateNote kind="frozen">
          {t("local", { channels: local.map((channel) => t(`channels.${channel}`)).join("、") })}
        </StateNote>
      )}
      <MessageTable
        {...props}
        search={t("search")}
        filters={[
          {
            key: "channel",
            label: t("channel"),
            options: channels.map((channel) => ({ value: channel, label: t(`channels.${channel}`) })),
          },
        ]}
        bulk={messageBulk.retry.may(actor) ? [{ key: "retry", label: t("retry"), run: true }] : []}
        retry={can(actor, "messages.retry") ? sendAgain : null}
        empty={<Empty text={t("empty")} padded={false} />}
      />
    </PageFrame>
  );
}
