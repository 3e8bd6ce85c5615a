/** The mark: two circles that meet. */
export function BrandMark({ size = 22 }: { size?: number }) {
  return (
    <svg viewBox="0 0 22 22" width={size} height={size} aria-hidden="true" className="flex-none">
      <rect width="22" height="22" rx="6" fill="var(--accent)" />
      <circle cx="8.6" cy="11" r="4.3" fill="none" stroke="#fff" strokeWidth="1.7" />
      <circle cx="13.4" cy="11" r="4.3" fill="none" stroke="#fff" strokeWidth="1.7" />
    </svg>
  );
}
