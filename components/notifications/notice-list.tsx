"use client";
import { NoticeLine, readNotices } from "#components/shell/bell";
import type { Notice } from "#lib/kernel/shell";

/** Notices as lines; opening one reads it. */
export function NoticeList({ rows }: { rows: readonly Notice[] }) {
  return (
    <ul className="divide-y divide-separator">
      {rows.map((notice) => (
        <li key={notice.id}>
          <NoticeLine notice={notice} onOpen={() => !notice.read && readNotices(notice.id)} />
        </li>
      ))}
    </ul>
  );
}
