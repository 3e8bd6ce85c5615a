"use client";
import { Modal } from "@heroui/react/modal";
import { Search } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type KeyboardEvent, useEffect, useId, useMemo, useState } from "react";
import { Icon } from "#components/ui/icon";
import { Tag } from "#components/ui/state-badge";
import type { SearchHit } from "#lib/kernel/shell";

/** A page the palette can open; `also` are further words that find it. */
export type Jump = { href: string; label: string; group?: string };

const waitMs = 160;

/** Search and go: pages by name at once, and what the server finds by any fragment. Without the server it still finds pages. */
export function Palette({
  open,
  onOpenChange,
  jumps,
  remote,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  jumps: readonly Jump[];
  remote: boolean;
}) {
  const t = useTranslations("shell");
  return (
    <Modal.Backdrop isOpen={open} onOpenChange={onOpenChange}>
      <Modal.Container placement="top">
        <Modal.Dialog aria-label={t("palette")} className="w-full max-w-full overflow-hidden sm:w-[600px]">
          <PaletteBody close={() => onOpenChange(false)} jumps={jumps} remote={remote} />
        </Modal.Dialog>
      </Modal.Container>
    </Modal.Backdrop>
  );
}

function PaletteBody({ close, jumps, remote }: { close: () => void; jumps: readonly Jump[]; remote: boolean }) {
  const t = useTranslations("shell");
  const router = useRouter();
  const id = useId();
  const [text, setText] = useState("");
  const [hits, setHits] = useState<readonly SearchHit[]>([]);
  const [deaf, setDeaf] = useState(false);
  const [at, setAt] = useState(0);
  const asked = text.trim();

  useEffect(() => {
    if (!remote || asked.length < 2) {
      setHits([]);
      return;
    }
    const stop = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const answer = await fetch(`/api/console/search?q=${encodeURIComponent(asked)}`, { signal: stop.signal });
        if (!answer.ok) throw new Error(String(answer.status));
        const body = (await answer.json()) as { hits?: SearchHit[] };
        setHits(body.hits ?? []);
        setDeaf(false);
      } catch {
        if (!stop.signal.aborted) {
          setHits([]);
          setDeaf(true);
        }
      }
    }, waitMs);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [asked, remote]);

  const entries = useMemo(() => {
    const low = asked.toLowerCase();
    const pages = jumps
      .filter((jump) => low === "" || jump.label.toLowerCase().includes(low) || jump.href.includes(low))
      .map((jump) => ({
        key: jump.href,
        href: jump.href,
        title: jump.label,
        kind: jump.group ?? "",
        detail: "",
        group: t("palettePages"),
      }));
    const found = hits.map((hit) => ({
      key: hit.id,
      href: hit.href,
      title: hit.title,
      kind: hit.kind,
      detail: hit.detail ?? "",
      group: t("paletteResults"),
    }));
    return [...found, ...pages];
  }, [asked, jumps, hits, t]);
  const chosen = Math.min(at, entries.length - 1);

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const next = (chosen + (event.key === "ArrowDown" ? 1 : -1) + entries.length) % Math.max(1, entries.length);
      setAt(next);
      document.getElementById(`${id}-${next}`)?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && !event.nativeEvent.isComposing) {
      const entry = entries[chosen];
      if (entry) go(entry.href);
    }
  }
  function go(href: string) {
    close();
    router.push(href);
  }

  return (
    <div className="flex max-h-[70dvh] flex-col">
      <div className="flex h-13 flex-none items-center gap-2.5 border-b border-separator px-4">
        <Icon of={Search} className="text-muted" />
        <input
          // biome-ignore lint/a11y/noAutofocus: the dialog was opened to type
          autoFocus
          role="combobox"
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={entries.length > 0 ? `${id}-${chosen}` : undefined}
          aria-label={t("palette")}
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
          placeholder={t("palettePlaceholder")}
          className="min-w-0 flex-1 bg-transparent text-lg outline-none"
        />
      </div>
      <div id={`${id}-list`} role="listbox" aria-label={t("palette")} className="min-h-0 flex-1 overflow-y-auto p-1.5">
        {entries.map((entry, i) => (
          <div key={entry.key}>
            {entry.group !== entries[i - 1]?.group && (
              <p role="presentation" className="px-2.5 pt-2 pb-1 text-xs text-muted">
                {entry.group}
              </p>
            )}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard drives the combobox above */}
            <div
              id={`${id}-${i}`}
              role="option"
              tabIndex={-1}
              aria-selected={i === chosen}
              onPointerMove={() => setAt(i)}
              onClick={() => go(entry.href)}
              className="flex min-h-9 cursor-pointer items-center gap-2.5 rounded-chip px-2.5 aria-selected:bg-accent-soft"
            >
              <span className="min-w-0 truncate">{entry.title}</span>
              {entry.detail && <span className="min-w-0 truncate text-muted">{entry.detail}</span>}
              {entry.kind && (
                <span className="ml-auto">
                  <Tag>{entry.kind}</Tag>
                </span>
              )}
            </div>
          </div>
        ))}
        {entries.length === 0 && <p className="p-4 text-muted">{t("paletteNone", { text: asked })}</p>}
      </div>
      <p className="flex-none border-t border-separator px-4 py-2 text-xs text-muted" aria-live="polite">
        {deaf ? t("paletteOffline") : t("paletteHint")}
      </p>
    </div>
  );
}
