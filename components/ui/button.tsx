import Link from "next/link";
import type { ComponentProps, ReactNode } from "react";

export type ButtonTone = "plain" | "primary" | "quiet" | "danger" | "danger-fill";
export type ButtonSize = "small" | "normal" | "large" | "huge";
export type ButtonLook = { tone?: ButtonTone; size?: ButtonSize; icon?: ReactNode; wide?: boolean };

/** The class names of a button, for elements that must be something else (a menu trigger, a label). */
export function buttonClass({ tone = "plain", size = "normal", wide }: ButtonLook, extra = ""): string {
  return [
    "btn",
    tone === "plain" ? "" : `btn-${tone}`,
    size === "normal" ? "" : `btn-${size}`,
    wide ? "w-full" : "",
    extra,
  ]
    .filter(Boolean)
    .join(" ");
}

/** A button: verb + object + amount. One `primary` per region. A plain `type="button"` unless told otherwise. */
export function Button({
  tone,
  size,
  icon,
  wide,
  className,
  children,
  type = "button",
  ...rest
}: ButtonLook & Omit<ComponentProps<"button">, "size">) {
  return (
    <button type={type} className={buttonClass({ tone, size, wide }, className)} {...rest}>
      {icon}
      {children}
    </button>
  );
}

/** A link that looks like a button; `external` for downloads and print routes (plain anchor, no prefetch). */
export function LinkButton({
  tone,
  size,
  icon,
  wide,
  className,
  children,
  external,
  href,
  ...rest
}: ButtonLook & Omit<ComponentProps<"a">, "href"> & { href: string; external?: boolean }) {
  const look = buttonClass({ tone, size, wide }, className);
  return external ? (
    <a href={href} className={look} {...rest}>
      {icon}
      {children}
    </a>
  ) : (
    <Link href={href} className={look} {...rest}>
      {icon}
      {children}
    </Link>
  );
}

/** A square button with only an icon; `label` is its name for everyone. */
export function IconButton({
  label,
  children,
  size,
  tone = "quiet",
  className,
  type = "button",
  ...rest
}: { label: string; size?: ButtonSize; tone?: ButtonTone } & Omit<ComponentProps<"button">, "size">) {
  return (
    <button
      type={type}
      aria-label={label}
      title={label}
      className={buttonClass({ tone, size }, `btn-icon ${className ?? ""}`)}
      {...rest}
    >
      {children}
    </button>
  );
}

/** An inline link in the accent colour. */
export function TextLink({ href, children, className, ...rest }: Omit<ComponentProps<"a">, "href"> & { href: string }) {
  return (
    <Link href={href} className={`link ${className ?? ""}`} {...rest}>
      {children}
    </Link>
  );
}
