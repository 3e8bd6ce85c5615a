"use client";
import { Maximize } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Button, LinkButton } from "#components/ui/button";
import { LineChart } from "#components/ui/charts";
import { Countdown } from "#components/ui/countdown";
import { Icon } from "#components/ui/icon";
import { useIsLost } from "#components/ui/live";
import { useLive } from "#components/ui/live-query";
import { WindowText } from "#components/ui/moment";
import { Panel } from "#components/ui/panel";
import { Bar } from "#components/ui/progress";
import { StateBadge } from "#components/ui/state-badge";
import type { SaleBoard as Board } from "#lib/orders/schema";

const percent = (share: number): string => `${Math.round(share * 100)}%`;
const rate = (value: number): string => value.toFixed(value >= 10 || value === 0 ? 0 : value >= 1 ? 1 : 2);
const topics = ["admission", "order", "session"];
/** What the clock alone changes (the last minute, the curve) is read again this often. */
const everyMs = 5000;
/** Figures this old are lost, whatever the connection says. */
const staleSeconds = 15;
/** Read from across a room, on one screen or two. */
const huge = "text-[clamp(2.25rem,3.4vw,6rem)] leading-none font-semibold tracking-[-.02em] tabular-nums";

function Figure({ label, value, note }: { label: string; value: ReactNode; note?: ReactNode }) {
  return (
    <div className="card flex min-w-0 flex-col gap-2 px-4 py-3">
      <span className="text-lg text-muted">{label}</span>
      <span className={huge}>{value}</span>
      <span className="min-h-5 text-muted">{note}</span>
    </div>
  );
}

