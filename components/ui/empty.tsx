import type { ReactNode } from "react";

/** An empty place that teaches: one sentence, one action, one sample link. */
export function Empty({
  text,
  action,
  sample,
  padded = true,
}: {
  text: ReactNode;
  action?: ReactNode;
  sample?: ReactNode;
  padded?: boolean;
}) {
  return (
    <div className={`flex flex-col items-start gap-3 ${padded ? "p-6" : ""}`}>
      <p className="max-w-[60ch]">{text}</p>
      {(action || sample) && (
        <div className="flex flex-wrap items-center gap-3">
          {action}
          {sample}
        </div>
      )}
    </div>
  );
}
