import { type NextRequest, NextResponse } from "next/server";
import { env } from "#lib/platform/env";

/** Pages anybody may open; everything else under a page path needs at least the cookie (the session itself is checked in the page). */
const open = /^\/(sign-in|welcome|apply|developers|icon\.svg|favicon\.ico)(\/|$)/;
const cookieNames = ["__Secure-next-auth.session-token", "next-auth.session-token"];

/** First gate and headers of every page: a nonce for scripts, no framing, no sniffing, the path for redirects after sign-in. */
export function proxy(request: NextRequest): NextResponse {
  const { pathname, search } = request.nextUrl;
  const isSignedIn = request.cookies
    .getAll()
    .some(({ name }) => cookieNames.some((known) => name === known || name.startsWith(`${known}.`)));
  if (!isSignedIn && !open.test(pathname)) {
    const target = request.nextUrl.clone();
    target.pathname = "/sign-in";
    target.search = pathname === "/" ? "" : `?next=${encodeURIComponent(pathname + search)}`;
    return NextResponse.redirect(target);
  }
  const nonce = btoa(crypto.randomUUID());
  const isDev = env().NODE_ENV === "development";
  const policy = [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDev ? " 'unsafe-eval'" : ""}`,
    // Recharts, React Aria and Leaflet place things by style attributes
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' blob: data:",
    "font-src 'self'",
    `connect-src 'self'${isDev ? " ws:" : ""}`,
    "worker-src 'self' blob:",
    "media-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
  const headers = new Headers(request.headers);
  headers.set("x-nonce", nonce);
  headers.set("x-lintuan-path", pathname + search);
  headers.set("content-security-policy", policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  response.headers.set("cache-control", "private, no-store");
  return response;
}

export const config = {
  matcher: [{ source: "/((?!api/|_next/|developers/redoc\\.js|.*\\.(?:svg|png|ico|webp|txt|webmanifest)$).*)" }],
};
