"use client";
import { ArrowDown, ArrowUp, GripVertical, Pin } from "lucide-react";
import { useTranslations } from "next-intl";
import { type RefObject, useState } from "react";
import { Dialog, Popover } from "react-aria-components";
import type { ListLayout } from "#lib/workbench/schema";
import { Button, IconButton } from "../button";
import { Icon } from "../icon";
import { placed, shownIn, stepped } from "./layout";
import type { Arrange } from "./use-layout";

const densities = ["compact", "regular", "roomy"] as const;

/** Which columns, in which order, which stay at the left, how high a row is. Everything a drag does has its button. */
export function ColumnsPanel({
  columns,
  layout,
  arrange,
  trigger,
  onClose,
}: {
  columns: readonly { id: string; head: string; fixed?: boolean }[];
  layout: ListLayout;
  arrange: Arrange;
  trigger: RefObject<HTMLElement | null>;
  onClose: () => void;
}) {
  const t = useTranslations("ui.list.layout");
  const [said, say] = useState("");
  const [over, setOver] = useState<string | null>(null);
  const [held, setHeld] = useState<string | null>(null);
  const shown = shownIn(layout);
  const nameOf = (id: string) => columns.find((column) => column.id === id)?.head ?? id;
  const reorder = (order: string[], id: string) => {
    arrange({ order });
    const places = shownIn({ order, hidden: layout.hidden });
    say(t("moved", { name: nameOf(id), n: places.indexOf(id) + 1 }));
  };
  const toggled = (list: readonly string[], id: string) =>
    list.includes(id) ? list.filter((one) => one !== id) : [...list, id];
  return (
    <Popover
      triggerRef={trigger}
      isOpen
      onOpenChange={(open) => !open && onClose()}
      placement="bottom end"
      className="z-40 flex max-h-[min(560px,80dvh)] w-[min(320px,calc(100vw-24px))] flex-col overflow-hidden rounded-bar bg-overlay shadow-overlay"
    >
      <Dialog aria-label={t("title")} className="flex min-h-0 flex-col outline-none">
        <fieldset className="segments m-2 self-start" aria-label={t("density")}>
          {densities.map((density) => (
            <button
              key={density}
              type="button"
              aria-pressed={layout.density === density}
              onClick={() => arrange({ density })}
            >
              {t(density)}
            </button>
          ))}
        </fieldset>
        <ul aria-label={t("columns")} className="min-h-0 overflow-y-auto border-y border-separator py-1">
          {layout.order.map((id) => {
            const column = columns.find((one) => one.id === id);
            if (!column) return null;
            const isShown = shown.includes(id);
            const name = column.head;
            const move = (by: -1 | 1, button: HTMLElement) => {
              reorder(stepped(layout, id, by), id);
              requestAnimationFrame(() => button.focus());
            };
            return (
              <li
                key={id}
                draggable
                data-over={over === id || undefined}
                className="flex items-center gap-1 pr-1 pl-2 data-over:bg-accent-soft"
                onDragStart={() => setHeld(id)}
                onDragEnd={() => {
                  setHeld(null);
                  setOver(null);
                }}
                onDragOver={(event) => {
                  if (!held) return;
                  event.preventDefault();
                  setOver(id);
                }}
                onDrop={(event) => {
                  event.preventDefault();
                  if (held && held !== id) reorder(placed(layout.order, held, id), held);
                }}
              >
                <Icon of={GripVertical} className="cursor-grab text-muted" />
                <label className="flex min-h-8 min-w-0 flex-1 items-center gap-2">
                  <input
                    type="checkbox"
                    checked={isShown}
                    disabled={column.fixed}
                    onChange={() => arrange({ hidden: toggled(layout.hidden, id) })}
                  />
                  <span className="truncate">{name}</span>
                </label>
                {isShown && (
                  <>
                    <IconButton
                      size="small"
                      label={t("left", { name })}
                      onClick={(event) => move(-1, event.currentTarget)}
                    >
                      <Icon of={ArrowUp} size={14} />
                    </IconButton>
                    <IconButton
                      size="small"
                      label={t("right", { name })}
                      onClick={(event) => move(1, event.currentTarget)}
                    >
                      <Icon of={ArrowDown} size={14} />
                    </IconButton>
                    <IconButton
                      size="small"
                      label={t("pin", { name })}
                      aria-pressed={layout.pinned.includes(id)}
                      className="aria-pressed:bg-accent-soft aria-pressed:text-accent-soft-foreground"
                      onClick={() => arrange({ pinned: toggled(layout.pinned, id) })}
                    >
                      <Icon of={Pin} size={14} />
                    </IconButton>
                  </>
                )}
              </li>
            );
          })}
        </ul>
        <div className="flex p-2">
          <Button size="small" tone="quiet" onClick={() => arrange(null)}>
            {t("reset")}
          </Button>
        </div>
        <p role="status" className="sr-only">
          {said}
        </p>
      </Dialog>
    </Popover>
  );
}
