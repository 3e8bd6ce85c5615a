import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backoffSeconds, can, type Deed, homeOf, policy, sees } from "./rules";
import { type Actor, anonymous, type Role, roles, systemActor } from "./schema";

const deeds = Object.keys(policy) as Deed[];
const operator = (given: readonly Role[], more: Partial<Actor> = {}): Actor => ({
  ...systemActor("t"),
  kind: "operator",
  id: "usr_1",
  roles: given,
  ...more,
});
const supplier = (supplierRole: "owner" | "staff", supplierId = "sup_1"): Actor => ({
  ...systemActor("t"),
  kind: "supplier",
  id: "usr_2",
  supplierId,
  supplierRole,
});
const leader = (leaderId = "ldr_1"): Actor => ({ ...systemActor("t"), kind: "leader", id: "usr_3", leaderId });
const resident = (id = "res_1"): Actor => ({ ...anonymous, id });
const allowed = (actor: Actor): Deed[] => deeds.filter((deed) => can(actor, deed));

describe("who may do what", () => {
  it("an auditor sees and never writes", () => {
    expect(allowed(operator(["auditor"])).every((deed) => deed.endsWith(".see"))).toBe(true);
    expect(allowed(operator(["auditor"])).length).toBeGreaterThan(10);
  });

  it("an administrator may do whatever any operator may, and nothing that is another party's to do", () => {
    const admin = operator(["administrator"]);
    for (const role of roles) for (const deed of allowed(operator([role]))) expect(can(admin, deed), deed).toBe(true);
    for (const deed of ["settlement.confirm", "payouts.withdraw", "orders.place"] as const)
      expect(can(admin, deed), deed).toBe(false);
  });

  it("a second role only adds", () => {
    fc.assert(
      fc.property(fc.constantFrom(...roles), fc.constantFrom(...roles), (one, other) => {
        const both = new Set(allowed(operator([one, other])));
        return [...allowed(operator([one])), ...allowed(operator([other]))].every((deed) => both.has(deed));
      }),
    );
  });

  it("nobody without a role, and nobody who is not signed in, may do anything", () => {
    expect(allowed(operator([]))).toEqual([]);
    expect(allowed(anonymous)).toEqual([]);
  });

  it.each([
    [
      "merchandiser",
      ["catalog.price", "suppliers.review", "sessions.publish"],
      ["payouts.make", "sessions.cutOff", "ledger.see", "people.see"],
    ],
    [
      "operations",
      ["sessions.cutOff", "leaders.review", "fulfilment.receive"],
      ["payouts.approve", "catalog.price", "people.edit", "settings.edit"],
    ],
    [
      "finance",
      ["payouts.make", "payouts.approve", "ledger.see", "settlement.approve"],
      ["sessions.cutOff", "catalog.price", "aftersales.decide"],
    ],
    [
      "support",
      ["aftersales.decide", "orders.cancel", "messages.see"],
      ["payouts.make", "catalog.price", "sessions.cutOff", "audit.see"],
    ],
    [
      "warehouse",
      ["fulfilment.receive", "fulfilment.load"],
      ["orders.see", "today.see", "fulfilment.arrive", "pii.reveal"],
    ],
    ["driver", ["fulfilment.load", "fulfilment.arrive"], ["orders.see", "fulfilment.receive", "pii.reveal"]],
  ] as const)("%s: what the role is for, and what it is kept from", (role, may, mayNot) => {
    for (const deed of may) expect(can(operator([role]), deed), deed).toBe(true);
    for (const deed of mayNot) expect(can(operator([role]), deed), deed).toBe(false);
  });

  it("people and settings are the administrator's alone", () => {
    for (const role of roles) {
      expect(can(operator([role]), "people.edit")).toBe(role === "administrator");
      expect(can(operator([role]), "settings.edit")).toBe(role === "administrator");
    }
  });

  it("only the supplier's owner confirms a statement", () => {
    expect(can(supplier("owner"), "settlement.confirm")).toBe(true);
    expect(can(supplier("staff"), "settlement.confirm")).toBe(false);
  });
});

describe("scope", () => {
  it("a supplier never sees another's, whatever the deed", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...deeds),
        fc.constantFrom("owner" as const, "staff" as const),
        (deed, role) => !can(supplier(role, "sup_1"), deed, { supplierId: "sup_2" }),
      ),
    );
  });

  it("a leader never sees another's, a resident never another's", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...deeds),
        (deed) =>
          !can(leader("ldr_1"), deed, { leaderId: "ldr_2" }) && !can(resident("res_1"), deed, { residentId: "res_2" }),
      ),
    );
  });

  it("an operator limited to cities does nothing in another city", () => {
    const here = operator(["administrator"], { cityIds: ["rgn_a"] });
    fc.assert(
      fc.property(
        fc.constantFrom(...deeds),
        (deed) => !can(here, deed, { cityId: "rgn_b" }) && !can(here, deed, { cityIds: ["rgn_b", "rgn_c"] }),
      ),
    );
    expect(can(here, "orders.see", { cityId: "rgn_a" })).toBe(true);
    expect(sees(here, "orders.see")).toEqual({ cityIds: ["rgn_a"] });
  });

  it("warehouse and driver work only at their sites", () => {
    const worker = operator(["warehouse"], { siteIds: ["whs_1"] });
    expect(can(worker, "fulfilment.receive", { siteId: "whs_1" })).toBe(true);
    expect(can(worker, "fulfilment.receive", { siteId: "whs_2" })).toBe(false);
    expect(sees(worker, "fulfilment.see")).toEqual({ siteIds: ["whs_1"] });
  });

  it("lists are narrowed to one's own", () => {
    expect(sees(supplier("staff", "sup_9"), "procurement.see")).toEqual({ supplierId: "sup_9" });
    expect(sees(leader("ldr_9"), "orders.see")).toEqual({ leaderId: "ldr_9" });
    expect(sees(resident("res_9"), "orders.see")).toEqual({ residentId: "res_9" });
    expect(() => sees(leader(), "ledger.see")).toThrow("forbidden");
  });
});

describe("waiting and landing", () => {
  it("the wait after wrong tries doubles and never passes an hour", () => {
    expect([3, 4, 5, 6, 7].map((n) => backoffSeconds(n, 5))).toEqual([0, 0, 30, 60, 120]);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10_000 }),
        fc.integer({ min: 1, max: 100 }),
        (n, free) => backoffSeconds(n, free) <= 3600 && backoffSeconds(n + 1, free) >= backoffSeconds(n, free),
      ),
    );
  });

  it("each person lands on the page of their own day", () => {
    expect(homeOf(operator(["operations"]))).toBe("/today");
    expect(homeOf(operator(["warehouse"]))).toBe("/site");
    expect(homeOf(operator(["warehouse", "operations"]))).toBe("/today");
    expect(homeOf(supplier("owner"))).toBe("/supplier");
    expect(homeOf(leader())).toBe("/leader");
  });
});
