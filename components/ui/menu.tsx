"use client";
import { Dropdown } from "@heroui/react/dropdown";
import { useRouter } from "next/navigation";
import type { ReactNode } from "react";
import { type ButtonLook, buttonClass } from "./button";

export type MenuItem = {
  id: string;
  label: ReactNode;
  /** Plain text for type-ahead when the label is not a string. */
  text?: string;
  icon?: ReactNode;
  href?: string;
  tone?: "danger";
  disabled?: boolean;
  onSelect?: () => void;
};

/**
 * A button with a menu: links and commands, or with `selection` a choice. `label` names the button when `trigger` is only an icon.
 */
export function Menu({
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
}: ButtonLook & {
  trigger: ReactNode;
  label?: string;
  items: readonly MenuItem[];
  selection?: "single" | "multiple";
  selected?: readonly string[];
  onChange?: (selected: string[]) => void;
  triggerClass?: string;
  placement?: "bottom end" | "bottom start" | "top start" | "top end";
}) {
  const router = useRouter();
  return (
    <Dropdown>
      <Dropdown.Trigger aria-label={label} className={triggerClass ?? buttonClass({ tone, size })}>
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
  );
}
