import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { dayColumn, moneyColumn, nodeColumn, numberColumn, textColumn } from "#components/ui/columns";
import { FactList } from "#components/ui/facts";
import { ActionButton } from "#components/ui/form";
import { Lines } from "#components/ui/lines";
import { Moment } from "#components/ui/moment";
import { Money } from "#components/ui/money";
import { StateNote } from "#components/ui/state-badge";
import { type Hand, Hands } from "#components/ui/track";
import type { FormAction } from "#lib/kernel/answer";
import { fen, minus, negate, sum, yuan } from "#lib/kernel/money";
import { type Day, dayText } from "#lib/kernel/time";
import type {
  NoteView,
  Proof,
  StatementLineView,
  StatementProduct,
  StatementRecord,
  StatementRow,
} from "#lib/settlement/schema";

const claimKinds = ["shortage", "damage", "quality", "penalty", "coupon"] as const;
type ClaimKind = (typeof claimKinds)[number];
const kindOf = (line: StatementLineView): ClaimKind =>
  claimKinds.find((k) => k === line.evidence.claimKind) ?? "quality";

function Part({
  title,
  note,
  proof,
  children,
  total,
}: {
  title: ReactNode;
  note?: ReactNode;
  proof?: ReactNode;
  children: ReactNode;
  total?: boolean;
}) {
  return (
    <tr className={total ? "border-t-2 border-foreground" : "border-b border-separator"}>
      <th scope="row" className={`px-4 py-2.5 text-left ${total ? "font-semibold" : "font-normal"}`}>
        {title}
        {note && <span className="block text-xs font-normal text-muted">{note}</span>}
      </th>
      <td className="px-2 py-2.5 text-right text-xs text-muted">{proof}</td>
      <td className="px-4 py-2.5 text-right">{children}</td>
    </tr>
  );
}

/** The arithmetic of a statement, part by part; each part links to its rows on the same page (`full`) or only counts them. */
export function StatementSum({
  s,
  full = true,
  base,
}: {
  s: StatementRow & Partial<StatementRecord>;
  full?: boolean;
  base: string;
}) {
  const t = useTranslations("settlement");
  const claims = (s.lines ?? []).filter((l) => l.kind === "claim");
  const adjustments = (s.lines ?? []).filter((l) => l.kind === "adjustment");
  const groups = claimKinds
    .map((kind) => ({ kind, lines: claims.filter((l) => kindOf(l) === kind) }))
    .filter((g) => g.lines.length > 0);
  const link = (href: string, text: string) =>
    full ? (
      <a className="link" href={href}>
        {text}
      </a>
    ) : (
      text
    );
  const parts = 2 + groups.length + (adjustments.length > 0 ? 1 : 0);
  return (
    <table className="w-full border-collapse">
      <caption className="sr-only">{t("title")}</caption>
      <tbody>
        <Part
          title={t("opening")}
          note={s.openingFen < 0 ? t("openingNote") : t("openingNone")}
          proof={
            s.previous ? (
              <a className="link" href={`${base}/${s.previous.id}`}>
                {t("openingFrom", { day: dayText(s.previous.toDay) })}
              </a>
            ) : null
          }
        >
          <Money fen={s.openingFen} sign />
        </Part>
        <Part
          title={t("receipts")}
          note={t("receiptsNote")}
          proof={
            s.purchaseCount !== undefined
              ? link("#receipts", t("receiptsProof", { orders: s.purchaseCount, pieces: s.pieces ?? 0 }))
              : null
          }
        >
          <Money fen={s.receiptsFen} sign />
        </Part>
        {s.lines
          ? groups.map((g) => (
              <Part
                key={g.kind}
                title={t(`claimKinds.${g.kind}`)}
                note={t(`claimNotes.${g.kind}`)}
                proof={link("#deductions", t("claimProof", { count: g.lines.length }))}
              >
                <Money fen={sum(g.lines.map((l) => l.amountFen))} sign />
              </Part>
            ))
          : s.claimsFen !== 0 && (
              <Part title={t("claims")}>
                <Money fen={negate(s.claimsFen)} sign />
              </Part>
            )}
        {(adjustments.length > 0 || (!s.lines && s.adjustmentsFen !== 0)) && (
          <Part
            title={t("adjustments")}
            note={t("adjustmentsNote")}
            proof={s.lines ? link("#adjustments", t("claimProof", { count: adjustments.length })) : null}
          >
            <Money fen={s.adjustmentsFen} sign />
          </Part>
        )}
        <Part title={t("closing")} proof={s.lines ? t("closingParts", { count: parts }) : null} total>
          <Money fen={s.closingFen} size="total" />
        </Part>
      </tbody>
    </table>
  );
}

