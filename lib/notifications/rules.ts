import { can, type Deed } from "../identity/rules";
import type { Actor } from "../identity/schema";

/** Seconds until the next try after this many failures: a minute, doubling up to an hour; null when we stop and somebody must look. */
export const retrySeconds = (failures: number): number | null =>
  failures >= 6 ? null : Math.min(3600, 60 * 2 ** (failures - 1));

/** The words with every code and link secret blanked: what stays after sending, and what a screen outside a demo shows. */
export const blanked = (template: string, body: string): string => {
  if (template === "signInCode") return body.replace(/\d{4,}/g, "••••••");
  return body.replace(/(\/(?:welcome|apply)\/)[\w-]{16,}/g, "$1••••••");
};

/** What a browser may listen to and the deed that lets an operator; null: anybody signed in. News by the first word of its type. */
const topics: Record<string, Deed | null> = {
  clock: null,
  today: "today.see",
  order: "orders.see",
  refund: "refunds.see",
  session: "sessions.see",
  admission: "sessions.see",
  product: "catalog.see",
  purchase: "procurement.see",
  delivery: "fulfilment.see",
  pickup: "fulfilment.see",
  aftersale: "aftersales.see",
  statement: "settlement.see",
  withdrawal: "payouts.see",
  supplier: "suppliers.see",
  leader: "leaders.see",
  jobs: "jobs.see",
  messages: "messages.see",
};
/** Everybody's own: told as `notices:<user>`, asked for by the bare word. */
const personal = ["notices", "runs"];

/** The topic that this person means by a name, or null when they may not listen to it. `mine` is a partner's own business. */
export function topicOf(actor: Actor, name: string): string | null {
  const [word = "", id] = name.split(":");
  if (personal.includes(word)) return id === undefined || id === actor.id ? `${word}:${actor.id}` : null;
  if (name === "mine")
    return actor.supplierId ? `supplier:${actor.supplierId}` : actor.leaderId ? `leader:${actor.leaderId}` : null;
  const deed = Object.hasOwn(topics, name) ? topics[name] : undefined;
  if (deed === undefined) return null;
  return deed === null || (actor.kind === "operator" && can(actor, deed)) ? name : null;
}
