import "server-only";
import { randomBytes } from "node:crypto";
import { systemActor } from "#lib/identity/schema";
import { receiveNotice } from "#lib/payments/commands";
import { log } from "#lib/platform/log";
import { refusals } from "#lib/words/refusals";

const kinds = ["payments", "refunds", "transfers"];
const mostBytes = 1 << 20;

/** The channel reads `code` and `message`; people find the rest in the log by its number. */
function refuse(status: number, code: string, message: string): Response {
  const body = {
    type: `/developers/problems#${code}`,
    title: code,
    status,
    detail: message,
    code: status < 500 ? code : "FAIL",
    message,
    request_id: `req_${randomBytes(8).toString("hex")}`,
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store" },
  });
}

/** A notice of WeChat Pay: 204 once it is stored, 4xx when it is not the channel's, 5xx when it could not be stored and must come again. */
export async function wechatpayNotice(kind: string, request: Request): Promise<Response> {
  if (!kinds.includes(kind)) return refuse(404, "not_found", refusals.notFound[2]);
  const declared = Number(request.headers.get("content-length") ?? 0);
  if (declared > mostBytes) return refuse(413, "body_too_big", refusals.bodyTooBig[2]);
  try {
    const raw = new Uint8Array(await request.arrayBuffer());
    if (raw.byteLength > mostBytes) return refuse(413, "body_too_big", refusals.bodyTooBig[2]);
    const isStored = await receiveNotice(systemActor("wechatpay"), Object.fromEntries(request.headers), raw);
    return isStored ? new Response(null, { status: 204 }) : refuse(401, "signature_wrong", refusals.signatureWrong[2]);
  } catch (error) {
    log.error({ kind, error: error instanceof Error ? error.stack : String(error) }, "a channel notice was not stored");
    return refuse(500, "broken", refusals.broken[2]);
  }
}
