import "./globals.css";
import type { Metadata, Viewport } from "next";
import { cookies, headers } from "next/headers";
import { getLocale, getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { Words } from "#components/shell/words";

/** Runs before the first paint: a system preference cannot be known on the server. */
const followSystem = `(function(d){if(d.dataset.choice==="system"&&matchMedia("(prefers-color-scheme: dark)").matches)d.dataset.theme="dark"})(document.documentElement)`;

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("shell");
  return { title: { default: t("brand"), template: `%s · ${t("brand")}` }, description: t("tagline") };
}

export const viewport: Viewport = { width: "device-width", initialScale: 1, viewportFit: "cover" };

export default async function RootLayout({ children }: { children: ReactNode }) {
  const [locale, jar, head] = await Promise.all([getLocale(), cookies(), headers()]);
  const given = jar.get("theme")?.value;
  const choice = given === "light" || given === "dark" ? given : "system";
  return (
    <html
      lang={locale}
      data-theme={choice === "dark" ? "dark" : "light"}
      data-choice={choice}
      data-text={jar.get("text")?.value === "large" ? "large" : "normal"}
      suppressHydrationWarning
    >
      <head>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: a constant of ours, must run before paint */}
        <script nonce={head.get("x-nonce") ?? undefined} dangerouslySetInnerHTML={{ __html: followSystem }} />
      </head>
      <body>
        <Words only={["ui", "shell"]}>{children}</Words>
      </body>
    </html>
  );
}