/** The line above the sums: recomputed, and by how much it differs. */
export function ProofNote({ proof, again }: { proof: Proof; again?: ReactNode }) {
  const t = useTranslations("settlement.proof");
  const isClean = proof.differenceFen === 0 && proof.missing === 0;
  return (
    <StateNote
      kind={isClean ? "done" : "failed"}
      action={
        <span className="flex items-center gap-3 text-xs">
          <Moment at={proof.at} form="clock" />
          {again}
        </span>
      }
    >
      {proof.differenceFen === 0
        ? t("same", { rows: proof.rows, amount: yuan(0) })
        : t("differs", { amount: yuan(proof.differenceFen) })}
      {proof.missing > 0 && ` · ${t("missing", { count: proof.missing })}`}
    </StateNote>
  );
}

/** The proof part by part, for whoever wants to see it. */
export function ProofTable({ proof }: { proof: Proof }) {
  const t = useTranslations("settlement");
  return (
    <Lines<Proof["checks"][number] & { id: string }>
      label={t("proof.detail")}
      rows={proof.checks.map((c) => ({ ...c, id: c.part }))}
      tone={(c) => (c.statedFen === c.recomputedFen ? undefined : "danger")}
      columns={[
        textColumn({ id: "part", head: t("proof.part"), text: (c) => t(`parts.${c.part}`), grow: true }),
        numberColumn({ id: "rows", head: t("proof.rows"), value: (c) => c.rows }),
        moneyColumn({ id: "stated", head: t("proof.stated"), fen: (c) => c.statedFen }),
        moneyColumn({ id: "recomputed", head: t("proof.recomputed"), fen: (c) => c.recomputedFen }),
        moneyColumn({ id: "difference", head: t("proof.difference"), fen: (c) => minus(c.statedFen, c.recomputedFen) }),
      ]}
    />
  );
}

/** What the accepted goods consist of; sales only where they are given. */
export function StatementProducts({ products, totalFen }: { products: StatementProduct[]; totalFen: number }) {
  const t = useTranslations("settlement");
  const count = (of: (p: StatementProduct) => number) =>
    products.reduce((n, p) => n + of(p), 0).toLocaleString("en-US");
  const hasSales = products.some((p) => p.salesFen !== null);
  return (
    <Lines<StatementProduct & { id: string }>
      label={t("composition")}
      rows={products.map((p) => ({ ...p, id: `${p.skuId}:${p.supplyPriceFen}` }))}
      columns={[
        textColumn({
          id: "product",
          head: t("product"),
          text: (p) => p.name,
          note: (p) => p.spec,
          grow: true,
          foot: t("total"),
        }),
        numberColumn({ id: "sold", head: t("sold"), value: (p) => p.sold, foot: count((p) => p.sold) }),
        numberColumn({ id: "ordered", head: t("ordered"), value: (p) => p.ordered, foot: count((p) => p.ordered) }),
        numberColumn({ id: "accepted", head: t("accepted"), value: (p) => p.accepted, foot: count((p) => p.accepted) }),
        numberColumn({
          id: "short",
          head: t("short"),
          value: (p) => p.short,
          tone: (p) => (p.short > 0 ? "warning" : undefined),
          foot: count((p) => p.short),
        }),
        numberColumn({
          id: "damaged",
          head: t("damaged"),
          value: (p) => p.damaged,
          tone: (p) => (p.damaged > 0 ? "warning" : undefined),
          foot: count((p) => p.damaged),
        }),
        moneyColumn({ id: "price", head: t("supplyPrice"), fen: (p) => p.supplyPriceFen }),
        ...(hasSales
          ? [
              moneyColumn<StatementProduct & { id: string }>({
                id: "sales",
                head: t("sales"),
                fen: (p) => p.salesFen,
                foot: <Money fen={sum(products.map((p) => p.salesFen ?? fen(0)))} />,
              }),
            ]
          : []),
        moneyColumn({
          id: "amount",
          head: t("amount"),
          fen: (p) => p.amountFen,
          foot: <Money fen={totalFen} size="strong" />,
        }),
      ]}
    />
  );
}

