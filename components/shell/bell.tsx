"use client";
import { Bell as BellGlyph } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { Button } from "#components/ui/button";
import { Drawer } from "#components/ui/drawer";
import { Icon } from "#components/ui/icon";
import { useTopic } from "#components/ui/live";
import { Moment } from "#components/ui/moment";
import type { Notice, ShellFacts } from "#lib/kernel/shell";

/** Marks one notice read, or all; outlives the page that is left by it. */
export const readNotices = (id?: string): void => {
  fetch("/api/notices", { method: "POST", body: JSON.stringify({ id }), keepalive: true }).catch(() => undefined);
};

/** One notice as a line that opens its record and is read by that. */
export function NoticeLine({ notice, onOpen }: { notice: Notice; onOpen?: () => void }) {
  const t = useTranslations("notices");
  return (
    <Link
      href={notice.href}
      prefetch={false}
      onClick={onOpen}
      className="flex gap-3 px-4 py-2.5 hover:bg-surface-secondary"
    >
      <span
        aria-hidden="true"
        className={`mt-1.5 size-2 flex-none rounded-full ${notice.read ? "bg-transparent" : "bg-accent"}`}
      />
      <span className="min-w-0 flex-1">
        <span className={notice.read ? "" : "font-semibold"}>{notice.title}</span>
        {!notice.read && <span className="sr-only"> {t("unread")}</span>}
        {notice.detail && <span className="block truncate text-xs text-muted">{notice.detail}</span>}
      </span>
      <span className="text-xs text-muted">
        <Moment at={notice.at} />
      </span>
    </Link>
  );
}

/** The bell: what waits for this person and what she should know; follows live, opens the record, remembers what was read. */
export function Bell({ notices, home }: { notices: ShellFacts["notices"]; home: string }) {
  const t = useTranslations("notices");
  const ts = useTranslations("shell");
  const [open, setOpen] = useState(false);
  const [bell, setBell] = useState(notices);
  const [view, setView] = useState<"needs" | "fyi">("needs");
  useEffect(() => setBell(notices), [notices]);
  useTopic("notices", () => {
    fetch("/api/console/notices")
      .then((answer) => (answer.ok ? answer.json() : null))
      .then((fresh: ShellFacts["notices"] | null) => fresh && setBell(fresh))
      .catch(() => undefined);
  });
  const mark = (id?: string) => {
    const is = (one: Notice) => !one.read && (id === undefined || one.id === id);
    setBell((was) => ({
      unread: id === undefined ? 0 : Math.max(0, was.unread - was.latest.filter(is).length),
      latest: was.latest.map((one) => (is(one) ? { ...one, read: true } : one)),
    }));
    readNotices(id);
  };
  const unread = (which: "needs" | "fyi") =>
    bell.latest.filter((one) => !one.read && one.needs === (which === "needs")).length;
  const shown = bell.latest.filter((one) => one.needs === (view === "needs"));
  return (
    <>
      <button
        type="button"
        aria-haspopup="dialog"
        aria-label={bell.unread > 0 ? ts("noticesCount", { count: bell.unread }) : ts("notices")}
        className="relative grid size-8 flex-none place-items-center rounded-card text-muted hover:bg-default"
        onClick={() => {
          setView(unread("needs") === 0 && unread("fyi") > 0 ? "fyi" : "needs");
          setOpen(true);
        }}
      >
        <Icon of={BellGlyph} />
        {bell.unread > 0 && (
          <span
            aria-hidden="true"
            className="absolute -top-0.5 -right-1 grid h-4 min-w-4 place-items-center rounded-full bg-accent px-1 text-xs font-semibold text-accent-foreground"
          >
            {bell.unread > 99 ? "99+" : bell.unread}
          </span>
        )}
      </button>
      <Drawer open={open} onOpenChange={setOpen} title={ts("notices")}>
        <div className="flex flex-col gap-3">
          <div className="flex items-center gap-2">
            <div className="segments flex-1">
              {(["needs", "fyi"] as const).map((one) => (
                <button
                  key={one}
                  type="button"
                  aria-pressed={view === one}
                  className="flex-1 justify-center"
                  onClick={() => setView(one)}
                >
                  {t(`views.${one}`)}
                  {unread(one) > 0 && <span className="text-xs text-muted">{unread(one)}</span>}
                </button>
              ))}
            </div>
            <Button size="small" disabled={bell.unread === 0} onClick={() => mark()}>
              {t("readAll")}
            </Button>
          </div>
          {shown.length === 0 ? (
            <p className="text-muted">{t(`none.${view}`)}</p>
          ) : (
            <ul className="-mx-4 border-t border-separator">
              {shown.map((notice) => (
                <li key={notice.id} className="border-b border-separator">
                  <NoticeLine
                    notice={notice}
                    onOpen={() => {
                      setOpen(false);
                      mark(notice.id);
                    }}
                  />
                </li>
              ))}
            </ul>
          )}
          <p className="flex gap-4">
            <Link href={home} className="link" onClick={() => setOpen(false)}>
              {t("all")}
            </Link>
            <Link href={`${home}/settings`} className="link" onClick={() => setOpen(false)}>
              {t("settings")}
            </Link>
          </p>
        </div>
      </Drawer>
    </>
  );
}
