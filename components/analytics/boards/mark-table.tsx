import Link from "next/link";
import { useTranslations } from "next-intl";
import { type Column, nodeColumn } from "#components/ui/columns";
import { Lines } from "#components/ui/lines";
import { Panel } from "#components/ui/panel";
import { Change } from "#components/ui/stat";
import { type AskChange, askHref, behind, boardHref } from "#lib/analytics/rules/explore";
import type { Board, Explored, Mark, MetricKey } from "#lib/analytics/schema/explore";
import { useChange } from "../explore-parts";
import { Value } from "../explore-table";
import { ChoiceMenu } from "../question-bar";

/** The things of a board by metrics, sorted by one of them; a number opens its rows, a name asks Explore about it alone. */
export function MarkTable({
  board,
  found,
  keys,
  name,
  change = "gmvFen",
  more = [],
  note,
}: {
  board: Board;
  found: Explored;
  keys: readonly MetricKey[];
  /** How a thing narrows the next question. */
  name: (m: Mark) => AskChange;
  /** The metric whose change against the other period is shown. */
  change?: MetricKey;
  more?: readonly Column<Mark>[];
  note?: string;
}) {
  const t = useTranslations("explore");
  const changed = useChange();
  const { ask, total, totalBefore } = found;
  const columns: Column<Mark>[] = [
    nodeColumn<Mark>({
      id: "name",
      head: t(`heads.${ask.by}`),
      node: (m) => (
        <Link
          href={askHref(ask, { metric: null, by: null, ...name(m) })}
          prefetch={false}
          className="font-semibold hover:underline"
        >
          {m.name} <span className="font-normal text-muted">{m.note}</span>
        </Link>
      ),
      foot: t("sum"),
    }),
    ...keys.flatMap((key) => [
      nodeColumn<Mark>({
        id: key,
        head: t(`metric.${key}`),
        hint: t(`formula.${key}`),
        align: "right",
        node: (m) => <Value metric={key} values={m.now} rows={behind(ask, ask.by, m.id)} />,
        foot: <Value metric={key} values={total} rows={ask} />,
      }),
      ...(key === change && found.before
        ? [
            nodeColumn<Mark>({
              id: "change",
              head: t("change"),
              align: "right",
              node: (m) => {
                const c = changed(key, m.now, m.before);
                return c ? <Change {...c} /> : <span className="text-muted">—</span>;
              },
              foot: (() => {
                const c = changed(key, total, totalBefore);
                return c ? <Change {...c} /> : "—";
              })(),
            }),
          ]
        : []),
    ]),
    ...more,
  ];
  return (
    <Panel
      title={t(`tabs.${board}`)}
      note={note}
      flush
      actions={
        <ChoiceMenu
          label={t("boards.sort")}
          chosen={t(`metric.${ask.metric}`)}
          options={keys.map((metric) => ({
            key: metric,
            text: t(`metric.${metric}`),
            href: boardHref(ask, board, { metric }),
          }))}
        />
      }
      foot={
        found.markCount > found.marks.length ? (
          <span className="text-xs text-muted">{t("shown", { n: found.marks.length, total: found.markCount })}</span>
        ) : undefined
      }
    >
      <Lines label={t(`tabs.${board}`)} columns={columns} rows={found.marks} empty={t("empty")} />
    </Panel>
  );
}
