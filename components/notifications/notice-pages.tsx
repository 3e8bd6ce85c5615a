import { useTranslations } from "next-intl";
import { LinkButton } from "#components/ui/button";
import { Empty } from "#components/ui/empty";
import { ActionButton } from "#components/ui/form";
import { LiveRefresh } from "#components/ui/live";
import { PageFrame } from "#components/ui/page-frame";
import { Panel } from "#components/ui/panel";
import { StateNote } from "#components/ui/state-badge";
import { LinkTabs } from "#components/ui/tabs";
import type { FormAction } from "#lib/kernel/answer";
import type { Page } from "#lib/kernel/page";
import type { Notice } from "#lib/kernel/shell";
import type { NoticePreference } from "#lib/notifications/schema";
import { NoticeList } from "./notice-list";
import { NoticePreferences } from "./notice-preferences";

const views = ["needs", "fyi", "all"] as const;

/** All notices of the reader, by what they want of her; `home` is the page's own path. */
export function NoticesFrame({
  view,
  page,
  home,
  read,
}: {
  view: (typeof views)[number];
  page: Page<Notice>;
  home: string;
  read: FormAction;
}) {
  const t = useTranslations("notices");
  return (
    <PageFrame
      title={t("title")}
      meta={t("lead")}
      narrow
      tabs={
        <LinkTabs
          label={t("title")}
          tabs={views.map((one) => ({
            href: one === "needs" ? home : `${home}?view=${one}`,
            label: t(`views.${one}`),
            current: one === view,
          }))}
        />
      }
      actions={
        <>
          <ActionButton action={read}>{t("readAll")}</ActionButton>
          <LinkButton href={`${home}/settings`}>{t("settings")}</LinkButton>
        </>
      }
    >
      <LiveRefresh topics={["notices"]} />
      <Panel
        label={t("title")}
        flush
        foot={
          page.nextCursor && (
            <LinkButton href={`${home}?view=${view}&after=${page.nextCursor}`} size="small">
              {t("more")}
            </LinkButton>
          )
        }
      >
        {page.rows.length === 0 ? <Empty text={t(`none.${view}`)} /> : <NoticeList rows={page.rows} />}
      </Panel>
    </PageFrame>
  );
}

/** What the reader wants to be told. */
export function PreferencesFrame({
  rows,
  channel,
  isLocal,
  home,
  prefer,
}: {
  rows: readonly NoticePreference[];
  channel: "mail" | "sms" | null;
  isLocal: boolean;
  home: string;
  prefer: FormAction;
}) {
  const t = useTranslations("notices");
  return (
    <PageFrame title={t("settings")} trail={[{ label: t("title"), href: home }]} meta={t("settingsLead")} narrow>
      {channel && isLocal && (
        <StateNote kind="frozen">{t("local", { channel: t(channel === "mail" ? "byMail" : "bySms") })}</StateNote>
      )}
      <NoticePreferences rows={rows} channel={channel} prefer={prefer} />
    </PageFrame>
  );
}
