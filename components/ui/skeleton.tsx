const lines = (count: number) => Array.from({ length: count }, (_, i) => i);

/** Grey lines where text will stand. */
export function SkeletonText({ rows = 3 }: { rows?: number }) {
  return (
    <div aria-hidden="true" className="flex flex-col gap-2">
      {lines(rows).map((i) => (
        <span key={i} className="skeleton h-4" style={{ width: `${90 - ((i * 17) % 45)}%` }} />
      ))}
    </div>
  );
}

/** A list before its rows: title, tabs, bar and rows in their true height. For `loading.tsx` of list pages. */
export function SkeletonList({ rows = 12 }: { rows?: number }) {
  return (
    <div aria-busy="true" className="mx-auto flex w-full max-w-[1488px] flex-col gap-3 px-4 py-5 sm:px-6">
      <span className="skeleton h-7 w-32" />
      <span className="skeleton h-8 w-full max-w-xl" />
      <div className="card overflow-hidden">
        {lines(rows).map((i) => (
          <div key={i} className="flex h-9 items-center gap-6 border-b border-separator px-4">
            <span className="skeleton h-3.5 w-16" />
            <span className="skeleton h-3.5 flex-1" style={{ maxWidth: `${50 - ((i * 13) % 30)}%` }} />
            <span className="skeleton ml-auto h-3.5 w-20" />
          </div>
        ))}
      </div>
    </div>
  );
}

/** A record before its facts. For `loading.tsx` of record pages. */
export function SkeletonRecord() {
  return (
    <div aria-busy="true" className="mx-auto flex w-full max-w-[1488px] flex-col gap-3 px-4 py-5 sm:px-6">
      <span className="skeleton h-7 w-56" />
      <div className="grid gap-3 lg:grid-cols-[1fr_352px]">
        <div className="card p-4">
          <SkeletonText rows={8} />
        </div>
        <div className="card p-4">
          <SkeletonText rows={6} />
        </div>
      </div>
    </div>
  );
}
