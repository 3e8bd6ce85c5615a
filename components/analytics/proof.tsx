import { useTranslations } from "next-intl";
import { idColumn, nodeColumn, numberColumn, textColumn } from "#components/ui/columns";
import { Lines } from "#components/ui/lines";
import { Panel } from "#components/ui/panel";
import { StateNote } from "#components/ui/state-badge";
import type { Proof, ProofKind, ProofRow } from "#lib/analytics/schema/measures";
import { yuan } from "#lib/kernel/money";
import { type Day, dayText, momentText } from "#lib/kernel/time";

/** The last proof: whether the sums equal the facts and the sales the ledger, and where not, by how much. `only` picks kinds. */
export function ProofPanel({ proof, today, only }: { proof: Proof | null; today: Day; only?: readonly ProofKind[] }) {
  const t = useTranslations("explore.proof");
  if (!proof)
    return (
      <Panel title={t("title")}>
        <p className="text-muted">{t("none")}</p>
      </Panel>
    );
  const rows = proof.rows.filter((r) => !only || only.includes(r.kind)).map((r) => ({ id: r.kind, ...r }));
  const wrong = rows.reduce((n, r) => n + r.wrong, 0);
  const said = {
    at: momentText(proof.at, today),
    from: dayText(proof.from, today),
    to: dayText(proof.to, today),
  };
  const differences = rows.flatMap((r) => r.differences.map((d) => ({ id: `${r.kind} ${d.ref}`, kind: r.kind, ...d })));
  /** Buyers and pieces are counted, the rest is money. */
  const amount = (kind: ProofKind, n: number) =>
    ["buyers", "buyer", "fulfilment"].includes(kind) ? n.toLocaleString("en-US") : yuan(n);
  type Row = ProofRow & { id: string };
  return (
    <Panel title={t("title")} flush>
      <div className="p-4">
        <StateNote kind={wrong === 0 ? "done" : "failed"}>
          {wrong === 0 ? t("ok", said) : t("bad", { ...said, n: wrong })}
        </StateNote>
      </div>
      <Lines<Row>
        label={t("title")}
        rows={rows}
        tone={(r) => (r.wrong > 0 ? "danger" : undefined)}
        columns={[
          idColumn<Row>({ id: "kind", head: t("kind"), text: (r) => t(`kinds.${r.kind}`) }),
          numberColumn<Row>({ id: "looked", head: t("looked"), value: (r) => r.looked }),
          nodeColumn<Row>({
            align: "right",
            id: "expected",
            head: t("expected"),
            node: (r) => amount(r.kind, r.expected),
          }),
          nodeColumn<Row>({ align: "right", id: "found", head: t("found"), node: (r) => amount(r.kind, r.found) }),
          nodeColumn<Row>({
            align: "right",
            id: "difference",
            head: t("difference"),
            node: (r) => amount(r.kind, r.found - r.expected),
          }),
          numberColumn<Row>({
            id: "wrong",
            head: t("wrong"),
            value: (r) => r.wrong,
            tone: (r) => (r.wrong > 0 ? "danger" : undefined),
          }),
        ]}
      />
      {differences.length > 0 && (
        <Lines
          label={t("difference")}
          rows={differences}
          columns={[
            idColumn<(typeof differences)[number]>({
              id: "ref",
              head: t("ref"),
              text: (d) => `${t(`kinds.${d.kind}`)} ${d.ref}`,
            }),
            textColumn<(typeof differences)[number]>({ id: "expected", head: t("expected"), text: (d) => d.expected }),
            textColumn<(typeof differences)[number]>({ id: "found", head: t("found"), text: (d) => d.found }),
          ]}
        />
      )}
    </Panel>
  );
}
