import { useTranslations } from "next-intl";
import { moneyColumn, nodeColumn, textColumn } from "#components/ui/columns";
import { Lines } from "#components/ui/lines";
import { StateNote } from "#components/ui/state-badge";
import { evidenceWindow } from "#lib/campaigns/rules/prices";
import type { Cap, StruckOffer } from "#lib/campaigns/schema/prices";
import { yuan } from "#lib/kernel/money";
import { addDays, type Day, dayText, momentText } from "#lib/kernel/time";

type Row = StruckOffer & { id: string };
/** Beyond so many only those that show one are listed. */
const mostPlain = 20;

/** What each struck-through price rests on, or why there is none; the law cited below. */
export function EvidenceTable({
  offers,
  cities,
  today,
}: {
  offers: readonly StruckOffer[];
  cities: Record<string, string>;
  today: Day;
}) {
  const t = useTranslations("price.evidence");
  const basis = (o: StruckOffer): string => {
    const { evidence, strike } = o;
    if (strike?.basis === "msrp") return t("msrp", { amount: yuan(strike.listPriceFen) });
    if (!evidence) return t("none");
    const amount = yuan(evidence.lowestFen);
    const day = dayText(evidence.day, today);
    if (!strike) return t("notLower", { amount, day });
    const { from, to } = evidenceWindow(o.startsAt);
    const last = evidence.day === to ? to : addDays(to, -1);
    return t(evidence.kind, {
      ...{ amount, day, from: dayText(from, today), to: dayText(last, today) },
      city: cities[o.cityId] ?? o.cityId,
    });
  };
  const shown = offers.length > mostPlain ? offers.filter((o) => o.strike) : offers;
  return (
    <>
      <Lines
        label={t("title")}
        rows={shown.map((o) => ({ ...o, id: o.offerId }))}
        empty={t("empty")}
        columns={[
          textColumn<Row>({ id: "item", head: t("item"), text: (o) => o.name, note: (o) => o.spec }),
          moneyColumn<Row>({ id: "price", head: t("price"), fen: (o) => o.priceFen }),
          nodeColumn<Row>({
            id: "strike",
            head: t("strike"),
            align: "right",
            node: (o) =>
              o.strike ? (
                <s className="tabular-nums">{yuan(o.strike.listPriceFen)}</s>
              ) : (
                <span className="text-muted">{t("noStrike")}</span>
              ),
          }),
          textColumn<Row>({ id: "basis", head: t("basis"), grow: true, text: basis }),
        ]}
      />
      <p className="px-4 py-3 text-xs text-muted">
        {shown.length > 0 && shown.length < offers.length && `${t("others", { n: offers.length - shown.length })} `}
        {t("law")}
      </p>
    </>
  );
}

/** How these prices cap later struck-through ones, and which scheduled offers would lose or lower theirs. */
export function CapsNote({ caps, today }: { caps: readonly Cap[]; today: Day }) {
  const t = useTranslations("price.caps");
  const [first] = caps;
  if (!first) return null;
  const hit = caps.filter((c) => c.hits.length > 0);
  return (
    <section className="flex flex-col gap-2" aria-label={t("title")}>
      <p className="text-muted">
        {t("hint", { until: dayText(first.until, today) })} {hit.length === 0 && t("clear")}
      </p>
      {hit.map((c) => (
        <StateNote key={`${c.skuId} ${c.cityId}`} kind="attention">
          <b>{c.name}</b> {t("capped", { until: dayText(c.until, today), city: c.cityName, amount: yuan(c.capFen) })}
          <ul className="mt-1 flex flex-col gap-0.5">
            {c.hits.map((h) => (
              <li key={h.offerId}>
                {t(h.becomesFen === null ? "loses" : "lowers", {
                  campaign: h.campaignName,
                  at: momentText(h.startsAt, today),
                  price: yuan(h.priceFen),
                  strike: yuan(h.strikeFen),
                  becomes: h.becomesFen === null ? "" : yuan(h.becomesFen),
                })}
              </li>
            ))}
          </ul>
        </StateNote>
      ))}
    </section>
  );
}
