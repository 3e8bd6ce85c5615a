"use client";
import { useRouter } from "next/navigation";

export type Theme = "light" | "dark" | "system";
export const themes: readonly Theme[] = ["light", "dark", "system"];

const yearSeconds = 31_536_000;

/** Remembers a preference of this browser for a year, readable by the server on the next request. */
export function remember(name: "locale" | "theme" | "text" | "rail" | "keys" | "schedule", value: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in WeChat's web view
  document.cookie = `${name}=${value}; path=/; max-age=${yearSeconds}; samesite=lax`;
}

/** Reads a preference cookie in the browser. */
export const remembered = (name: string): string | undefined =>
  document.cookie
    .split("; ")
    .find((part) => part.startsWith(`${name}=`))
    ?.slice(name.length + 1);

/** Switches the theme at once and remembers it. */
export function applyTheme(theme: Theme): void {
  remember("theme", theme);
  const dark = theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  document.documentElement.dataset.choice = theme;
}

/** Switches the language and renders the page again in it. */
export function useLocaleSwitch(): (locale: string) => void {
  const router = useRouter();
  return (locale) => {
    remember("locale", locale);
    router.refresh();
  };
}
