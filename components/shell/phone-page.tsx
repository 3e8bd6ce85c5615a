import { ChevronLeft } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Icon } from "#components/ui/icon";
import { PreferencesButton } from "./preferences";

/**
 * One page of a phone frame (leader, site, entry): 52 px title with a way back and actions at the right, then the content 16 px apart from the edges.
 * `bottom` sticks above the tabs: the one main button of the screen.
 */
export function PhonePage({
  title,
  back,
  actions,
  bottom,
  signedIn = true,
  children,
}: {
  title: ReactNode;
  back?: string;
  actions?: ReactNode;
  bottom?: ReactNode;
  signedIn?: boolean;
  children: ReactNode;
}) {
  const t = useTranslations("ui.actions");
  return (
    <>
      <header className="flex h-13 flex-none items-center gap-1 px-4">
        {back && (
          <Link href={back} aria-label={t("back")} className="-ml-3 grid size-11 place-items-center rounded-sheet">
            <Icon of={ChevronLeft} size={24} />
          </Link>
        )}
        <h1 className="min-w-0 flex-1 truncate">{title}</h1>
        {actions}
        <span className="-mr-2.5">
          <PreferencesButton signedIn={signedIn} />
        </span>
      </header>
      <div className="flex min-w-0 flex-1 flex-col gap-3 px-4 pb-4">{children}</div>
      {bottom && (
        <div className="no-print sticky bottom-[68px] z-10 flex gap-2.5 border-t border-border bg-surface px-4 py-2.5">
          {bottom}
        </div>
      )}
    </>
  );
}
