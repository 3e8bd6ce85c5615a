import { describe, expect, it } from "vitest";
import { roles, systemActor } from "../identity/schema";
import { topicOf } from "./rules";
import { noticeKindNames, noticeKinds } from "./schema";

const actor = (more: object) => ({ ...systemActor("test"), kind: "operator" as const, id: "usr_1", ...more });

describe("what a browser may listen to", () => {
  it("is what its person may see", () => {
    const finance = actor({ roles: ["finance"] });
    expect(topicOf(finance, "withdrawal")).toBe("withdrawal");
    expect(topicOf(finance, "messages")).toBeNull();
    expect(topicOf(actor({ roles: ["support"] }), "withdrawal")).toBeNull();
    for (const role of roles) expect(topicOf(actor({ roles: [role] }), "clock")).toBe("clock");
  });

  it("is one's own bell and runs, never another's", () => {
    const me = actor({ roles: ["auditor"] });
    for (const name of ["notices", "runs"]) {
      expect(topicOf(me, name)).toBe(`${name}:usr_1`);
      expect(topicOf(me, `${name}:usr_1`)).toBe(`${name}:usr_1`);
      expect(topicOf(me, `${name}:usr_2`)).toBeNull();
    }
  });

  it("is a partner's own business, and nothing of the house", () => {
    const supplier = actor({ kind: "supplier", supplierId: "sup_1", supplierRole: "owner" });
    const leader = actor({ kind: "leader", leaderId: "ldr_1" });
    expect(topicOf(supplier, "mine")).toBe("supplier:sup_1");
    expect(topicOf(leader, "mine")).toBe("leader:ldr_1");
    for (const name of [
      "purchase",
      "statement",
      "today",
      "supplier:sup_2",
      "leader:ldr_2",
      "__proto__",
      "constructor",
    ]) {
      expect(topicOf(supplier, name), name).toBeNull();
      expect(topicOf(leader, name), name).toBeNull();
    }
    expect(topicOf(actor({ roles: ["administrator"] }), "mine")).toBeNull();
  });
});

it("every kind that waits for somebody in the house names the deed that settles it", () => {
  const house = noticeKindNames.filter((kind) => noticeKinds[kind].who !== null);
  expect(house.length).toBeGreaterThan(10);
  for (const kind of house) expect(noticeKinds[kind].deed, kind).not.toBeNull();
});
