"use client";
import { LogOut, Settings2 } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { Button } from "#components/ui/button";
import { Icon } from "#components/ui/icon";
import { locales } from "#lib/words/locale";
import { charactersOn } from "./keys";
import { leave } from "./leave";
import { applyTheme, remember, remembered, type Theme, themes, useLocaleSwitch } from "./preference";

function Choice<V extends string>({
  label,
  values,
  words,
  value,
  onChange,
}: {
  label: string;
  values: readonly V[];
  words: (value: V) => string;
  value: V;
  onChange: (value: V) => void;
}) {
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1.5 text-muted">{label}</legend>
      <div className="segments">
        {values.map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={one === value}
            onClick={() => onChange(one)}
            className="flex-1 justify-center"
          >
            {words(one)}
          </button>
        ))}
      </div>
    </fieldset>
  );
}

/** Whether shortcuts of bare characters work (WCAG 2.1.4). */
export function KeysChoice() {
  const t = useTranslations("shell.keys");
  const [on, setOn] = useState(charactersOn);
  return (
    <Choice
      label={t("characters")}
      values={["on", "off"] as const}
      words={(one) => t(one)}
      value={on ? "on" : "off"}
      onChange={(one) => {
        setOn(one === "on");
        remember("keys", one);
      }}
    />
  );
}

/** Language, appearance, and what only some frames have: text size (phones), keys (where there are any). */
export function Preferences({ textSize, keys }: { textSize?: boolean; keys?: boolean }) {
  const t = useTranslations("shell");
  const locale = useLocale();
  const switchLocale = useLocaleSwitch();
  const [theme, setTheme] = useState<Theme>(() =>
    typeof document === "undefined" ? "system" : ((remembered("theme") as Theme | undefined) ?? "system"),
  );
  const [text, setText] = useState<"normal" | "large">(() =>
    typeof document !== "undefined" && remembered("text") === "large" ? "large" : "normal",
  );
  return (
    <div className="flex flex-col gap-4">
      <Choice
        label={t("language")}
        values={locales}
        words={(one) => t(`languages.${one}`)}
        value={locale}
        onChange={switchLocale}
      />
      <Choice
        label={t("theme")}
        values={themes}
        words={(one) => t(`themes.${one}`)}
        value={theme}
        onChange={(one) => {
          setTheme(one);
          applyTheme(one);
        }}
      />
      {textSize && (
        <Choice
          label={t("textSize")}
          values={["normal", "large"] as const}
          words={(one) => t(`textSizes.${one}`)}
          value={text}
          onChange={(one) => {
            setText(one);
            remember("text", one);
            document.documentElement.dataset.text = one;
          }}
        />
      )}
      {keys && <KeysChoice />}
    </div>
  );
}

/** A small popover without any library: for the light phone pages. */
export function PreferencesButton({ signedIn, children }: { signedIn?: boolean; children?: ReactNode }) {
  const t = useTranslations("shell");
  const [open, setOpen] = useState(false);
  return (
    <span className="relative">
      <button
        type="button"
        aria-expanded={open}
        aria-label={t("me")}
        onClick={() => setOpen(!open)}
        className="grid size-11 place-items-center rounded-sheet"
        onKeyDown={(event) => {
          if (event.key === "Escape") setOpen(false);
        }}
      >
        <Icon of={Settings2} size={22} />
      </button>
      {open && (
        <>
          <button
            type="button"
            tabIndex={-1}
            aria-hidden="true"
            className="fixed inset-0 z-30 cursor-default"
            onClick={() => setOpen(false)}
          />
          <div className="absolute right-0 z-40 mt-1 flex w-[min(320px,calc(100vw-32px))] flex-col gap-4 rounded-sheet bg-overlay p-4 shadow-overlay">
            {children}
            <Preferences textSize />
            {signedIn && (
              <Button icon={<Icon of={LogOut} />} onClick={leave}>
                {t("signOut")}
              </Button>
            )}
          </div>
        </>
      )}
    </span>
  );
}
