import { readFile } from "node:fs/promises";
import path from "node:path";

export const dynamic = "force-static";

/** Redoc from our own origin: the page's policy lets nothing in from elsewhere, its logo neither. */
export async function GET(): Promise<Response> {
  const source = await readFile(path.join(process.cwd(), "node_modules/redoc/bundles/redoc.standalone.js"), "utf8");
  return new Response(source.replaceAll("https://cdn.redoc.ly/redoc/logo-mini.svg", "/icon.svg"), {
    headers: { "content-type": "text/javascript; charset=utf-8", "cache-control": "public, max-age=86400" },
  });
}
