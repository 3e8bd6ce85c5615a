import Link from "next/link";
import type { ReactNode } from "react";

export type Crumb = { label: string; href: string };

/**
 * The frame of every operator and supplier page: trail, title with state, one meta line, actions on the right, tabs below.
 * `fill` lets a list use the window's height (its table scrolls, the page does not). Content is at most 1440 px; `narrow` is 960.
 */
export function PageFrame({
  title,
  trail,
  state,
  meta,
  aside,
  actions,
  tabs,
  narrow,
  children,
}: {
  title: ReactNode;
  trail?: readonly Crumb[];
  state?: ReactNode;
  meta?: ReactNode;
  aside?: ReactNode;
  actions?: ReactNode;
  tabs?: ReactNode;
  narrow?: boolean;
  children: ReactNode;
}) {
  return (
    <div
      className={`mx-auto flex w-full flex-col gap-3 px-4 py-4 sm:px-6 sm:py-5 ${narrow ? "max-w-[1008px]" : "max-w-[1488px]"}`}
    >
      <header className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-2">
        {trail && trail.length > 0 && (
          <nav className="flex items-center gap-2 text-muted">
            {trail.map((crumb) => (
              <span key={crumb.href} className="flex items-center gap-2">
                <Link href={crumb.href} className="hover:underline">
                  {crumb.label}
                </Link>
                <span aria-hidden="true">/</span>
              </span>
            ))}
          </nav>
        )}
        <h1 className="min-w-0 break-words">{title}</h1>
        {state}
        {meta && <span className="min-w-0 text-muted">{meta}</span>}
        <span className="ml-auto flex flex-wrap items-center gap-2">
          {aside}
          {actions && <span className="no-print flex flex-wrap items-center gap-2">{actions}</span>}
        </span>
      </header>
      {tabs && <div className="-mx-4 border-b border-border px-1 sm:-mx-6 sm:px-3">{tabs}</div>}
      {children}
    </div>
  );
}

/** Two columns of a record: left facts and lines, right money, people, timeline (352 px; below 1024 px one column). */
export function Columns({
  children,
  side,
  sideWidth = 352,
}: {
  children: ReactNode;
  side: ReactNode;
  sideWidth?: number;
}) {
  return (
    <div
      className="grid items-start gap-3 lg:grid-cols-[minmax(0,1fr)_var(--side)]"
      style={{ "--side": `${sideWidth}px` } as React.CSSProperties}
    >
      <div className="flex min-w-0 flex-col gap-3">{children}</div>
      <div className="flex min-w-0 flex-col gap-3">{side}</div>
    </div>
  );
}
