import { describe, expect, it } from "vitest";
import { byMinute } from "./by-minute";

const entry = (id: string, at: string, who: string) => ({ id, at, who });

describe("the timeline", () => {
  it("stands what one person did within one minute together, and parts people and minutes", () => {
    const groups = byMinute([
      entry("5", "2026-11-22T02:01:59Z", "沈佳"),
      entry("4", "2026-11-22T02:01:00Z", "沈佳"),
      entry("3", "2026-11-22T02:01:00Z", "何婷"),
      entry("2", "2026-11-22T02:01:00Z", "沈佳"),
      entry("1", "2026-11-22T02:00:59Z", "沈佳"),
    ]);
    expect(groups.map((group) => group.map((one) => one.id))).toEqual([["5", "4"], ["3"], ["2"], ["1"]]);
  });
});
