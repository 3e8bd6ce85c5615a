import { Bar } from "#components/ui/progress";

/** What is sold of what may be sold, in pieces. */
export const SoldOf = ({ sold, quota }: { sold: number; quota: number }) => (
  <span className="inline-flex items-center gap-2">
    <span className="w-16 max-sm:hidden">
      <Bar value={quota === 0 ? 0 : sold / quota} />
    </span>
    <span className="tabular-nums">
      {sold.toLocaleString("en-US")} <span className="text-muted">/ {quota.toLocaleString("en-US")}</span>
    </span>
  </span>
);
