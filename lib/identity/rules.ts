import { Refusal } from "../kernel/refusal";
import type { Actor, Role } from "./schema";

type Who = { operator?: readonly Role[]; supplier?: "any" | "owner"; leader?: true; resident?: true };

const desk: readonly Role[] = ["merchandiser", "operations", "finance", "support", "auditor"];
const readers = desk;

/**
 * The one policy table: deed → who. Administrators may do all that operators may; auditors only what ends in `.see`;
 * `system` may do everything. Targets (own supplier, own city, own site) are checked by `authorise`.
 */
export const policy = {
  "today.see": { operator: desk },
  "orders.see": { operator: readers, leader: true, resident: true },
  "orders.place": { resident: true },
  "orders.cancel": { operator: ["operations", "support"], resident: true },
  "orders.move": { operator: ["operations", "support"] },
  "refunds.make": { operator: ["operations", "support", "finance"] },
  "refunds.see": { operator: readers },
  "payments.retry": { operator: ["finance", "operations"] },
  "sessions.see": { operator: readers },
  "sessions.edit": { operator: ["merchandiser", "operations"] },
  "sessions.publish": { operator: ["merchandiser", "operations"] },
  "sessions.approve": { operator: ["merchandiser", "operations"] },
  "sessions.cutOff": { operator: ["operations"] },
  "flash.edit": { operator: ["merchandiser", "operations"] },
  "stock.repair": { operator: ["operations"] },
  "calendar.edit": { operator: ["merchandiser", "operations"] },
  "coupons.see": { operator: readers },
  "coupons.edit": { operator: ["merchandiser", "operations"] },
  "coupons.activate": { operator: ["merchandiser", "operations", "finance"] },
  "coupons.grant": { operator: ["operations", "support"] },
  "coupons.claim": { resident: true },
  "catalog.see": { operator: readers, supplier: "any" },
  "catalog.submit": { operator: ["merchandiser"], supplier: "any" },
  "catalog.review": { operator: ["merchandiser"] },
  "catalog.price": { operator: ["merchandiser"] },
  "catalog.list": { operator: ["merchandiser"] },
  "suppliers.see": { operator: readers, supplier: "any" },
  "suppliers.review": { operator: ["merchandiser", "operations"] },
  "suppliers.edit": { operator: ["merchandiser"], supplier: "owner" },
  "suppliers.suspend": { operator: ["merchandiser", "operations"] },
  "leaders.see": { operator: readers },
  "leaders.review": { operator: ["operations"] },
  "leaders.edit": { operator: ["operations"] },
  "points.see": { operator: [...readers, "warehouse", "driver"] },
  "points.edit": { operator: ["operations"] },
  "procurement.see": { operator: readers, supplier: "any" },
  "procurement.accept": { operator: ["operations"], supplier: "any" },
  "fulfilment.see": { operator: [...readers, "warehouse", "driver"], leader: true },
  "fulfilment.receive": { operator: ["operations", "warehouse"] },
  "fulfilment.load": { operator: ["operations", "warehouse", "driver"] },
  "fulfilment.arrive": { operator: ["operations", "driver"], leader: true },
  "fulfilment.sign": { leader: true, operator: ["operations"] },
  "pickups.verify": { leader: true, operator: ["operations", "support"] },
  "aftersales.see": { operator: readers, leader: true, resident: true },
  "aftersales.report": { leader: true, resident: true, operator: ["support"] },
  "aftersales.decide": { operator: ["support", "operations"] },
  "commission.see": { operator: readers, leader: true },
  "commission.edit": { operator: ["finance", "merchandiser"] },
  "settlement.see": { operator: ["finance", "operations", "auditor"], supplier: "any" },
  "settlement.make": { operator: ["finance"] },
  "settlement.confirm": { supplier: "owner" },
  "settlement.approve": { operator: ["finance"] },
  "settlement.pay": { operator: ["finance"] },
  "payouts.see": { operator: ["finance", "auditor"] },
  "payouts.withdraw": { leader: true },
  "payouts.make": { operator: ["finance"] },
  "payouts.approve": { operator: ["finance"] },
  "funds.move": { operator: ["finance"] },
  "ledger.see": { operator: ["finance", "auditor"] },
  "analytics.see": { operator: readers },
  "analytics.save": { operator: ["merchandiser", "operations", "finance", "support"] },
  "analytics.set": { operator: ["operations", "finance"] },
  "people.see": { operator: ["auditor"] },
  "people.edit": { operator: [] },
  "audit.see": { operator: ["auditor", "finance", "operations"] },
  "comments.write": { operator: [...desk, "warehouse", "driver"] },
  "jobs.see": { operator: ["operations", "auditor"] },
  "jobs.retry": { operator: ["operations"] },
  "messages.see": { operator: ["support", "operations", "auditor"] },
  "messages.retry": { operator: ["support", "operations"] },
  "settings.see": { operator: ["operations", "finance", "auditor"] },
  "settings.edit": { operator: [] },
  "pii.reveal": { operator: ["support", "operations", "finance", "merchandiser"], leader: true },
} as const satisfies Record<string, Who>;

