"use client";
import { usePathname } from "next/navigation";
import { useEffect } from "react";

/** A page of this visit, named as its window was. */
export type Recent = { href: string; title: string };

const key = "recent";
const most = 8;
/** A page names its window a moment after its address shows. */
const settleMs = 600;

/** The pages opened lately in this tab, the last one first; forgotten with the tab and at sign-out. */
export function recents(): Recent[] {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "[]") as Recent[];
  } catch {
    return [];
  }
}

export const forgetRecents = (): void => sessionStorage.removeItem(key);

/** Remembers every page that is stayed on. */
export function useRecents(): void {
  const pathname = usePathname();
  useEffect(() => {
    const timer = setTimeout(() => {
      const title = document.title.split(" · ").slice(0, -1).join(" · ");
      if (!title) return;
      const others = recents().filter((one) => one.href !== pathname);
      sessionStorage.setItem(key, JSON.stringify([{ href: pathname, title }, ...others].slice(0, most + 1)));
    }, settleMs);
    return () => clearTimeout(timer);
  }, [pathname]);
}
