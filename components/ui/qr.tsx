import encodeQR from "qr";

/** A QR code as SVG, always dark on white so that scanners read it in dark mode too. `label` says what it opens. */
export function Qr({ text, size = 160, label }: { text: string; size?: number; label: string }) {
  const cells = encodeQR(text, "raw", { ecc: "medium", border: 2 });
  const path = cells.flatMap((row, y) => row.map((on, x) => (on ? `M${x} ${y}h1v1h-1z` : ""))).join("");
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${cells.length} ${cells.length}`}
      width={size}
      height={size}
      shapeRendering="crispEdges"
    >
      <rect width={cells.length} height={cells.length} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
