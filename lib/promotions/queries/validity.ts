import "server-only";
import type { ScheduleBar, Span } from "#lib/campaigns/schema/schedule";
import { sees } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { hour } from "#lib/kernel/time";
import { prisma } from "#lib/platform/db";

const openTo = (column: "cityIds" | "categoryIds", ids: readonly string[]) => ({
  OR: [{ [column]: { isEmpty: true } }, { [column]: { hasSome: [...ids] } }],
});

/**
 * The validity of coupon templates within a window, as bars of the timeline: from the first day a coupon can be used to the last.
 * Those that cannot be used in the city or for the category asked about are left out. Refuses: forbidden.
 */
export async function validityOf(
  actor: Actor,
  q: Span & { cityId?: string | undefined; categoryId?: string | undefined },
): Promise<ScheduleBar[]> {
  const mine = sees(actor, "coupons.see").cityIds;
  const cities = q.cityId ? [q.cityId] : mine;
  const rows = await prisma.couponTemplate.findMany({
    where: {
      state: { in: ["draft", "active", "paused", "ended"] },
      AND: [
        ...(cities ? [openTo("cityIds", cities)] : []),
        ...(q.categoryId ? [openTo("categoryIds", [q.categoryId])] : []),
      ],
    },
    orderBy: { id: "desc" },
    take: 200,
  });
  return rows
    .map((t): ScheduleBar => {
      const from = (t.validFrom ?? t.claimFrom).getTime();
      return {
        id: t.id,
        kind: "coupon",
        name: t.name,
        from,
        to: t.validTo?.getTime() ?? t.claimTo.getTime() + (t.validDays ?? 0) * 24 * hour,
        state: t.state === "draft" ? "draft" : t.state === "ended" ? "over" : "standing",
        isPaused: t.state === "paused",
        sessionId: null,
        businessDay: null,
        cityIds: t.cityIds,
        items: 0,
        goods: [],
        quota: t.quota,
        sold: t.claimed,
        keys: [],
        version: t.version,
        href: `/coupons/${t.id}`,
      };
    })
    .filter((bar) => bar.from < q.to && bar.to > q.from);
}
