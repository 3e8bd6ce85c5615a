"use client";
import { Modal } from "@heroui/react/modal";
import { Search } from "lucide-react";
import { usePathname, useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { Fragment, type KeyboardEvent, useEffect, useId, useState } from "react";
import { Icon } from "#components/ui/icon";
import { InLanguage } from "#components/ui/layers";
import { Tag } from "#components/ui/state-badge";
import type { SearchHit } from "#lib/kernel/shell";
import { commands } from "./keys";
import { Keys } from "./keys-help";
import { recents } from "./recent";

/** A page the palette can open, and the keys that open it without the palette. */
export type Jump = { href: string; label: string; keys?: string };

type Entry = {
  key: string;
  group: string;
  title: string;
  detail?: string;
  match?: string;
  state?: string;
  kind?: string;
  keys?: string;
  run: () => unknown;
};
type Spell = typeof import("#lib/kernel/pinyin");

const waitMs = 120;

/**
 * Search and go: pages and commands by name or pinyin at once, and what the server finds by any fragment. Without the server it still
 * finds pages. Empty, it shows what was open lately, what can be done here, and the pages.
 */
export function Palette({
  open,
  onOpenChange,
  jumps,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  jumps: readonly Jump[];
}) {
  const t = useTranslations("shell");
  return (
    <InLanguage>
      <Modal.Backdrop isOpen={open} onOpenChange={onOpenChange}>
        <Modal.Container placement="top">
          <Modal.Dialog aria-label={t("palette")} className="w-full max-w-full overflow-hidden sm:w-[640px]">
            <PaletteBody close={() => onOpenChange(false)} jumps={jumps} />
          </Modal.Dialog>
        </Modal.Container>
      </Modal.Backdrop>
    </InLanguage>
  );
}

/** What the server finds; the last answer stays until the next one comes. */
function useHits(asked: string): { hits: readonly SearchHit[]; deaf: boolean; waiting: boolean } {
  const [answer, setAnswer] = useState<{ asked: string; hits: readonly SearchHit[]; deaf: boolean }>();
  const fits = [...asked].length >= 2;
  useEffect(() => {
    if (!fits) return;
    const stop = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const found = await fetch(`/api/console/search?q=${encodeURIComponent(asked)}`, { signal: stop.signal });
        if (!found.ok) throw new Error(String(found.status));
        const body = (await found.json()) as { hits?: SearchHit[] };
        setAnswer({ asked, hits: body.hits ?? [], deaf: false });
      } catch {
        if (!stop.signal.aborted) setAnswer({ asked, hits: [], deaf: true });
      }
    }, waitMs);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [asked, fits]);
  return fits
    ? { hits: answer?.hits ?? [], deaf: answer?.deaf ?? false, waiting: answer?.asked !== asked }
    : { hits: [], deaf: false, waiting: false };
}

/** The letters of pages' and commands' names, loaded when the palette first opens. */
function useSpelling(): (text: string) => string {
  const [spell, setSpell] = useState<Spell>();
  useEffect(() => {
    import("#lib/kernel/pinyin").then(setSpell);
  }, []);
  return (text) => (spell ? `${text} ${spell.initials(text)} ${spell.pinyin(text)}` : text).toLowerCase();
}

function PaletteBody({ close, jumps }: { close: () => void; jumps: readonly Jump[] }) {
  const t = useTranslations("shell");
  const router = useRouter();
  const pathname = usePathname();
  const id = useId();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const [lately] = useState(recents);
  const [doable] = useState(commands);
  const asked = text.trim();
  const { hits, deaf, waiting } = useHits(asked);
  const spelling = useSpelling();

  const low = asked.toLowerCase();
  const named = (title: string) => low === "" || spelling(title).includes(low);
  const open = (href: string) => () => router.push(href);
  const entries: Entry[] = [
    ...hits.map((hit) => ({ ...hit, key: hit.id, group: t("paletteResults"), run: open(hit.href) })),
    ...lately
      .filter((one) => one.href !== pathname && named(one.title))
      .map((one) => ({ key: `r:${one.href}`, group: t("paletteRecent"), title: one.title, run: open(one.href) })),
    ...doable
      .filter((one) => named(one.label))
      .map((one) => ({
        key: `c:${one.label}`,
        group: t("paletteCommands"),
        title: one.label,
        ...(one.keys[0] ? { keys: one.keys[0] } : {}),
        run: one.run,
      })),
    ...jumps
      .filter((jump) => named(jump.label) || (low !== "" && jump.href.includes(low)))
      .map(({ href, label, ...jump }) => ({
        ...jump,
        key: href,
        group: t("palettePages"),
        title: label,
        run: open(href),
      })),
  ];
  const chosen = Math.min(at, entries.length - 1);

  function onKeyDown(event: KeyboardEvent) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) {
      event.preventDefault();
      const next = (chosen + by + entries.length) % Math.max(1, entries.length);
      setAt(next);
      document.getElementById(`${id}-${next}`)?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && !event.nativeEvent.isComposing) {
      const entry = entries[chosen];
      if (entry) go(entry);
    }
  }
  function go(entry: Entry) {
    close();
    entry.run();
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
      <div
        id={`${id}-list`}
        role="listbox"
        aria-label={t("palette")}
        aria-busy={waiting}
        className="min-h-0 flex-1 overflow-y-auto p-1.5"
      >
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
              onClick={() => go(entry)}
              className="flex min-h-9 cursor-pointer items-center gap-2.5 rounded-chip px-2.5 aria-selected:bg-accent-soft"
            >
              <span className="min-w-0 flex-none truncate max-sm:flex-initial">
                <Marked text={entry.title} asked={asked} />
              </span>
              <span className="min-w-0 truncate text-muted">
                {entry.detail && <Marked text={entry.detail} asked={asked} />}
                {entry.match && (
                  <span className="pl-2 text-xs">
                    <Marked text={entry.match} asked={asked} />
                  </span>
                )}
              </span>
              <span className="ml-auto flex flex-none items-center gap-2 text-xs text-muted">
                {entry.state}
                {entry.kind && <Tag>{entry.kind}</Tag>}
                {entry.keys && (
                  <span className="flex gap-1 max-sm:hidden">
                    <Keys keys={entry.keys} />
                  </span>
                )}
              </span>
            </div>
          </div>
        ))}
        {entries.length === 0 && !waiting && <p className="p-4 text-muted">{t("paletteNone", { text: asked })}</p>}
      </div>
      <p className="flex-none border-t border-separator px-4 py-2 text-xs text-muted" aria-live="polite">
        {waiting ? t("paletteWaiting") : deaf ? t("paletteOffline") : t("paletteHint")}
      </p>
    </div>
  );
}

/** A text with the words of the question marked where they stand. */
function Marked({ text, asked }: { text: string; asked: string }) {
  const words = asked.split(/\s+/).filter(Boolean);
  if (words.length === 0) return text;
  const pattern = new RegExp(`(${words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")})`, "gi");
  return text.split(pattern).map((part, i) =>
    i % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text have no other name
      <mark key={i} className="rounded-[2px] bg-warning-soft text-warning-soft-foreground">
        {part}
      </mark>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text have no other name
      <Fragment key={i}>{part}</Fragment>
    ),
  );
}
