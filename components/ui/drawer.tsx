"use client";
import dynamic from "next/dynamic";
import { type ReactNode, useState } from "react";
import { Button, type ButtonLook } from "./button";
import { CloseOnSuccess } from "./form-state";
import { useEver } from "./use-ever";

export type DrawerProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  placement?: "left" | "right" | "bottom";
  children: ReactNode;
};
const Layer = dynamic(() => import("./layers").then((m) => m.DrawerLayer), { ssr: false });

/** A panel from an edge, over the page: phone navigation, a long form beside a list. */
export const Drawer = (props: DrawerProps) => useEver(props.open) && <Layer {...props} />;

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
