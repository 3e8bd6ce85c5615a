import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Toaster } from "#components/ui/toast";
import { BrandMark } from "./brand";
import { PreferencesButton } from "./preferences";

/** The frame before anybody is signed in: brand, language and appearance, one centred column (`wide` for the supplier application). */
export function EntryShell({ children }: { children: ReactNode }) {
  const t = useTranslations("shell");
  return (
    <div className="phone flex min-h-dvh flex-col">
      <header className="flex h-14 flex-none items-center justify-between px-4 sm:px-6">
        <span className="flex items-center gap-2 text-lg font-semibold">
          <BrandMark size={24} />
          {t("brand")}
        </span>
        <PreferencesButton />
      </header>
      <main id="content" className="flex min-w-0 flex-1 flex-col">
        {children}
      </main>
      <Toaster />
    </div>
  );
}
