import type { ReactNode } from "react";

/**
 * A bordered surface with an optional head (title, note, actions) and foot. `flush` drops the padding, for tables and lists.
 * Never put a panel in a panel.
 */
export function Panel({
  title,
  note,
  actions,
  foot,
  flush,
  id,
  label,
  children,
}: {
  title?: ReactNode;
  note?: ReactNode;
  actions?: ReactNode;
  foot?: ReactNode;
  flush?: boolean;
  id?: string;
  label?: string;
  children: ReactNode;
}) {
  return (
    <section
      id={id}
      aria-label={label ?? (typeof title === "string" ? title : undefined)}
      className="card min-w-0 overflow-hidden"
    >
      {(title || actions) && (
        <header className="flex min-h-11 flex-wrap items-center gap-x-2 gap-y-1 border-b border-separator px-4 py-2">
          {title && <h2>{title}</h2>}
          {note && <span className="min-w-0 text-muted">{note}</span>}
          {actions && <span className="ml-auto flex items-center gap-2">{actions}</span>}
        </header>
      )}
      <div className={flush ? "" : "p-4"}>{children}</div>
      {foot && <footer className="border-t border-separator px-4 py-2.5">{foot}</footer>}
    </section>
  );
}

/** A titled part without a box: for parts inside a panel, a peek or a phone page. */
export function Section({ title, note, children }: { title: ReactNode; note?: ReactNode; children: ReactNode }) {
  return (
    <section className="flex min-w-0 flex-col gap-2">
      <h3 className="flex flex-wrap items-baseline gap-x-2">
        {title}
        {note && <span className="text-xs font-normal text-muted">{note}</span>}
      </h3>
      {children}
    </section>
  );
}
