import { yuan } from "#lib/kernel/money";

type Size = "normal" | "strong" | "total" | "figure" | "leader";
const looks: Record<Size, string> = {
  normal: "",
  strong: "font-semibold",
  total: "text-xl font-semibold",
  figure: "text-2xl font-semibold",
  leader: "text-5xl font-semibold tracking-[-.01em]",
};

/** An amount in fen as `¥1,234.50`, never wrapped or truncated. `sign` for movements; null reads as —. */
export function Money({
  fen,
  sign,
  size = "normal",
  muted,
  struck,
}: {
  fen: number | bigint | null | undefined;
  sign?: boolean;
  size?: Size;
  muted?: boolean;
  struck?: boolean;
}) {
  if (fen === null || fen === undefined) return <span className="text-muted">—</span>;
  const look = `whitespace-nowrap tabular-nums ${looks[size]} ${muted ? "text-muted" : ""}`;
  return struck ? <s className={look}>{yuan(fen)}</s> : <span className={look}>{yuan(fen, { sign })}</span>;
}
