"use client";
import { Drawer as Base } from "@heroui/react/drawer";
import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { Button, type ButtonLook, IconButton } from "./button";
import { CloseOnSuccess } from "./form-state";
import { Icon } from "./icon";

/** A panel from an edge, over the page: phone navigation, a long form beside a list. */
export function Drawer({
  open,
  onOpenChange,
  title,
  placement = "right",
  children,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  placement?: "left" | "right" | "bottom";
  children: ReactNode;
}) {
  const t = useTranslations("ui.actions");
  return (
    <Base.Backdrop isOpen={open} onOpenChange={onOpenChange}>
      <Base.Content placement={placement}>
        <Base.Dialog
          className={`flex flex-col gap-0 rounded-none bg-surface p-0 ${placement === "bottom" ? "max-h-[85dvh] rounded-t-sheet" : "w-[min(420px,92vw)]"}`}
        >
          <header className="flex h-13 flex-none items-center gap-3 border-b border-separator pr-2 pl-4">
            <Base.Heading className="flex-1 text-base font-semibold">{title}</Base.Heading>
            <IconButton label={t("close")} onClick={() => onOpenChange(false)}>
              <Icon of={X} />
            </IconButton>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto p-4">{children}</div>
        </Base.Dialog>
      </Base.Content>
    </Base.Backdrop>
  );
}

/** A button that opens a drawer holding whatever the page rendered; a Form inside closes it when it succeeds. */
export function DrawerButton({
  label,
  title,
  children,
  placement,
  ...look
}: ButtonLook & { label: ReactNode; title?: ReactNode; placement?: "left" | "right" | "bottom"; children: ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button {...look} aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {label}
      </Button>
      <Drawer open={open} onOpenChange={setOpen} title={title ?? label} placement={placement}>
        <CloseOnSuccess.Provider value={() => setOpen(false)}>{children}</CloseOnSuccess.Provider>
      </Drawer>
    </>
  );
}
