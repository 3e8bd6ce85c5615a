"use client";
import { Check, Copy as CopyGlyph } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "#components/ui/button";
import { Icon } from "#components/ui/icon";

/** One tap copies the whole text. Where the browser gives no clipboard (plain http on a phone) the text is selected instead. */
export function CopyText({
  text,
  label,
  done,
  selectId,
}: {
  text: string;
  label: string;
  done: string;
  selectId: string;
}) {
  const [isDone, setDone] = useState(false);
  useEffect(() => {
    if (!isDone) return;
    const timer = setTimeout(() => setDone(false), 3000);
    return () => clearTimeout(timer);
  }, [isDone]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setDone(true);
    } catch {
      const node = document.getElementById(selectId);
      if (node) window.getSelection()?.selectAllChildren(node);
    }
  };
  return (
    <Button tone="primary" size="large" wide onClick={copy} icon={<Icon of={isDone ? Check : CopyGlyph} />}>
      <span aria-live="polite">{isDone ? done : label}</span>
    </Button>
  );
}
