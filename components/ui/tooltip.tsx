"use client";
import { Tooltip as Base } from "@heroui/react/tooltip";
import type { ReactNode } from "react";
import { Focusable } from "react-aria-components/Tooltip";

/** A short explanation on hover and focus. Never the only place of a fact. */
export function Tooltip({ text, children }: { text: ReactNode; children: ReactNode }) {
  return (
    <Base>
      <Focusable>
        <button type="button" className="cursor-help underline decoration-dotted decoration-1 underline-offset-3">
          {children}
        </button>
      </Focusable>
      <Base.Content>{text}</Base.Content>
    </Base>
  );
}
