import type { ReactNode } from "react";
import { PrintButton } from "./print-button";

/** One printed sheet: title, meta, QR at the right, body, signatures. On screen a paper; in print the page itself. */
export function PrintSheet({
  title,
  meta,
  qr,
  children,
  signatures,
}: {
  title: ReactNode;
  meta?: ReactNode;
  qr?: ReactNode;
  children: ReactNode;
  signatures?: readonly string[];
}) {
  return (
    <article
      className="sheet mx-auto my-4 w-full max-w-[210mm] break-after-page bg-white p-[12mm] text-[13px] leading-5 text-black shadow-overlay print:my-0 print:max-w-none print:p-0 print:shadow-none"
      data-theme="light"
    >
      <header className="mb-4 flex items-start justify-between gap-4">
        <div>
          <h1>{title}</h1>
          {meta && <div className="mt-1">{meta}</div>}
        </div>
        {qr}
      </header>
      {children}
      {signatures && (
        <footer className="mt-8 flex gap-8">
          {signatures.map((one) => (
            <span key={one} className="flex-1 border-t border-black pt-1 text-[12px]">
              {one}
            </span>
          ))}
        </footer>
      )}
    </article>
  );
}

/** A print route's page: a print button on screen only, then the sheets. */
export function PrintPage({ children }: { children: ReactNode }) {
  return (
    <main className="print-flow min-h-dvh px-4 py-4">
      <div className="no-print mx-auto flex max-w-[210mm] justify-end">
        <PrintButton />
      </div>
      {children}
    </main>
  );
}