function Evidence({ line, open }: { line: StatementLineView; open: boolean }) {
  const t = useTranslations("settlement");
  if (line.photoFileIds.length === 0 && !(open && line.href))
    return <span className="text-muted">{t("noEvidence")}</span>;
  return (
    <span className="flex flex-wrap gap-x-2.5">
      {line.photoFileIds.map((id, i) => (
        <a key={id} className="link" href={`/api/files/${id}`} target="_blank" rel="noopener">
          {t("photo", { n: i + 1 })}
        </a>
      ))}
      {open && line.href && (
        <a className="link" href={line.href}>
          {t("openSource")}
        </a>
      )}
    </span>
  );
}

const words = (line: StatementLineView): string =>
  [line.words, typeof line.evidence.description === "string" ? line.evidence.description : null]
    .filter(Boolean)
    .join("：");

/** Deductions, each with its reason and its photos. `open` also links to the case or purchase order in the console. */
export function StatementDeductions({ lines, open }: { lines: StatementLineView[]; open: boolean }) {
  const t = useTranslations("settlement");
  const claims = lines.filter((l) => l.kind === "claim");
  return (
    <Lines<StatementLineView>
      label={t("deductions")}
      rows={claims}
      empty={t("deductionsNone")}
      columns={[
        dayColumn({ id: "day", head: t("day"), day: (l) => l.day }),
        textColumn({ id: "kind", head: t("claims"), text: (l) => t(`claimKinds.${kindOf(l)}`) }),
        textColumn({ id: "what", head: t("what"), text: words, grow: true }),
        numberColumn({ id: "quantity", head: t("quantity"), value: (l) => l.quantity }),
        nodeColumn({ id: "evidence", head: t("evidence"), node: (l) => <Evidence line={l} open={open} /> }),
        moneyColumn({
          id: "amount",
          head: t("amount"),
          fen: (l) => l.amountFen,
          sign: true,
          foot: <Money fen={sum(claims.map((l) => l.amountFen))} sign />,
        }),
      ]}
    />
  );
}

/** Adjustments with their reason; `drop` takes one off while the supplier has not agreed. */
export function StatementAdjustments({
  statementId,
  lines,
  drop,
}: {
  statementId: string;
  lines: StatementLineView[];
  drop?: FormAction | undefined;
}) {
  const t = useTranslations("settlement");
  const adjustments = lines.filter((l) => l.kind === "adjustment");
  return (
    <Lines<StatementLineView>
      label={t("adjustmentLines")}
      rows={adjustments}
      columns={[
        dayColumn({ id: "day", head: t("day"), day: (l) => l.day }),
        textColumn({ id: "what", head: t("what"), text: (l) => l.words, grow: true }),
        nodeColumn({ id: "evidence", head: t("evidence"), node: (l) => <Evidence line={l} open={false} /> }),
        moneyColumn({
          id: "amount",
          head: t("amount"),
          fen: (l) => l.amountFen,
          sign: true,
          foot: <Money fen={sum(adjustments.map((l) => l.amountFen))} sign />,
        }),
        ...(drop
          ? [
              nodeColumn<StatementLineView>({
                id: "drop",
                head: "",
                node: (l) => (
                  <ActionButton action={drop} values={{ id: statementId, lineId: l.id }} size="small" tone="quiet">
                    {t("drop")}
                  </ActionButton>
                ),
              }),
            ]
          : []),
      ]}
    />
  );
}

