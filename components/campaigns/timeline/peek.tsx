"use client";
import { useTranslations } from "next-intl";
import { Button, LinkButton, TextLink } from "#components/ui/button";
import { moneyColumn, nodeColumn } from "#components/ui/columns";
import { Drawer } from "#components/ui/drawer";
import { Lines } from "#components/ui/lines";
import { useLive } from "#components/ui/live-query";
import { Section } from "#components/ui/panel";
import { StateBadge } from "#components/ui/state-badge";
import type { BarDetail, BarPhase, ScheduleBar } from "#lib/campaigns/schema/schedule";
import { useConflictWords } from "../conflict-words";
import { phaseShape, useBarWords, windowText } from "./bar";

/** A bar at a glance: what it sells, how it goes, what stands in its way. */
export function Peek({
  bar,
  phase,
  names,
  onClose,
  onMove,
}: {
  bar: ScheduleBar;
  phase: BarPhase;
  names: Readonly<Record<string, string>>;
  onClose: () => void;
  onMove: (() => void) | null;
}) {
  const t = useTranslations("schedule");
  const words = useBarWords();
  const sentence = useConflictWords();
  const { data, isError } = useLive<BarDetail>(
    "barDetail",
    { id: bar.id },
    { enabled: bar.kind !== "coupon", topics: ["session"] },
  );
  const isPlan = phase === "draft" || phase === "inReview";
  return (
    <Drawer open onOpenChange={(open) => !open && onClose()} title={bar.name}>
      <div className="flex flex-col gap-4">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <StateBadge kind={phaseShape[phase]} pill>
            {t(`phases.${phase}`)}
          </StateBadge>
          <span>{t(`kinds.${bar.kind}`)}</span>
          <span className="whitespace-nowrap">{windowText(bar)}</span>
        </p>
        <p className="text-muted">
          {bar.cityIds.length > 0 ? bar.cityIds.map((id) => names[id] ?? id).join(" · ") : t("filters.all")} ·{" "}
          {words.summary(bar, phase)}
        </p>
        {data?.session && (
          <p>
            {t("peek.session")} <TextLink href={`/sessions/${data.session.id}`}>{data.session.name}</TextLink>
          </p>
        )}
        {isError && <p role="alert">{t("move.lost")}</p>}
        {data && (
          <Section title={t("peek.items")}>
            {data.items.length === 0 ? (
              <p className="text-muted">{t("peek.noItems")}</p>
            ) : (
              <Lines<BarDetail["items"][number]>
                label={t("peek.items")}
                rows={data.items}
                columns={[
                  nodeColumn({
                    id: "name",
                    head: t("peek.items"),
                    grow: true,
                    node: (o) => (
                      <>
                        {o.name} <span className="text-muted">{o.spec}</span>
                      </>
                    ),
                  }),
                  moneyColumn({ id: "price", head: t("peek.price"), fen: (o) => o.priceFen }),
                  nodeColumn({
                    id: "sold",
                    head: t("peek.soldOfQuota"),
                    align: "right",
                    node: (o) => `${o.sold.toLocaleString("en-US")} / ${o.quota.toLocaleString("en-US")}`,
                  }),
                  nodeColumn({
                    id: "margin",
                    head: t("peek.margin"),
                    align: "right",
                    node: (o) => `${(o.marginBp / 100).toFixed(1)}%`.replace("-", "−"),
                  }),
                ]}
              />
            )}
            {data.more > 0 && <p className="text-xs text-muted">{t("peek.more", { count: data.more })}</p>}
          </Section>
        )}
        {data && isPlan && (
          <Section title={t("peek.conflicts")}>
            {data.conflicts.length === 0 ? (
              <StateBadge kind="done">{t("peek.noConflicts")}</StateBadge>
            ) : (
              <ul className="flex flex-col gap-1">
                {data.conflicts.slice(0, 8).map((c) => (
                  <li key={`${c.code} ${c.offerId ?? ""} ${c.other?.id ?? ""}`}>
                    <StateBadge kind={c.severity === "block" ? "failed" : "attention"}>
                      <span className="whitespace-normal">{sentence(c)}</span>
                    </StateBadge>
                  </li>
                ))}
              </ul>
            )}
          </Section>
        )}
        <p className="flex flex-wrap gap-2">
          <LinkButton href={bar.href} tone="primary">
            {t("peek.open")}
          </LinkButton>
          {onMove && <Button onClick={onMove}>{t("move.open")}</Button>}
        </p>
      </div>
    </Drawer>
  );
}