/** Seconds since these figures came. */
function useAge(updatedAt: number): number {
  const [at, setAt] = useState(updatedAt);
  useEffect(() => {
    const timer = setInterval(() => setAt(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return Math.max(0, Math.round((at - updatedAt) / 1000));
}

/** How a sale goes now, told by the server as it changes; says when it is not told, and catches up when it is again. */
export function SaleBoard({
  of,
  initial,
  back,
}: {
  of: { slotId: string } | { sessionId: string };
  initial: Board;
  back: string;
}) {
  const t = useTranslations("watch.board");
  const words = useTranslations("watch.outcomes");
  const frame = useRef<HTMLElement>(null);
  const { data, isError, dataUpdatedAt } = useLive<Board>("saleBoard", of, { initial, topics, everyMs });
  const age = useAge(dataUpdatedAt);
  const isLost = [useIsLost(), isError, age > staleSeconds].some(Boolean);
  const board = data ?? initial;
  const sum = (pick: (item: Board["items"][number]) => number) => board.items.reduce((n, item) => n + pick(item), 0);
  const quota = sum((i) => i.quota);
  const left = sum((i) => i.quota - i.held - i.sold);
  const failed = board.failures.reduce((n, f) => n + f.orders, 0);
  const isBefore = board.at < board.startsAt;
  const isOver = board.at >= board.endsAt;
  const failures = new Map<string, number>();
  for (const f of board.failures) {
    const name = words.has(f.code as "soldOut") ? words(f.code as "soldOut") : words("other");
    failures.set(name, (failures.get(name) ?? 0) + f.orders);
  }
  return (
    <article ref={frame} aria-label={t("title")} className="flex min-h-full flex-col gap-3 bg-background p-4 sm:p-5">
      <header className="flex flex-wrap items-center gap-x-5 gap-y-2">
        <h1 className="text-2xl">{board.name}</h1>
        <span className="text-lg text-muted">
          <WindowText from={board.startsAt} to={board.endsAt} />
        </span>
        <span role="status">
          {isLost ? (
            <StateBadge kind="failed">{t("lost", { seconds: age })}</StateBadge>
          ) : board.isPaused ? (
            <StateBadge kind="frozen">{t("paused")}</StateBadge>
          ) : (
            <StateBadge kind="progress">{t("connected")}</StateBadge>
          )}
        </span>
        <span className="ml-auto flex items-baseline gap-3 text-lg">
          {!isOver && <span className="text-muted">{isBefore ? t("startsIn") : t("endsIn")}</span>}
          <span className={huge}>
            <Countdown until={isBefore ? board.startsAt : board.endsAt} now={board.at} over={t("over")} bare />
          </span>
        </span>
        <span className="no-print flex gap-2">
          <Button icon={<Icon of={Maximize} size={16} />} onClick={() => void frame.current?.requestFullscreen()}>
            {t("full")}
          </Button>
          <LinkButton href={back}>{t("back")}</LinkButton>
        </span>
      </header>
      <div className="grid grid-cols-2 gap-3 md:grid-cols-3 min-[1700px]:grid-cols-6">
        <Figure
          label={t("left")}
          value={left === 0 && quota > 0 ? t("soldOut") : left.toLocaleString("en-US")}
          note={t("ofQuota", { quota: quota.toLocaleString("en-US") })}
        />
        <Figure label={t("sold")} value={sum((i) => i.sold).toLocaleString("en-US")} />
        <Figure label={t("held")} value={sum((i) => i.held).toLocaleString("en-US")} />
        <Figure
          label={t("perSecond")}
          value={rate(board.perSecond)}
          note={`${t("lastMinute")} · ${t("peak", { value: rate(Math.max(0, ...board.curve.map((p) => p.perSecond))) })}`}
        />
        <Figure
          label={t("payRate")}
          value={board.placed === 0 ? "—" : percent(board.paid / board.placed)}
          note={`${t("placed")} ${board.placed.toLocaleString("en-US")} · ${t("paidOrders", { count: board.paid })}`}
        />
        <Figure label={t("failures")} value={failed.toLocaleString("en-US")} />
      </div>
      <div className="grid gap-3 lg:grid-cols-[2fr_1fr]">
        <Panel title={t("curve")}>
          <LineChart
            label={t("curve")}
            format="decimal"
            height={300}
            series={[{ key: "rate", label: t("perSecond") }]}
            points={board.curve.map((p) => ({ label: p.label, values: { rate: p.perSecond } }))}
          />
        </Panel>
        <Panel title={t("failures")}>
          {failures.size === 0 ? (
            <p className="text-lg text-muted">{t("noFailures")}</p>
          ) : (
            <ul className="flex flex-col gap-3 text-lg">
              {[...failures].map(([name, count]) => (
                <li key={name} className="flex flex-col gap-1.5">
                  <span className="flex justify-between gap-3">
                    <span>{name}</span>
                    <span className="text-muted tabular-nums">
                      {t("failureRate", { count: count.toLocaleString("en-US"), rate: percent(count / failed) })}
                    </span>
                  </span>
                  <Bar value={count / failed} kind="attention" />
                </li>
              ))}
            </ul>
          )}
        </Panel>
      </div>
      <ul aria-label={t("items")} className="grid grid-cols-[repeat(auto-fill,minmax(240px,1fr))] gap-3">
        {board.items.map((item) => {
          const rest = item.quota - item.held - item.sold;
          return (
            <li key={item.id} className="card flex min-w-0 flex-col gap-2 px-4 py-3">
              <span className="flex items-baseline justify-between gap-3">
                <span className="min-w-0 truncate text-lg">
                  {item.name} <span className="text-muted">{item.spec}</span>
                </span>
                <b className={`shrink-0 text-3xl tabular-nums ${rest === 0 ? "text-warning-soft-foreground" : ""}`}>
                  {rest === 0 ? t("soldOut") : rest.toLocaleString("en-US")}
                </b>
              </span>
              <Bar value={item.quota === 0 ? 0 : (item.held + item.sold) / item.quota} />
              <span className="text-muted tabular-nums">
                {t("sold")} {item.sold} · {t("held")} {item.held} · {t("ofQuota", { quota: item.quota })}
              </span>
            </li>
          );
        })}
      </ul>
    </article>
  );
}
