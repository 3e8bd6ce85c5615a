import { useTranslations } from "next-intl";
import type { ReactNode } from "react";

export type PictureKind =
  | "leafy"
  | "root"
  | "gourd"
  | "tomato"
  | "fruit"
  | "citrus"
  | "egg"
  | "meat"
  | "poultry"
  | "fish"
  | "frozen"
  | "tofu"
  | "dairy"
  | "rice"
  | "oil"
  | "sauce"
  | "snack"
  | "drink"
  | "paper"
  | "wash"
  | "mushroom"
  | "bean"
  | "pepper"
  | "allium"
  | "corn"
  | "flower"
  | "bakery"
  | "other";

const leaf = "#5c8f45";
const stem = "#4f7a3a";
const cream = "#f4ecd8";

const drawings: Record<PictureKind, ReactNode> = {
  leafy: (
    <>
      <path
        d="M14 22c-5-1-7-5-5.5-10 2 .5 3 1.5 3.6 3 .2-3.5 1-6.5 1.9-8.5 1 2 1.7 5 1.9 8.5.6-1.5 1.6-2.5 3.6-3C21 17 19 21 14 22z"
        fill={leaf}
      />
      <path d="M14 22v-9" stroke="#e9efdd" strokeWidth="1.5" />
    </>
  ),
  root: (
    <>
      <path d="M14 23c-2.6-2.6-5-6.6-4.6-9.6.3-2.3 2.3-3.4 4.6-3.4s4.3 1.1 4.6 3.4c.4 3-2 7-4.6 9.6z" fill="#d9803a" />
      <path
        d="M14 10c-.4-2.2-1.8-3.8-3.6-4.4M14 10c0-2 .2-3.6 0-5.2M14 10c.4-2.2 1.8-3.8 3.6-4.4"
        stroke={stem}
        strokeWidth="1.5"
        fill="none"
        strokeLinecap="round"
      />
      <path d="M11.2 15h2.6M14.4 18h2" stroke="#b8642a" strokeWidth="1" strokeLinecap="round" />
    </>
  ),
  gourd: (
    <>
      <rect x="5" y="11.5" width="18" height="6.8" rx="3.4" transform="rotate(-24 14 15)" fill={leaf} />
      <path d="M8.5 17.6l9.8-4.4M10.5 19.2l9.5-4.2" stroke="#82ad68" strokeWidth="1.1" strokeLinecap="round" />
      <path d="M21.8 10.2l1.9-2" stroke={stem} strokeWidth="1.5" strokeLinecap="round" />
    </>
  ),
  tomato: (
    <>
      <circle cx="14" cy="15.5" r="6.8" fill="#c8452f" />
      <path d="M10.5 9.5l3.5 1.5 3.5-1.5-2 3h-3z" fill={stem} />
      <path d="M10.2 14.5c.3-1.3 1.1-2 2.1-2.3" stroke="#e3836f" strokeWidth="1.2" fill="none" strokeLinecap="round" />
    </>
  ),
  fruit: (
    <>
      <path
        d="M14 10.5c-1.6-1.5-6.6-1.2-6.6 4.2 0 4 2.6 7.3 4.6 7.3.9 0 1.3-.5 2-.5s1.1.5 2 .5c2 0 4.6-3.3 4.6-7.3 0-5.4-5-5.7-6.6-4.2z"
        fill="#b9373f"
      />
      <path d="M14 10.5c0-1.7.5-3.2 1.8-4.5" stroke="#6b4a2f" strokeWidth="1.3" fill="none" strokeLinecap="round" />
      <path d="M14.6 8.4c.6-1.7 2.2-2.4 4-2.2-.3 1.8-1.9 2.9-4 2.2z" fill={stem} />
    </>
  ),
  citrus: (
    <>
      <circle cx="14" cy="15.5" r="7" fill="#d9772b" />
      <path d="M14 8.5c1-2.6 3.4-3.3 5-3-.4 2.2-2.4 3.4-5 3z" fill={stem} />
      <path d="M9.8 15c.2-1.6 1-2.7 2.2-3.3" stroke="#eea565" strokeWidth="1.2" fill="none" strokeLinecap="round" />
    </>
  ),
  egg: (
    <>
      <ellipse cx="11" cy="15" rx="4.4" ry="5.6" fill="#d8a878" />
      <ellipse cx="17.5" cy="16" rx="4.2" ry="5.2" fill="#e6c29a" />
    </>
  ),
  meat: (
    <>
      <path d="M7 19c-1.5-5 2-9.5 7-9.5S22.5 14 21 19z" fill="#a8484c" />
      <path d="M9 17c2-3 4-4 8-4M11 19c2-2 4-2.5 7-2.5" stroke="#f0dcd4" strokeWidth="1.2" fill="none" />
    </>
  ),
  poultry: (
    <>
      <path
        d="M18.5 7.5c2.8 1.7 3.3 5.4 1.2 8.2-1.7 2.2-4.3 3-6.4 2.3l-2.6 2.6c.3.9-.1 1.8-.9 2-.7.2-1.3-.2-1.5-.8-.6-.2-1-.8-.8-1.5.2-.8 1.1-1.2 2-.9l2.6-2.6c-.7-2.1.1-4.7 2.3-6.4 1.3-1 3-1.4 4.1-.9z"
        transform="translate(-1 0)"
        fill="#c98b52"
      />
      <path d="M14.5 12.5c.7-1 1.7-1.7 2.7-1.9" stroke="#e7b98a" strokeWidth="1.2" fill="none" strokeLinecap="round" />
    </>
  ),
  fish: (
    <>
      <path d="M5 14.5c2.5-4.2 8.5-5.6 13-1.4l4.3-3.1v9l-4.3-3.1C13.5 20.1 7.5 18.7 5 14.5z" fill="#5e8aa3" />
      <circle cx="9" cy="13.8" r="1" fill={cream} />
      <path d="M12.5 11.8c1 1.7 1 3.7 0 5.4" stroke="#8fb3c6" strokeWidth="1.1" fill="none" />
    </>
  ),
  frozen: (
    <>
      <path
        d="M14 6v17M6.6 10.3l14.8 8.4M21.4 10.3L6.6 18.7"
        stroke="#6d9cbb"
        strokeWidth="1.6"
        strokeLinecap="round"
      />
      <path
        d="M11.8 7.8L14 10l2.2-2.2M11.8 21.2L14 19l2.2 2.2"
        stroke="#6d9cbb"
        strokeWidth="1.3"
        fill="none"
        strokeLinecap="round"
      />
    </>
  ),
  tofu: (
    <>
      <path d="M6 12l8-3.5 8 3.5-8 3.5z" fill="#f3ead2" />
      <path d="M6 12l8 3.5v6L6 18z" fill="#e0d2ae" />
      <path d="M22 12l-8 3.5v6l8-3.5z" fill="#cfbf96" />
    </>
  ),
  dairy: (
    <>
      <path d="M10 11l4-4 4 4v11h-8z" fill="#eef1f4" stroke="#b8c4cf" strokeWidth=".8" />
      <path d="M10 14.5h8v4h-8z" fill="#6f93bd" />
      <path d="M12.5 6h3v2.5h-3z" fill="#6f93bd" />
    </>
  ),
  rice: (
    <>
      <path d="M9 8h10l1.5 13.5h-13z" fill="#cdb98f" />
      <path d="M11 12.5h6v5h-6z" fill={cream} />
    </>
  ),
  oil: (
    <>
      <path d="M12 5.5h4v3l2 3V22h-8V11.5l2-3z" fill="#d9aa3c" />
      <path d="M11.5 14h5v5h-5z" fill="#f6e8bd" />
      <path d="M12 5h4v2h-4z" fill="#8a6a22" />
    </>
  ),
  sauce: (
    <>
      <path d="M12.3 5.5h3.4v3.2c1.8.9 2.8 2.3 2.8 4.3V22h-9v-9c0-2 1-3.4 2.8-4.3z" fill="#6d3f2a" />
      <path d="M9.5 14h9v4.5h-9z" fill="#e3cba0" />
      <path d="M12.3 5h3.4v2h-3.4z" fill="#b4372f" />
    </>
  ),
  snack: (
    <>
      <path
        d="M8.5 7.5l1.2 1 1.4-1 1.5 1 1.4-1 1.4 1 1.5-1 1.4 1 1.2-1V21l-1.2-1-1.4 1-1.5-1-1.4 1-1.4-1-1.5 1-1.4-1-1.2 1z"
        fill="#c9603f"
      />
      <circle cx="14" cy="14.3" r="3.3" fill="#f1cf8f" />
    </>
  ),
  drink: (
    <>
      <path d="M9 10h10l-1.2 12h-7.6z" fill="#8fb8a0" />
      <path d="M9.4 14h9.2l-.5 5H9.9z" fill="#e8f0e4" />
      <path d="M14.5 10l1.5-5h2.5" stroke="#7a8a80" strokeWidth="1.3" fill="none" strokeLinecap="round" />
    </>
  ),
  paper: (
    <>
      <ellipse cx="14" cy="10" rx="6" ry="3" fill="#f3f1ec" stroke="#c9c3b6" strokeWidth=".8" />
      <path d="M8 10v9.5c0 1.7 2.7 3 6 3s6-1.3 6-3V10c0 1.7-2.7 3-6 3s-6-1.3-6-3z" fill="#e6e2d8" />
      <ellipse cx="14" cy="10" rx="1.9" ry=".9" fill="#a59b87" />
    </>
  ),
  wash: (
    <>
      <path d="M10 12.5c0-1.7 1.3-3 3-3h2c1.7 0 3 1.3 3 3V22h-8z" fill="#7b79b8" />
      <path d="M12.8 6h4.7v1.6h-2.3v2h-2.4z" fill="#55538f" />
      <path d="M10 15h8v4h-8z" fill="#e9e8f5" />
    </>
  ),
  mushroom: (
    <>
      <path d="M12 15h4l.8 6.2c.1 1-.6 1.8-1.6 1.8h-2.4c-1 0-1.7-.8-1.6-1.8z" fill="#e9dcc4" />
      <path d="M6.5 15.5c0-4.5 3.4-8 7.5-8s7.5 3.5 7.5 8z" fill="#9c6f4b" />
      <circle cx="11.5" cy="12" r="1.1" fill="#c9a583" />
      <circle cx="16" cy="11" r="1.3" fill="#c9a583" />
    </>
  ),
  bean: (
    <>
      <path d="M6 18.5c5 1.8 12-1.5 15.5-10 1 7-4.5 14.5-12.5 13.5-1.7-.3-2.7-1.8-3-3.5z" fill={leaf} />
      <circle cx="11" cy="19" r="1.5" fill="#86b36c" />
      <circle cx="15" cy="17" r="1.5" fill="#86b36c" />
      <circle cx="18.2" cy="13.8" r="1.3" fill="#86b36c" />
    </>
  ),
  pepper: (
    <>
      <path
        d="M12.5 10.5c3-1.5 6 .3 5.5 4.3-.4 3.4-2.7 6.2-7.5 8.2 1.2-2.6.3-4.7.1-7.2-.1-2.3.3-4.3 1.9-5.3z"
        fill="#bf3b2b"
      />
      <path d="M13.8 10.3c-.2-1.9.3-3.3 1.7-4.3" stroke={stem} strokeWidth="1.7" fill="none" strokeLinecap="round" />
    </>
  ),
  allium: (
    <>
      <path d="M14 8.5c.8 2.2 6 4.2 6 8.5 0 3.3-2.6 5.5-6 5.5S8 20.3 8 17c0-4.3 5.2-6.3 6-8.5z" fill="#e5d6e0" />
      <path
        d="M14 9v13.3M11.5 12.5c-1.3 2.7-1.3 6 .2 9.3M16.5 12.5c1.3 2.7 1.3 6-.2 9.3"
        stroke="#b493ac"
        strokeWidth=".9"
        fill="none"
      />
      <path d="M14 9V5.5" stroke={stem} strokeWidth="1.5" strokeLinecap="round" />
    </>
  ),
  corn: (
    <>
      <ellipse cx="14" cy="13.5" rx="3.9" ry="7.5" fill="#e2b33c" />
      <path d="M12 8.5v10M14 7v12.5M16 8.5v10" stroke="#c6932a" strokeWidth=".7" strokeDasharray="1.4 1" />
      <path
        d="M14 23c-4-1-6-4.5-5.5-9.5C11 15 13.5 18.5 14 23zM14 23c4-1 6-4.5 5.5-9.5C17 15 14.5 18.5 14 23z"
        fill={leaf}
      />
    </>
  ),
  flower: (
    <>
      <path
        d="M14 14v9M14 19c1.5-1.7 3-2.2 4.5-2-.3 1.7-2 2.7-4.5 2z"
        stroke={stem}
        strokeWidth="1.4"
        fill={leaf}
        strokeLinecap="round"
      />
      {[0, 72, 144, 216, 288].map((turn) => (
        <ellipse key={turn} cx="14" cy="7.8" rx="2.1" ry="3" transform={`rotate(${turn} 14 11)`} fill="#c9709c" />
      ))}
      <circle cx="14" cy="11" r="1.9" fill="#f1cf6b" />
    </>
  ),
  bakery: (
    <>
      <path d="M6.5 18.5c0-4.7 3.3-8.5 7.5-8.5s7.5 3.8 7.5 8.5c0 1.1-.9 2-2 2h-11c-1.1 0-2-.9-2-2z" fill="#cf9a5b" />
      <path d="M10 14l2 2.2M13.5 12.5l2 2.2M17 13.5l1.5 2" stroke={cream} strokeWidth="1.3" strokeLinecap="round" />
    </>
  ),
  other: (
    <>
      <path d="M6.5 11l7.5-3.5 7.5 3.5v8.5L14 23l-7.5-3.5z" fill="#b9a489" />
      <path d="M6.5 11l7.5 3.5 7.5-3.5M14 14.5V23" stroke="#8d7a60" strokeWidth="1" fill="none" />
    </>
  ),
};

