"use client";
import { useTranslations } from "next-intl";
import { Fragment } from "react";
import { Dialog } from "#components/ui/dialog";
import { boundKeys, isApple } from "./keys";
import { KeysChoice } from "./preferences";

const glyphs: Record<string, string> = {
  Space: "␣",
  Enter: "↵",
  Escape: "Esc",
  ArrowUp: "↑",
  ArrowDown: "↓",
  shift: "⇧",
};

function Press({ press }: { press: string }) {
  const parts = press.split("+").map((part) => (part === "mod" ? (isApple() ? "⌘" : "Ctrl") : (glyphs[part] ?? part)));
  return (
    <kbd className="grid h-6 min-w-6 place-items-center rounded-chip border border-border bg-surface-secondary px-1.5 font-sans text-xs">
      {parts.map((part) => (parts.length > 1 && part.length === 1 ? part.toUpperCase() : part)).join(" ")}
    </kbd>
  );
}

/** The presses of a binding, one after another. */
export function Keys({ keys }: { keys: string }) {
  // biome-ignore lint/suspicious/noArrayIndexKey: a sequence may hold one key twice
  return keys.split(" ").map((press, i) => <Press key={i} press={press} />);
}

/** Every binding that holds on this page, grouped by where it holds, and the switch that turns single keys off. */
export function KeysHelp({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const t = useTranslations("shell.keys");
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("title")} size="wide">
      <div className="mb-4 grid gap-x-8 gap-y-4 sm:grid-cols-2">
        {(open ? boundKeys() : []).map(({ scope, bindings }) => (
          <section key={scope} aria-label={t(`scopes.${scope}`)}>
            <h3 className="pb-1 font-semibold">{t(`scopes.${scope}`)}</h3>
            <dl className="grid grid-cols-[auto_1fr] items-center gap-x-3 gap-y-1.5">
              {bindings.map(({ keys, label }) => (
                <Fragment key={label}>
                  <dt className="flex items-center gap-1">
                    {keys.map((way, i) => (
                      <Fragment key={way}>
                        {i > 0 && <span className="text-muted">/</span>}
                        <Keys keys={way} />
                      </Fragment>
                    ))}
                  </dt>
                  <dd className="min-w-0">{label}</dd>
                </Fragment>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <KeysChoice />
    </Dialog>
  );
}
