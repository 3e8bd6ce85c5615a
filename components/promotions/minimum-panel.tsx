import { useTranslations } from "next-intl";
import { type Column, nodeColumn, textColumn } from "#components/ui/columns";
import { Lines } from "#components/ui/lines";
import { Panel } from "#components/ui/panel";
import { Bar } from "#components/ui/progress";
import { StateBadge } from "#components/ui/state-badge";
import type { MinimumView } from "#lib/promotions/schema/groups";

/** How near each item is to its minimum, and once decided what became of it. */
export function MinimumPanel({ minimums }: { minimums: readonly MinimumView[] }) {
  const t = useTranslations("groups.minimum");
  const outcome = (m: MinimumView) => {
    if (m.decidedAt === null) return null;
    return m.refundedPieces > 0 ? (
      <StateBadge kind="closed">{t("missed", { pieces: m.refundedPieces })}</StateBadge>
    ) : (
      <StateBadge kind="done">{t("reached")}</StateBadge>
    );
  };
  const columns: Column<MinimumView & { id: string }>[] = [
    textColumn({ id: "name", head: t("item"), text: (m) => `${m.name} ${m.spec}`, grow: true, phone: "title" }),
    textColumn({
      id: "terms",
      head: t("label"),
      text: (m) =>
        t("terms", {
          need: m.minimum.count,
          unit: t(`units.${m.minimum.unit}`),
          scope: t(`scopes.${m.minimum.scope}`),
        }),
    }),
    nodeColumn({
      id: "reached",
      head: t("have"),
      align: "right",
      phone: "figure",
      node: (m) =>
        m.minimum.scope === "point" ? (
          t("pointsReached", { n: m.pointsReached, all: m.points })
        ) : (
          <span className="inline-flex items-center gap-2">
            <span className="inline-block w-14">
              <Bar value={Math.min(1, m.reached / m.minimum.count)} />
            </span>
            {t("progress", { have: m.reached, need: m.minimum.count, unit: t(`units.${m.minimum.unit}`) })}
          </span>
        ),
    }),
    nodeColumn({ id: "outcome", head: t("decided"), phone: "state", node: outcome }),
  ];
  return (
    <Panel title={t("label")} note={t("note")} flush>
      <Lines label={t("label")} rows={minimums.map((m) => ({ ...m, id: m.offerId }))} columns={columns} />
    </Panel>
  );
}