/** Every accepted line with its receipt. */
export function StatementReceipts({ lines, open }: { lines: StatementLineView[]; open: boolean }) {
  const t = useTranslations("settlement");
  const receipts = lines.filter((l) => l.kind === "receipt");
  return (
    <Lines<StatementLineView>
      label={t("receiptLines")}
      rows={receipts}
      columns={[
        dayColumn({ id: "day", head: t("day"), day: (l) => l.day }),
        textColumn({ id: "what", head: t("product"), text: (l) => l.words, grow: true, foot: t("total") }),
        numberColumn({
          id: "quantity",
          head: t("accepted"),
          value: (l) => l.quantity,
          foot: receipts.reduce((n, l) => n + l.quantity, 0).toLocaleString("en-US"),
        }),
        numberColumn({
          id: "short",
          head: t("short"),
          value: (l) => Number(l.evidence.short ?? 0),
          tone: (l) => (Number(l.evidence.short) > 0 ? "warning" : undefined),
        }),
        numberColumn({
          id: "damaged",
          head: t("damaged"),
          value: (l) => Number(l.evidence.damaged ?? 0),
          tone: (l) => (Number(l.evidence.damaged) > 0 ? "warning" : undefined),
        }),
        moneyColumn({ id: "price", head: t("unitPrice"), fen: (l) => Number(l.evidence.unitPriceFen ?? 0) }),
        nodeColumn({ id: "evidence", head: t("evidence"), node: (l) => <Evidence line={l} open={open} /> }),
        moneyColumn({
          id: "amount",
          head: t("amount"),
          fen: (l) => l.amountFen,
          foot: <Money fen={sum(receipts.map((l) => l.amountFen))} size="strong" />,
        }),
      ]}
    />
  );
}

/** Who made, sent, confirmed, approved and paid it, and whose turn it is. */
export function StatementHands({ s, today }: { s: StatementRecord; today: Day }) {
  const t = useTranslations("settlement");
  const order = [
    "made",
    "sent",
    "confirmed",
    "approved",
    ...(s.state === "approved" && s.payableFen === 0 ? [] : (["paid"] as const)),
  ] as const;
  const first = order.find((key) => !s.hands[key]);
  const hands: Hand[] = order.map((key) => {
    const hand = s.hands[key];
    const name = hand ? (hand.name === "system" ? t("system") : hand.name) : t("waitingFor");
    return {
      key,
      name,
      duty: t(`duties.${key}`),
      note: hand ? <Moment at={hand.at} today={today} /> : undefined,
      at: hand ? "done" : key === first ? "now" : "next",
      initial: [...name][0] ?? "",
    };
  });
  return <Hands label={t("hands")} hands={hands} />;
}

/** Where the money goes. */
export function StatementBank({ s, today }: { s: StatementRecord; today: Day }) {
  const t = useTranslations("settlement");
  return (
    <FactList
      facts={[
        {
          label: t("bankAccount"),
          value: s.bank.name ? (
            `${s.bank.name} ${s.bank.account}`
          ) : (
            <span className="text-warning-soft-foreground">{t("bankNone")}</span>
          ),
        },
        s.paymentRef !== null && {
          label: t("bankRef"),
          value: s.paymentRef,
          note: s.hands.paid ? <Moment at={s.hands.paid.at} today={today} /> : null,
        },
      ]}
    />
  );
}

/** The conversation about a statement, oldest first. */
export function StatementThread({
  notes,
  today,
  side,
}: {
  notes: NoteView[];
  today: Day;
  side: "operator" | "supplier";
}) {
  const t = useTranslations("settlement");
  if (notes.length === 0) return <p className="text-muted">{t("threadNone")}</p>;
  return (
    <ol className="flex flex-col gap-3">
      {notes.map((n) => (
        <li
          key={n.id}
          className={`rounded-card px-3 py-2 ${n.authorKind === side ? "ml-6 bg-surface-secondary" : "mr-6 bg-accent-soft"}`}
        >
          <div className="flex flex-wrap items-baseline justify-between gap-x-2 text-xs text-muted">
            <span>
              {n.authorName} ·{" "}
              {t(
                `sides.${n.authorKind === "supplier" ? "supplier" : n.authorKind === "operator" ? "operator" : "system"}`,
              )}
            </span>
            <Moment at={n.at} today={today} />
          </div>
          <p className="break-words whitespace-pre-line">{n.text}</p>
        </li>
      ))}
    </ol>
  );
}

/** `11-16 至 11-22` */
export function Period({ s, today }: { s: StatementRow; today: Day }) {
  const t = useTranslations("settlement");
  return (
    <span className="whitespace-nowrap">
      {t("periodText", { from: dayText(s.fromDay, today), to: dayText(s.toDay, today) })}
    </span>
  );
}
