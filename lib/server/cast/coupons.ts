import "server-only";
import type { Actor } from "#lib/identity/schema";
import { addDays, type Day, startOf } from "#lib/kernel/time";
import { claimCoupon } from "#lib/promotions/commands/coupons";
import { activateTemplate, createTemplate } from "#lib/promotions/commands/templates";
import type { CreateTemplateInput } from "#lib/promotions/schema/coupons";

/** The town's coupons: one on joining, one a supplier pays for, one for everybody who shops; ready for the whole history. */
export async function makeCoupons(
  staff: { merchandiser: Actor; operations: Actor },
  e: { from: Day; cityId: string; supplierId: string },
): Promise<string[]> {
  const window = { claimFrom: startOf(e.from), claimTo: startOf(addDays(e.from, 60)), cityIds: [e.cityId] };
  const templates: CreateTemplateInput[] = [
    {
      ...{ name: "新邻居满 30 减 5", kind: "amount", amountFen: 500, thresholdFen: 3000, validDays: 15 },
      ...{ grant: "signUp", funder: "platform", quota: 500, budgetFen: 250_000, ...window },
    },
    {
      ...{ name: "绿叶菜满 10 减 2", kind: "amount", amountFen: 200, thresholdFen: 1000, validDays: 30 },
      ...{ grant: "claim", funder: "supplier", funderId: e.supplierId, quota: 200, budgetFen: 60_000, ...window },
    },
    {
      ...{ name: "周末九折券", kind: "percent", percentBp: 1000, maxOffFen: 800, thresholdFen: 4000, validDays: 14 },
      ...{ grant: "claim", funder: "platform", stacks: true, quota: 300, perPerson: 2, budgetFen: 150_000, ...window },
    },
  ];
  const ids: string[] = [];
  for (const template of templates) {
    const templateId = await createTemplate(staff.merchandiser, template);
    await activateTemplate(staff.operations, { templateId, version: 1 });
    ids.push(templateId);
  }
  return ids;
}

/** Some residents take a coupon. */
export async function claimRound(people: readonly Actor[], templateId: string): Promise<void> {
  for (const person of people) await claimCoupon(person, { templateId });
}
