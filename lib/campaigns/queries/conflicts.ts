import "server-only";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { fen } from "#lib/kernel/money";
import { Refusal } from "#lib/kernel/refusal";
import { dayFromDate, daysBetween, parseDay } from "#lib/kernel/time";
import { prisma } from "#lib/platform/db";
import { findConflicts } from "../conflicts";
import { movedSession, sessionPlan, slotPlan } from "../plans";
import { offersById, offersOfSlots } from "../queries";
import type { Conflict, ScheduleChange } from "../schema";

async function sessionToSee(actor: Actor, id: string) {
  const session = await prisma.saleSession.findUnique({ where: { id }, include: { slots: true } });
  if (!session) throw new Refusal("notFound");
  authorise(actor, "sessions.see", { cityIds: session.cityIds });
  return session;
}

/** What stands in the way of a change somebody thinks of, blocks and warnings; the command of the same name refuses the blocks. Refuses: notFound, forbidden. */
export async function conflictsOf(actor: Actor, change: ScheduleChange): Promise<Conflict[]> {
  switch (change.kind) {
    case "publishSession":
      return findConflicts(prisma, await sessionPlan(prisma, await sessionToSee(actor, change.sessionId)));
    case "moveSession": {
      const session = await sessionToSee(actor, change.sessionId);
      const before = dayFromDate(session.businessDay);
      const businessDay = change.businessDay === undefined ? before : parseDay(change.businessDay);
      if (!businessDay) throw new Refusal("invalid", {}, [{ field: "businessDay", code: "day" }]);
      const shift = daysBetween(before, businessDay) * 86_400_000;
      return findConflicts(prisma, await movedSession(prisma, session, { ...change, businessDay, shift }));
    }
    case "addSlot": {
      const session = await sessionToSee(actor, change.sessionId);
      const homes = new Map((await offersById(change.items.map((i) => i.offerId))).map((o) => [o.id, o]));
      const items = change.items.flatMap((i) => {
        const home = homes.get(i.offerId);
        return home ? [{ ...home, priceFen: fen(i.priceFen), quota: i.quota }] : [];
      });
      return findConflicts(
        prisma,
        await slotPlan(prisma, {
          for: "publish",
          kind: change.slotKind ?? "flash",
          session,
          window: change,
          items,
          isCarved: false,
        }),
      );
    }
    default: {
      const slot = await prisma.flashSlot.findUnique({ where: { id: change.slotId } });
      if (!slot) throw new Refusal("notFound");
      const from = await sessionToSee(actor, slot.saleSessionId);
      const isElsewhere =
        change.kind !== "publishSlot" && change.sessionId !== undefined && change.sessionId !== from.id;
      const session = isElsewhere ? await sessionToSee(actor, change.sessionId ?? "") : from;
      const offers = (await offersOfSlots([slot.id])).filter((o) => o.state !== "closed" || slot.state === "cancelled");
      const isCopy = change.kind === "copySlot";
      return findConflicts(
        prisma,
        await slotPlan(prisma, {
          for: change.kind === "publishSlot" ? "publish" : isCopy ? "place" : "move",
          kind: slot.kind,
          session,
          window: change.kind === "publishSlot" ? slot : change,
          items: offers,
          isCarved: !isCopy && !isElsewhere,
          isOtherDay: session.businessDay.getTime() !== from.businessDay.getTime(),
          own: isCopy ? [] : offers.map((o) => o.id),
        }),
      );
    }
  }
}
