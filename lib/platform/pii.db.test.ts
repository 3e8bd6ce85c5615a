import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blindIndex, maskPhone, seal, unseal } from "./pii";

describe("personal data at rest", () => {
  it("what was sealed opens again, in its own place", () => {
    fc.assert(fc.property(fc.string(), (text) => unseal(seal(text, "leader.phone"), "leader.phone") === text));
  });

  it("a value moved to another column does not open", () => {
    const sealed = seal("13800000001", "leader.phone");
    expect(() => unseal(sealed, "supplier.phone")).toThrow();
  });

  it("a value with one bit turned does not open", () => {
    const sealed = seal("13800000001", "leader.phone");
    const bytes = Buffer.from(sealed.slice(3), "base64url");
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    expect(() => unseal(`k1.${bytes.toString("base64url")}`, "leader.phone")).toThrow();
  });

  it("the same number is sealed differently each time, and found by the same index", () => {
    expect(seal("13800000001", "leader.phone")).not.toBe(seal("13800000001", "leader.phone"));
    expect(blindIndex("13800000001")).toBe(blindIndex(" 13800000001 "));
    expect(blindIndex("13800000001")).not.toBe(blindIndex("13800000002"));
    expect(blindIndex("13800000001")).not.toContain("138");
  });

  it("a masked number keeps three and four digits", () => {
    expect(maskPhone("13812344417")).toBe("138****4417");
  });
});