export type Deed = keyof typeof policy;

/** What the deed is done to; only the parts that narrow it need be given. */
export type Target = {
  cityId?: string | null;
  cityIds?: readonly string[];
  supplierId?: string | null;
  leaderId?: string | null;
  residentId?: string | null;
  siteId?: string | null;
};

const isFloor = (actor: Actor) =>
  actor.roles.length > 0 && actor.roles.every((r) => r === "warehouse" || r === "driver");

function mayKind(actor: Actor, deed: Deed): boolean {
  const who: Who = policy[deed];
  switch (actor.kind) {
    case "system":
      return true;
    case "operator":
      if (actor.roles.includes("administrator")) return who.operator !== undefined;
      return actor.roles.some((r) => (who.operator ?? []).includes(r) && (r !== "auditor" || deed.endsWith(".see")));
    case "supplier":
      return (
        actor.supplierId !== null &&
        (who.supplier === "any" || (who.supplier === "owner" && actor.supplierRole === "owner"))
      );
    case "leader":
      return actor.leaderId !== null && who.leader === true;
    case "resident":
      return actor.id !== "anonymous" && who.resident === true;
  }
}

/** Whether the target lies within what the actor may see at all. */
function within(actor: Actor, target: Target): boolean {
  switch (actor.kind) {
    case "system":
      return true;
    case "operator": {
      if (actor.cityIds.length > 0) {
        if (target.cityId && !actor.cityIds.includes(target.cityId)) return false;
        if (target.cityIds && target.cityIds.length > 0 && !target.cityIds.some((c) => actor.cityIds.includes(c)))
          return false;
      }
      return !(isFloor(actor) && actor.siteIds.length > 0 && target.siteId && !actor.siteIds.includes(target.siteId));
    }
    case "supplier":
      return target.supplierId === undefined || target.supplierId === actor.supplierId;
    case "leader":
      return target.leaderId === undefined || target.leaderId === actor.leaderId;
    case "resident":
      return target.residentId === undefined || target.residentId === actor.id;
  }
}

/** Whether to draw the button. */
export const can = (actor: Actor, deed: Deed, target: Target = {}): boolean =>
  mayKind(actor, deed) && within(actor, target);

/** First line of a command, after loading. Refuses: notFound (outside the actor's scope), forbidden (not this actor's deed). */
export function authorise(actor: Actor, deed: Deed, target: Target = {}): void {
  if (!within(actor, target)) throw new Refusal("notFound");
  if (!mayKind(actor, deed)) throw new Refusal("forbidden", { deed });
}

/** How a list is narrowed to what the actor may see; undefined means "not narrowed by this". */
export type Scope = {
  cityIds?: string[];
  supplierId?: string;
  leaderId?: string;
  residentId?: string;
  siteIds?: string[];
};

/** Refuses: forbidden, when the actor may not see such things at all. */
export function sees(actor: Actor, deed: Deed): Scope {
  if (!mayKind(actor, deed)) throw new Refusal("forbidden", { deed });
  switch (actor.kind) {
    case "system":
      return {};
    case "operator":
      return {
        ...(actor.cityIds.length > 0 ? { cityIds: [...actor.cityIds] } : {}),
        ...(isFloor(actor) && actor.siteIds.length > 0 ? { siteIds: [...actor.siteIds] } : {}),
      };
    case "supplier":
      return { supplierId: actor.supplierId ?? "" };
    case "leader":
      return { leaderId: actor.leaderId ?? "" };
    case "resident":
      return { residentId: actor.id };
  }
}

/** Seconds to wait after this many failures: none within the free tries, then 30 s doubling up to an hour. */
export const backoffSeconds = (failures: number, free: number): number =>
  failures < free ? 0 : Math.min(3600, 30 * 2 ** Math.min(failures - free, 7));

/** The page a person lands on. */
export function homeOf(actor: Pick<Actor, "kind" | "roles">): string {
  if (actor.kind === "supplier") return "/supplier";
  if (actor.kind === "leader") return "/leader";
  const isOnFloor = actor.roles.length > 0 && actor.roles.every((r) => r === "warehouse" || r === "driver");
  return isOnFloor ? "/site" : "/today";
}
