"use client";
import { useEffect, useRef, useState } from "react";

type Redoc = {
  init: (document: object, options: object, element: HTMLElement, done: (error?: unknown) => void) => void;
};
declare global {
  interface Window {
    Redoc?: Redoc;
  }
}

/** Redoc mixes its own shades, which suit a light page only, and knows only rgb; a canvas translates our tokens. */
function tokenReader(place: HTMLElement): (name: string) => string {
  const style = getComputedStyle(place);
  const pen = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", {
    willReadFrequently: true,
  });
  return (name) => {
    if (!pen) return "#000000";
    pen.fillStyle = style.getPropertyValue(name);
    pen.fillRect(0, 0, 1, 1);
    const [r = 0, g = 0, b = 0] = pen.getImageData(0, 0, 1, 1).data;
    return `rgb(${r}, ${g}, ${b})`;
  };
}

function themeOf(place: HTMLElement) {
  const token = tokenReader(place);
  const [text, muted, border, quiet] = [
    token("--foreground"),
    token("--muted"),
    token("--border"),
    token("--surface-secondary"),
  ];
  return {
    colors: {
      primary: { main: token("--link") },
      success: { main: token("--success-soft-foreground") },
      warning: { main: token("--warning-soft-foreground") },
      error: { main: token("--danger-soft-foreground") },
      text: { primary: text, secondary: muted },
      // the tabs of answers lie on the dark panel until one is chosen
      responses: { success: { tabTextColor: "rgb(134, 214, 160)" }, error: { tabTextColor: "rgb(255, 158, 148)" } },
      border: { dark: border, light: token("--separator") },
      http: {
        get: token("--success-soft-foreground"),
        post: token("--link"),
        put: token("--info-soft-foreground"),
        delete: token("--danger-soft-foreground"),
      },
    },
    schema: {
      nestedBackground: quiet,
      typeNameColor: muted,
      typeTitleColor: muted,
      requireLabelColor: token("--danger-soft-foreground"),
    },
    sidebar: { backgroundColor: token("--surface"), textColor: text, activeTextColor: token("--link") },
    rightPanel: { backgroundColor: "rgb(38, 35, 33)", textColor: "rgb(240, 238, 235)" },
    codeBlock: { backgroundColor: "rgb(28, 25, 23)" },
    typography: {
      fontFamily: "inherit",
      fontSize: "14px",
      lineHeight: "1.6",
      headings: { fontFamily: "inherit", fontWeight: "600" },
      code: { fontSize: "12px", color: token("--accent-soft-foreground"), backgroundColor: quiet },
      links: { color: token("--link") },
    },
  };
}

const script = () =>
  new Promise<Redoc>((done, fail) => {
    if (window.Redoc) return done(window.Redoc);
    const tag = document.createElement("script");
    tag.src = "/developers/redoc.js";
    tag.onload = () => (window.Redoc ? done(window.Redoc) : fail(new Error("redoc")));
    tag.onerror = fail;
    document.head.append(tag);
  });

/** The reference, drawn by Redoc from our own origin in the reader's language. */
export function Reference({ locale, loading, failed }: { locale: string; loading: string; failed: string }) {
  const place = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<"loading" | "ready" | "failed">("loading");
  useEffect(() => {
    let isGone = false;
    Promise.all([
      script(),
      fetch("/api/v1/openapi.json", { headers: { "accept-language": locale } }).then(
        (answer) => answer.json() as Promise<object>,
      ),
    ])
      .then(([redoc, spec]) => {
        if (isGone || !place.current) return;
        redoc.init(
          spec,
          {
            theme: themeOf(place.current),
            hideDownloadButton: true,
            expandResponses: "200,201",
            jsonSampleExpandLevel: 3,
            sortTagsAlphabetically: false,
            nativeScrollbars: true,
          },
          place.current,
          (error) => setState(error ? "failed" : "ready"),
        );
      })
      .catch(() => setState("failed"));
    return () => {
      isGone = true;
    };
  }, [locale]);
  return (
    <>
      {state !== "ready" && (
        <p role="status" className="px-4 py-6 text-muted sm:px-6">
          {state === "failed" ? failed : loading}
        </p>
      )}
      <div data-theme="light" className="bg-background text-foreground [&_.token.boolean]:text-[#ff9e94]!">
        <div ref={place} />
      </div>
    </>
  );
}
