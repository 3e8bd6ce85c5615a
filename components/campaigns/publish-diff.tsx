import { useTranslations } from "next-intl";
import { nodeColumn, numberColumn, rateColumn, textColumn } from "#components/ui/columns";
import { FactList } from "#components/ui/facts";
import { Lines } from "#components/ui/lines";
import { StateNote, Tag } from "#components/ui/state-badge";
import { changeKinds, type Expected, type PlannedItem, type PublishDiff } from "#lib/analytics/schema/plan";
import { yuan } from "#lib/kernel/money";
import { type Day, dayText } from "#lib/kernel/time";

type Row = PlannedItem & { id: string };
const mostRows = 100;
const rateText = (bp: number) => `${(bp / 100).toFixed(1)}%`;

/** What the forecast is made of and how wrong it has been. */
export function ForecastNote({ forecast }: { forecast: PublishDiff["forecast"] }) {
  const t = useTranslations("price.forecast");
  return (
    <p className="text-xs text-muted">
      {t("method")}{" "}
      {forecast.errorBp === null
        ? t("noError")
        : t("error", { days: forecast.testedDays, error: rateText(forecast.errorBp) })}
    </p>
  );
}

function Range({ low, high }: { low: string; high: string }) {
  const t = useTranslations("price.diff");
  return low === high ? null : <span className="text-xs text-muted"> {t("range", { low, high })}</span>;
}
const Margin = ({ of }: { of: Expected }) => (
  <>
    {yuan(of.fen)}
    <Range low={yuan(of.lowFen)} high={yuan(of.highFen)} />
  </>
);

/** In a few lines: how many items change, what they may sell and leave, and what goes against a rule. For dialogs. */
export function PublishSummary({ diff, today }: { diff: PublishDiff; today: Day }) {
  const t = useTranslations("price.diff");
  const { total } = diff;
  const cost = diff.items.filter((i) => i.isBelowCost).length;
  const rule = diff.items.filter((i) => i.isUnderRule).length;
  const counted = (n: number) => n.toLocaleString("en-US");
  return (
    <div className="flex flex-col gap-3">
      <p className="text-muted">
        {diff.against
          ? t("against", { name: diff.against.name, day: dayText(diff.against.day, today) })
          : diff.layer === "session"
            ? t("first")
            : t("againstSession")}
      </p>
      <ul className="flex flex-wrap gap-x-4 gap-y-1">
        {changeKinds
          .filter((kind) => diff.counts[kind] > 0)
          .map((kind) => (
            <li key={kind}>
              <span className="text-muted">{t(`changes.${kind}`)}</span>{" "}
              <b className="tabular-nums">{diff.counts[kind]}</b>
            </li>
          ))}
      </ul>
      {total.foretold > 0 ? (
        <FactList
          facts={[
            {
              label: t("totalUnits"),
              value: (
                <>
                  {counted(total.units)}
                  <Range low={counted(total.low)} high={counted(total.high)} />
                </>
              ),
            },
            { label: t("totalGmv"), value: yuan(total.gmvFen) },
            { label: t("margin"), value: <Margin of={total.margin} /> },
            { label: t("marginBp"), value: total.marginBp === null ? "—" : rateText(total.marginBp) },
          ]}
        />
      ) : (
        <p className="text-muted">{t("noForecast")}</p>
      )}
      {total.foretold > 0 && total.foretold < total.items && (
        <p className="text-xs text-muted">{t("partly", { items: total.items, foretold: total.foretold })}</p>
      )}
      {cost + rule > 0 && (
        <StateNote kind="attention">
          {[
            ...(cost > 0 ? [t("belowCosts", { n: cost })] : []),
            ...(rule > 0 ? [t("underRules", { n: rule, floor: rateText(diff.floorBp) })] : []),
          ].join(" · ")}
        </StateNote>
      )}
      <ForecastNote forecast={diff.forecast} />
    </div>
  );
}

const weight = (i: PlannedItem) => (i.isBelowCost ? 0 : i.isUnderRule ? 1 : i.change === "same" ? 3 : 2);

/** Item by item, what needs a look first: old and new price, expected pieces and margin, with the range. */
export function PublishDiffTable({ diff, cities }: { diff: PublishDiff; cities: Record<string, string> }) {
  const t = useTranslations("price.diff");
  const rows = diff.items
    .map((i) => ({ ...i, id: i.offerId }))
    .sort((a, b) => weight(a) - weight(b) || (b.margin?.fen ?? 0) - (a.margin?.fen ?? 0));
  const counted = (n: number) => n.toLocaleString("en-US");
  const several = new Set(rows.map((r) => r.cityId)).size > 1;
  return (
    <>
      <Lines
        label={t("title")}
        rows={rows.slice(0, mostRows)}
        columns={[
          textColumn<Row>({ id: "item", head: t("item"), text: (i) => i.name, note: (i) => i.spec }),
          ...(several
            ? [textColumn<Row>({ id: "city", head: t("city"), text: (i) => cities[i.cityId] ?? i.cityId })]
            : []),
          nodeColumn<Row>({
            id: "change",
            head: t("change"),
            node: (i) => (
              <span className="flex flex-wrap gap-1">
                {t(`changes.${i.change}`)}
                {i.isBelowCost && <Tag>{t("belowCost")}</Tag>}
                {i.isUnderRule && !i.isBelowCost && <Tag>{t("underRule", { floor: rateText(diff.floorBp) })}</Tag>}
              </span>
            ),
          }),
          nodeColumn<Row>({
            id: "price",
            head: t("price"),
            align: "right",
            node: (i) => (
              <span className="tabular-nums">
                {i.fromFen !== null && i.fromFen !== i.toFen && (
                  <span className="text-muted">
                    {yuan(i.fromFen)}
                    {i.toFen !== null && " → "}
                  </span>
                )}
                {i.toFen !== null && yuan(i.toFen)}
              </span>
            ),
          }),
          numberColumn<Row>({ id: "quota", head: t("quota"), value: (i) => (i.toFen === null ? null : i.quota) }),
          nodeColumn<Row>({
            id: "units",
            head: t("units"),
            align: "right",
            node: (i) =>
              i.units ? (
                <>
                  {counted(i.units.units)}
                  <Range low={counted(i.units.low)} high={counted(i.units.high)} />
                </>
              ) : (
                <span className="text-muted">—</span>
              ),
            foot: counted(diff.total.units),
          }),
          nodeColumn<Row>({
            id: "margin",
            head: t("margin"),
            align: "right",
            node: (i) => (i.margin ? <Margin of={i.margin} /> : <span className="text-muted">—</span>),
            foot: <Margin of={diff.total.margin} />,
          }),
          rateColumn<Row>({
            id: "marginBp",
            head: t("marginBp"),
            bp: (i) => (i.toFen === null ? null : i.marginBp),
            foot: diff.total.marginBp === null ? "—" : rateText(diff.total.marginBp),
          }),
        ]}
      />
      {rows.length > mostRows && <p className="px-4 py-2 text-muted">{t("more", { n: rows.length - mostRows })}</p>}
    </>
  );
}
