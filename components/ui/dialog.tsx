"use client";
import dynamic from "next/dynamic";
import { type ReactNode, useState } from "react";
import { Button, type ButtonLook } from "./button";
import { CloseOnSuccess } from "./form-state";
import { useEver } from "./use-ever";

export type DialogSize = "small" | "normal" | "wide";
export type DialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  size?: DialogSize;
  children: ReactNode;
};
const Layer = dynamic(() => import("./layers").then((m) => m.DialogLayer), { ssr: false });

/** A modal dialog, opened by state. Keeps focus inside, closes by Escape and by the cross. */
export const Dialog = (props: DialogProps) => useEver(props.open) && <Layer {...props} />;

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
