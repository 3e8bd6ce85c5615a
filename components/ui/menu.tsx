"use client";
import { type ComponentType, type ReactNode, useState } from "react";
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

export type MenuProps = ButtonLook & {
  trigger: ReactNode;
  label?: string;
  items: readonly MenuItem[];
  selection?: "single" | "multiple";
  selected?: readonly string[];
  onChange?: (selected: string[]) => void;
  triggerClass?: string;
  placement?: "bottom end" | "bottom start" | "top start" | "top end";
};

const layer = () => import("./layers").then((m) => m.MenuLayer);

/**
 * A button with a menu: links and commands, or with `selection` a choice. `label` names the button when `trigger` is only an icon.
 */
export function Menu(props: MenuProps) {
  const [Layer, setLayer] = useState<ComponentType<MenuProps> | null>(null);
  const open = () => layer().then((loaded) => setLayer(() => loaded));
  if (Layer) return <Layer {...props} />;
  return (
    <button
      type="button"
      aria-haspopup="true"
      aria-expanded={false}
      aria-label={props.label}
      className={props.triggerClass ?? buttonClass({ tone: props.tone, size: props.size })}
      onPointerEnter={layer}
      onFocus={layer}
      onClick={open}
      onKeyDown={(event) => {
        if (event.key === "ArrowDown" || event.key === "ArrowUp") {
          event.preventDefault();
          void open();
        }
      }}
    >
      {props.trigger}
    </button>
  );
}
