"use client";
import { LogOut } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button";
import { Drawer } from "#components/ui/drawer";
import { Icon } from "#components/ui/icon";
import type { ShellFacts } from "#lib/kernel/shell";
import { leave } from "./leave";
import { Preferences } from "./preferences";

/** Who is signed in; opens language, appearance and sign-out. `bare` shows only the face. */
export function UserMenu({ me, bare }: { me: ShellFacts["me"]; bare?: boolean }) {
  const t = useTranslations("shell");
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
        className={`flex min-w-0 items-center gap-2 rounded-chip text-left hover:bg-default ${bare ? "p-0.5" : "w-full px-1.5 py-1.5"}`}
      >
        <span
          aria-hidden="true"
          className="grid size-6.5 flex-none place-items-center rounded-full bg-accent-soft text-xs font-semibold text-accent-soft-foreground"
        >
          {me.name.slice(0, 1)}
        </span>
        <span className="sr-only">{bare ? `${t("me")} ${me.name}` : t("me")}</span>
        {!bare && (
          <span className="min-w-0">
            <b className="block truncate">{me.name}</b>
            <span className="block truncate text-xs text-muted">{me.title}</span>
          </span>
        )}
      </button>
      <Drawer open={open} onOpenChange={setOpen} title={me.name}>
        <div className="flex flex-col gap-5">
          <p className="text-muted">{me.title}</p>
          <Preferences keys />
          <Button icon={<Icon of={LogOut} />} onClick={leave}>
            {t("signOut")}
          </Button>
        </div>
      </Drawer>
    </>
  );
}
