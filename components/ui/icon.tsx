import type { LucideIcon } from "lucide-react";

/** A line icon in the house's weight; decorative unless `label` is given. */
export function Icon({
  of: Glyph,
  size = 16,
  label,
  className,
}: {
  of: LucideIcon;
  size?: number;
  label?: string;
  className?: string;
}) {
  return (
    <Glyph
      size={size}
      strokeWidth={1.6}
      className={`shrink-0 ${className ?? ""}`}
      role={label ? "img" : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : true}
    />
  );
}
