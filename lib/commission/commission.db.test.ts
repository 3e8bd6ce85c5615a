import { describe, expect, test } from "vitest";
import { later } from "#lib/kernel/time";
import { underClock } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { makeCategory, operator, testMorning } from "#lib/testing/builders";
import { approveRule, draftRule, withdrawRule } from "./commands";
import { rulesAt, ruleViews } from "./queries";

const maker = operator("merchandiser");
const checker = operator("finance");
const hourLater = later(testMorning, 3_600_000);
const at = <T>(work: () => Promise<T>) => underClock(testMorning, work);

describe("commission rules", () => {
  test("an empty product already pays a commission: 10 % by default", async () => {
    expect(await rulesAt(testMorning)).toMatchObject([
      { id: "cmr_default", version: 1, scope: "default", rateBp: 1000 },
    ]);
  });

  test("a proposal does nothing until a second person approves it", () =>
    at(async () => {
      const scopeRef = await makeCategory();
      const ref = await draftRule(maker, {
        scope: "category",
        scopeRef,
        rateBp: 800,
        effectiveFrom: testMorning,
        reason: "叶菜毛利低",
      });
      expect((await rulesAt(hourLater)).some((r) => r.id === ref.id)).toBe(false);
      await expect(approveRule(maker, ref)).rejects.toMatchObject({ code: "twoPeople" });
      await approveRule(checker, ref);
      expect((await rulesAt(hourLater)).find((r) => r.id === ref.id)).toMatchObject({ rateBp: 800, scopeRef });
      expect((await ruleViews(checker)).find((r) => r.id === ref.id)?.standing).toBe("inForce");
    }));

  test("the database itself refuses one person in both chairs", () =>
    at(async () => {
      const ref = await draftRule(maker, {
        scope: "level",
        scopeRef: "3",
        rateBp: 1200,
        effectiveFrom: testMorning,
        reason: "三级团长",
      });
      await expect(
        prisma.commissionRule.update({ where: { id_version: ref }, data: { approvedBy: maker.id } }),
      ).rejects.toThrow(/commission_rule_two_people|check/);
      await withdrawRule(maker, ref);
    }));

  test("a change is a new version; what applied yesterday can still be read", () =>
    at(async () => {
      const scopeRef = await makeCategory();
      const first = await draftRule(maker, {
        scope: "category",
        scopeRef,
        rateBp: 800,
        effectiveFrom: testMorning,
        reason: "初始",
      });
      await approveRule(checker, first);
      const second = await draftRule(maker, {
        id: first.id,
        scope: "category",
        scopeRef,
        rateBp: 900,
        effectiveFrom: later(testMorning, 86_400_000),
        reason: "提高",
      });
      expect(second).toEqual({ id: first.id, version: 2 });
      await expect(
        draftRule(maker, { scope: "category", scopeRef, rateBp: 950, effectiveFrom: testMorning, reason: "再来" }),
      ).rejects.toMatchObject({ code: "ruleExists" });
      await expect(
        draftRule(maker, {
          id: first.id,
          scope: "category",
          scopeRef,
          rateBp: 950,
          effectiveFrom: testMorning,
          reason: "再来",
        }),
      ).rejects.toMatchObject({ code: "ruleWaiting" });
      await approveRule(checker, second);
      const rateAt = async (when: Date) => (await rulesAt(when)).find((r) => r.id === first.id)?.rateBp;
      expect(await rateAt(hourLater)).toBe(800);
      expect(await rateAt(later(testMorning, 90_000_000))).toBe(900);
    }));

  test("a rule never begins before it was approved", () =>
    at(async () => {
      const ref = await draftRule(maker, {
        scope: "product",
        scopeRef: "prd_x",
        rateBp: 500,
        effectiveFrom: later(testMorning, -86_400_000),
        reason: "测试",
      });
      await underClock(hourLater, () => approveRule(checker, ref));
      expect((await rulesAt(later(hourLater, -1))).some((r) => r.id === ref.id)).toBe(false);
      expect((await rulesAt(hourLater)).some((r) => r.id === ref.id)).toBe(true);
    }));

  test("the default never ends, an approved version is not withdrawn, and support has no say", () =>
    at(async () => {
      await expect(
        draftRule(maker, {
          scope: "default",
          rateBp: 900,
          effectiveFrom: testMorning,
          effectiveTo: hourLater,
          reason: "结束",
        }),
      ).rejects.toMatchObject({ code: "defaultNeverEnds" });
      await expect(withdrawRule(maker, { id: "cmr_default", version: 1 })).rejects.toMatchObject({
        code: "illegalTransition",
      });
      await expect(
        draftRule(operator("support"), { scope: "default", rateBp: 900, effectiveFrom: testMorning, reason: "试试" }),
      ).rejects.toMatchObject({ code: "forbidden" });
    }));
});
