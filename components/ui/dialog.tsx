"use client";
import { Modal } from "@heroui/react/modal";
import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { Button, type ButtonLook, IconButton } from "./button";
import { CloseOnSuccess } from "./form-state";
import { Icon } from "./icon";

export type DialogSize = "small" | "normal" | "wide";
const widths: Record<DialogSize, string> = { small: "sm:w-[400px]", normal: "sm:w-[520px]", wide: "sm:w-[820px]" };

/** A modal dialog, opened by state. Keeps focus inside, closes by Escape and by the cross. */
export function Dialog({
  open,
  onOpenChange,
  title,
  size = "normal",
  children,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  size?: DialogSize;
  children: ReactNode;
}) {
  const t = useTranslations("ui.actions");
  return (
    <Modal.Backdrop isOpen={open} onOpenChange={onOpenChange}>
      <Modal.Container>
        <Modal.Dialog className={`flex max-h-full w-full max-w-full flex-col ${widths[size]}`}>
          <header className="flex items-center gap-3 border-b border-separator py-2 pr-2 pl-4">
            <Modal.Heading className="flex-1 text-base font-semibold">{title}</Modal.Heading>
            <IconButton label={t("close")} onClick={() => onOpenChange(false)}>
              <Icon of={X} />
            </IconButton>
          </header>
          <div className="min-h-0 overflow-y-auto p-4">{children}</div>
        </Modal.Dialog>
      </Modal.Container>
    </Modal.Backdrop>
  );
}

/** A button that opens a dialog holding whatever the page rendered: usually a Form, which closes it when it succeeds. */
export function DialogButton({
  label,
  title,
  dialogSize,
  children,
  ...look
}: ButtonLook & { label: ReactNode; title?: ReactNode; dialogSize?: DialogSize; children: ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button {...look} onClick={() => setOpen(true)} aria-haspopup="dialog">
        {label}
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={title ?? label} size={dialogSize}>
        <CloseOnSuccess.Provider value={() => setOpen(false)}>{children}</CloseOnSuccess.Provider>
      </Dialog>
    </>
  );
}
