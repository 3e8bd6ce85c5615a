import { describe, expect, it } from "vitest";
import { changesOf, factText } from "./changes";

describe("the log in words", () => {
  it("shows only what changed", () => {
    expect(
      changesOf({ roles: ["support"], name: "何婷" }, { roles: ["support", "finance"], name: "何婷" }, "zh-CN"),
    ).toEqual([{ key: "roles", field: "角色", before: "客服", after: "客服、财务" }]);
  });

  it("money is yuan, rates are percent, instants are Beijing time, nothing is nothing", () => {
    expect(factText("totalFen", 123450, "zh-CN")).toBe("¥1,234.50");
    expect(factText("rateBp", 850, "zh-CN")).toBe("8.50%");
    expect(factText("cutOffAt", "2026-11-22T15:00:00.000Z", "zh-CN")).toBe("11-22 23:00");
    expect([factText("x", null, "en"), factText("x", "", "en"), factText("x", [], "en")]).toEqual([null, null, null]);
  });

  it("a fact first written has no before", () => {
    expect(changesOf(null, { state: "approved" }, "zh-CN")).toEqual([
      { key: "state", field: "状态", before: null, after: "已通过" },
    ]);
  });
});