/** All picture keys, for choosing one per category. */
export const pictureKinds = Object.keys(drawings) as PictureKind[];
const isKind = (text: string): text is PictureKind => text in drawings;

/** Our own drawing of a kind of goods on a soft tile; an unknown key draws a box. `src` (an uploaded picture) takes its place. */
export function ProductPicture({
  kind,
  size = 28,
  src,
  name,
}: {
  kind: string;
  size?: number;
  src?: string | null;
  name?: string;
}) {
  const t = useTranslations("ui.pictures");
  const key = isKind(kind) ? kind : "other";
  const round = size >= 72 ? "rounded-sheet" : size >= 40 ? "rounded-card" : "rounded-chip";
  if (src)
    return (
      // biome-ignore lint/performance/noImgElement: served by our own handler, already sized
      <img
        src={src}
        alt={name ?? t(key)}
        width={size}
        height={size}
        loading="lazy"
        className={`flex-none object-cover ${round}`}
        style={{ width: size, height: size }}
      />
    );
  return (
    <svg
      viewBox="0 0 28 28"
      width={size}
      height={size}
      role={name ? "img" : undefined}
      aria-label={name}
      aria-hidden={name ? undefined : true}
      className={`inline-block flex-none bg-surface-tertiary align-middle ${round}`}
    >
      {drawings[key]}
    </svg>
  );
}
