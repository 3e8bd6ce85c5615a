"use client";
import { Drawer } from "@heroui/react/drawer";
import { Dropdown } from "@heroui/react/dropdown";
import { Modal } from "@heroui/react/modal";
import { X } from "lucide-react";
import { useRouter } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { I18nProvider } from "react-aria-components/I18nProvider";
import { buttonClass, IconButton } from "./button";
import type { DialogProps, DialogSize } from "./dialog";
import type { DrawerProps } from "./drawer";
import { Icon } from "./icon";
import type { MenuProps } from "./menu";

/**
 * Everything that floats over a page, in one file that is loaded when the first of it is opened: it is a quarter of what a page
 * would otherwise bring.
 */
const widths: Record<DialogSize, string> = { small: "sm:w-[400px]", normal: "sm:w-[520px]", wide: "sm:w-[820px]" };

/** Gives React Aria the reader's language. */
export const InLanguage = ({ children }: { children: ReactNode }) => (
  <I18nProvider locale={useLocale()}>{children}</I18nProvider>
);

function Cross({ onClick }: { onClick: () => void }) {
  const t = useTranslations("ui.actions");
  return (
    <IconButton label={t("close")} onClick={onClick}>
      <Icon of={X} />
    </IconButton>
  );
}

export function DialogLayer({ open, onOpenChange, title, size = "normal", children }: DialogProps) {
  return (
    <InLanguage>
      <Modal.Backdrop isOpen={open} onOpenChange={onOpenChange}>
        <Modal.Container>
          <Modal.Dialog className={`flex max-h-full w-full max-w-full flex-col ${widths[size]}`}>
            <header className="flex items-center gap-3 border-b border-separator py-2 pr-2 pl-4">
              <Modal.Heading className="flex-1 text-base font-semibold">{title}</Modal.Heading>
              <Cross onClick={() => onOpenChange(false)} />
            </header>
            <div className="min-h-0 overflow-y-auto p-4">{children}</div>
          </Modal.Dialog>
        </Modal.Container>
      </Modal.Backdrop>
    </InLanguage>
  );
}

export function DrawerLayer({ open, onOpenChange, title, placement = "right", children }: DrawerProps) {
  return (
    <InLanguage>
      <Drawer.Backdrop isOpen={open} onOpenChange={onOpenChange}>
        <Drawer.Content placement={placement}>
          <Drawer.Dialog
            className={`flex flex-col gap-0 rounded-none bg-surface p-0 ${placement === "bottom" ? "max-h-[85dvh] rounded-t-sheet" : "w-[min(420px,92vw)]"}`}
          >
            <header className="flex h-13 flex-none items-center gap-3 border-b border-separator pr-2 pl-4">
              <Drawer.Heading className="flex-1 text-base font-semibold">{title}</Drawer.Heading>
              <Cross onClick={() => onOpenChange(false)} />
            </header>
            <div className="min-h-0 flex-1 overflow-y-auto p-4">{children}</div>
          </Drawer.Dialog>
        </Drawer.Content>
      </Drawer.Backdrop>
    </InLanguage>
  );
}

/** Takes the place of its trigger, focuses it and opens. */
export function MenuLayer({
  trigger,
  label,
  items,
  selection,
  selected,
  onChange,
  tone,
  size,
  triggerClass,
  placement = "bottom end",
}: MenuProps) {
  const router = useRouter();
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    button.current?.focus();
    setOpen(true);
  }, []);
  return (
    <InLanguage>
      <Dropdown isOpen={isOpen} onOpenChange={setOpen}>
        <Dropdown.Trigger ref={button} aria-label={label} className={triggerClass ?? buttonClass({ tone, size })}>
          {trigger}
        </Dropdown.Trigger>
        <Dropdown.Popover placement={placement}>
          <Dropdown.Menu
            aria-label={label ?? (typeof trigger === "string" ? trigger : undefined)}
            selectionMode={selection ?? "none"}
            selectedKeys={selected}
            onSelectionChange={(keys) =>
              onChange?.(keys === "all" ? items.map((item) => item.id) : [...keys].map(String))
            }
            onAction={(key) => {
              const item = items.find((one) => one.id === key);
              item?.onSelect?.();
              if (item?.href) router.push(item.href);
            }}
            disabledKeys={items.filter((item) => item.disabled).map((item) => item.id)}
          >
            {items.map((item) => (
              <Dropdown.Item
                key={item.id}
                id={item.id}
                textValue={item.text ?? (typeof item.label === "string" ? item.label : item.id)}
                className={item.tone === "danger" ? "text-danger-soft-foreground" : ""}
              >
                {selection && <Dropdown.ItemIndicator />}
                <span className="flex items-center gap-2">
                  {item.icon}
                  {item.label}
                </span>
              </Dropdown.Item>
            ))}
          </Dropdown.Menu>
        </Dropdown.Popover>
      </Dropdown>
    </InLanguage>
  );
}
