"use client";
import { type ReactNode, useState } from "react";

/** Panes that swap without an address: day/night of a chart, photo/table. The panes come rendered from the server. */
export function Switcher({
  panes,
  label,
}: {
  label: string;
  panes: readonly { key: string; label: ReactNode; pane: ReactNode }[];
}) {
  const [shown, setShown] = useState(panes[0]?.key);
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <fieldset aria-label={label} className="segments self-start">
        {panes.map((one) => (
          <button key={one.key} type="button" aria-pressed={one.key === shown} onClick={() => setShown(one.key)}>
            {one.label}
          </button>
        ))}
      </fieldset>
      {panes.find((one) => one.key === shown)?.pane}
    </div>
  );
}
