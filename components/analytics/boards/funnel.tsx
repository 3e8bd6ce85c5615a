import Link from "next/link";
import { useTranslations } from "next-intl";
import { percent } from "#components/today/figures";
import { idColumn, nodeColumn, numberColumn, textColumn } from "#components/ui/columns";
import { Lines } from "#components/ui/lines";
import { Panel } from "#components/ui/panel";
import { Bar } from "#components/ui/progress";
import { bpOf } from "#lib/analytics/rules";
import { rowsHref } from "#lib/analytics/rules/explore";
import { type Funnel, type Stage, stages } from "#lib/analytics/schema/boards";
import type { Ask } from "#lib/analytics/schema/explore";

/** The pieces at each step of their way, what each step lost, and to what. */
export function FunnelBoard({ funnel, ask }: { funnel: Funnel; ask: Ask }) {
  const t = useTranslations("explore.boards");
  const days = `where=pickupDay.gte.${ask.from}&where=pickupDay.lte.${ask.to}`;
  const orders = rowsHref({ ...ask, basis: "pickup" });
  const hrefs: Record<Stage, string> = {
    paid: orders,
    received: `/fulfilment/purchases?${days}`,
    loaded: `/fulfilment/deliveries?${days}&where=state.in.loaded,arrived,signed`,
    arrived: `/fulfilment/deliveries?${days}&where=state.in.arrived,signed`,
    signed: `/fulfilment/deliveries?${days}&where=state.in.signed`,
    picked: `${orders}&view=done`,
  };
  const rows = stages.map((id, i) => {
    const before = stages[i - 1];
    return { id, pieces: funnel.pieces[id], gap: before ? funnel.pieces[before] - funnel.pieces[id] : 0 };
  });
  type Row = (typeof rows)[number];
  const paid = funnel.pieces.paid;
  const lost = Object.entries(funnel.lost).map(([id, pieces]) => ({ id: id as keyof Funnel["lost"], pieces }));
  return (
    <>
      <Panel title={t("funnel")} note={t("funnelNote")} flush>
        <Lines
          label={t("funnel")}
          rows={rows}
          columns={[
            textColumn<Row>({ id: "stage", head: t("stage"), text: (r) => t(`stages.${r.id}`) }),
            nodeColumn<Row>({
              id: "bar",
              head: "",
              grow: true,
              node: (r) => <Bar value={paid > 0 ? r.pieces / paid : 0} />,
            }),
            nodeColumn<Row>({
              id: "pieces",
              head: t("pieces"),
              align: "right",
              node: (r) => (
                <Link href={hrefs[r.id]} prefetch={false} className="hover:underline">
                  {r.pieces.toLocaleString("en-US")}
                </Link>
              ),
            }),
            nodeColumn<Row>({
              id: "share",
              head: t("ofPaid"),
              align: "right",
              node: (r) => percent(bpOf(r.pieces, paid)),
            }),
            numberColumn<Row>({ id: "gap", head: t("gap"), value: (r) => r.gap }),
          ]}
        />
      </Panel>
      <Panel title={t("lost")} flush>
        <Lines
          label={t("lost")}
          rows={lost.filter((r) => r.pieces > 0)}
          empty={t("none")}
          columns={[
            idColumn<(typeof lost)[number]>({ id: "kind", head: t("stage"), text: (r) => t(`lostKinds.${r.id}`) }),
            numberColumn<(typeof lost)[number]>({ id: "pieces", head: t("pieces"), value: (r) => r.pieces }),
            nodeColumn<(typeof lost)[number]>({
              id: "share",
              head: t("ofPaid"),
              align: "right",
              node: (r) => percent(bpOf(r.pieces, paid), 2),
            }),
          ]}
        />
      </Panel>
    </>
  );
}
