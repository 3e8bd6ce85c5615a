import Link from "next/link";
import type { ReactNode } from "react";
import type { Day } from "#lib/kernel/time";
import { DayText, Moment } from "./moment";
import { Money } from "./money";
import { StateBadge, type StateKind } from "./state-badge";

/** Where a cell stands when a row becomes a card on a phone: title and figure on the first line, second and state below, then labelled metas. */
export type PhonePlace = "title" | "figure" | "second" | "state" | "meta" | "hidden";

/** One column of the one list. `sort` makes its head a sort link; "desc" starts descending. Numbers and money stand right. */
export type Column<Row> = {
  id: string;
  head: string;
  hint?: string;
  align?: "right";
  /** Pixels: the widest a text may be before it is cut. */
  width?: number;
  /** Takes the room that is left. At most one per table. */
  grow?: boolean;
  sort?: true | "desc";
  phone?: PhonePlace;
  /** Always shown. */
  fixed?: boolean;
  /** Hidden until somebody asks for it in the column chooser. */
  spare?: boolean;
  cell: (row: Row) => ReactNode;
  /** Under the column, in a table of lines. */
  foot?: ReactNode;
};

type Base = {
  id: string;
  head: string;
  hint?: string;
  width?: number;
  sort?: true | "desc";
  phone?: PhonePlace;
  spare?: boolean;
  foot?: ReactNode;
};

/** The row's own name and link, 600; the title of the phone card. */
export const idColumn = <Row,>({
  text,
  href,
  ...base
}: Base & { text: (row: Row) => ReactNode; href?: (row: Row) => string }): Column<Row> => ({
  phone: "title",
  fixed: true,
  ...base,
  cell: (row) =>
    href ? (
      <Link href={href(row)} className="font-semibold hover:underline" prefetch={false}>
        {text(row)}
      </Link>
    ) : (
      <b>{text(row)}</b>
    ),
});

/** Text, with an optional muted note after it. `grow` for the one column that takes the rest. */
export const textColumn = <Row,>({
  text,
  note,
  ...base
}: Base & { grow?: boolean; text: (row: Row) => ReactNode; note?: (row: Row) => ReactNode }): Column<Row> => ({
  phone: "meta",
  ...base,
  cell: (row) => {
    const after = note?.(row);
    return (
      <>
        {text(row) ?? <span className="text-muted">—</span>}
        {after && <span className="text-muted"> {after}</span>}
      </>
    );
  },
});

/** Fen, right. */
export const moneyColumn = <Row,>({
  fen,
  sign,
  ...base
}: Base & { fen: (row: Row) => number | bigint | null | undefined; sign?: boolean }): Column<Row> => ({
  align: "right",
  phone: "figure",
  ...base,
  cell: (row) => <Money fen={fen(row)} sign={sign} />,
});

/** A count or a measure, right; the unit belongs in the head. Zero is muted, nothing is —. */
export const numberColumn = <Row,>({
  value,
  tone,
  ...base
}: Base & {
  value: (row: Row) => number | null | undefined;
  tone?: (row: Row) => "warning" | "danger" | undefined;
}): Column<Row> => ({
  align: "right",
  phone: "meta",
  ...base,
  cell: (row) => {
    const n = value(row);
    if (n === null || n === undefined) return <span className="text-muted">—</span>;
    const ink = {
      warning: "text-warning-soft-foreground",
      danger: "text-danger-soft-foreground",
      none: n === 0 ? "text-muted" : "",
    }[tone?.(row) ?? "none"];
    return <span className={ink}>{n.toLocaleString("en-US")}</span>;
  },
});

/** Basis points as a percentage, right. */
export const rateColumn = <Row,>({
  bp,
  digits = 1,
  ...base
}: Base & { bp: (row: Row) => number | null | undefined; digits?: number }): Column<Row> => ({
  align: "right",
  phone: "meta",
  ...base,
  cell: (row) => {
    const value = bp(row);
    return value === null || value === undefined ? (
      <span className="text-muted">—</span>
    ) : (
      `${(value / 100).toFixed(digits)}%`
    );
  },
});

/** Shape, colour and word; `after` for a muted remark or a Tag. */
export const stateColumn = <Row,>({
  kind,
  word,
  after,
  ...base
}: Base & {
  kind: (row: Row) => StateKind;
  word: (row: Row) => string;
  after?: (row: Row) => ReactNode;
}): Column<Row> => ({
  phone: "state",
  ...base,
  cell: (row) => (
    <>
      <StateBadge kind={kind(row)}>{word(row)}</StateBadge>
      {after && <span className="text-xs text-muted"> {after(row)}</span>}
    </>
  ),
});

/** An instant in Asia/Shanghai. */
export const momentColumn = <Row,>({
  at,
  form,
  today,
  ...base
}: Base & {
  at: (row: Row) => Date | string | null | undefined;
  form?: "moment" | "clock" | "day";
  today?: Day;
}): Column<Row> => ({
  phone: "meta",
  ...base,
  cell: (row) => <Moment at={at(row)} form={form} today={today} />,
});

/** A business day. */
export const dayColumn = <Row,>({
  day,
  today,
  ...base
}: Base & { day: (row: Row) => Day | null | undefined; today?: Day }): Column<Row> => ({
  phone: "meta",
  ...base,
  cell: (row) => <DayText day={day(row)} today={today} />,
});

/** Anything else: a picture and a name, a link, a button. */
export const nodeColumn = <Row,>({
  node,
  ...base
}: Base & { align?: "right"; grow?: boolean; node: (row: Row) => ReactNode }): Column<Row> => ({
  phone: "meta",
  ...base,
  cell: node,
});
