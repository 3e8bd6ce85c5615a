"use server";
import { getTranslations } from "next-intl/server";
import { z } from "zod";
import { act } from "#app/_adapters/action";
import { cloneSession, cloneWeek } from "#lib/campaigns/commands/clone";
import {
  addItems,
  bulkEditItems,
  changeItem,
  changePrice,
  decidePrice,
  pauseOffer,
  removeItems,
  resumeOffer,
  stopOffer,
} from "#lib/campaigns/commands/items";
import { moveSession } from "#lib/campaigns/commands/move";
import {
  approveSession,
  cancelSession,
  draftSession,
  editSession,
  pauseSession,
  publishSession,
  resumeSession,
  returnSession,
} from "#lib/campaigns/commands/sessions";
import { dropTemplate, fillFromTemplate, saveTemplate } from "#lib/campaigns/commands/templates";
import {
  bulkEditInput,
  cancelSessionInput,
  changeItemInput,
  changePriceInput,
  cloneSessionInput,
  cloneWeekInput,
  decidePriceInput,
  draftSessionInput,
  editSessionInput,
  fillFromTemplateInput,
  moveSessionInput,
  offerRefInput,
  pauseSessionInput,
  removeItemsInput,
  returnSessionInput,
  saveTemplateInput,
  sessionRefInput,
  stopOfferInput,
  templateRefInput,
} from "#lib/campaigns/schema";
import type { ActionAnswer } from "#lib/kernel/answer";
import { fen, yuan } from "#lib/kernel/money";
import { cutOffSession } from "#lib/orders/commands/cutoff";
import { refundPriceDrop } from "#lib/orders/commands/price-drop";
import { priceDropInput } from "#lib/orders/schema";

type Previous = ActionAnswer | null;
const words = () => getTranslations("campaigns");
const plans = () => getTranslations("planning");

export async function create(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(draftSessionInput, async (actor, input) => {
    const id = await draftSession(actor, input);
    return { message: (await words())("created"), redirect: `/sessions/${id}` };
  })(previous, form);
}

export async function edit(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(editSessionInput, async (actor, input) => {
    await editSession(actor, input);
    return { message: (await words())("saved") };
  })(previous, form);
}

export async function clone(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(cloneSessionInput, async (actor, input) => {
    const { id, items, leftOut } = await cloneSession(actor, input);
    const t = await words();
    return {
      message: leftOut > 0 ? t("clonedLess", { items, leftOut }) : t("cloned", { items }),
      redirect: `/sessions/${id}`,
    };
  })(previous, form);
}

const few = (names: readonly string[]) => [...new Set(names)].slice(0, 5).join("、") || "—";

export async function week(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(cloneWeekInput, async (actor, input) => {
    const { made, skippedDays } = await cloneWeek(actor, input);
    const left = made.flatMap((m) => m.left);
    const t = await plans();
    const count = made.length;
    return {
      message:
        left.length > 0 || skippedDays.length > 0
          ? t("week.less", { count, days: few(skippedDays), left: left.length, names: few(left.map((l) => l.name)) })
          : t("week.done", { count }),
      redirect: "/sessions?view=draft",
    };
  })(previous, form);
}

export async function publish(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(sessionRefInput.extend({ opens: z.string().default("") }), async (actor, { sessionId, opens }) => {
    const { state } = await publishSession(actor, { sessionId });
    return {
      message:
        state === "published" ? (await words())("published", { opensAt: opens }) : (await plans())("review.submitted"),
    };
  })(previous, form);
}

export async function approve(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(sessionRefInput, async (actor, input) => {
    await approveSession(actor, input);
    return { message: (await plans())("review.approved") };
  })(previous, form);
}

export async function sendBack(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(
    returnSessionInput.omit({ note: true }).extend({ reason: returnSessionInput.shape.note }),
    async (actor, e) => {
      await returnSession(actor, { sessionId: e.sessionId, note: e.reason });
      return { message: (await plans())("review.sentBack") };
    },
  )(previous, form);
}

export async function hold(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(pauseSessionInput, async (actor, input) => {
    await pauseSession(actor, input);
    return { message: (await plans())("hold.paused") };
  })(previous, form);
}

export async function release(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(sessionRefInput, async (actor, input) => {
    await resumeSession(actor, input);
    return { message: (await plans())("hold.resumed") };
  })(previous, form);
}

export async function move(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(moveSessionInput, async (actor, input) => {
    await moveSession(actor, input);
    return { message: (await plans())("move.done") };
  })(previous, form);
}

export async function cancel(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(cancelSessionInput, async (actor, input) => {
    await cancelSession(actor, input);
    return { message: (await words())("cancelled") };
  })(previous, form);
}

export async function cutOffNow(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(
    z.object({ sessionId: z.string(), reason: z.string().trim().min(2, "reasonRequired").max(200) }),
    async (actor, input) => {
      await cutOffSession(actor, input);
      return { message: (await words())("cutOffDone") };
    },
  )(previous, form);
}

export async function add(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(z.object({ sessionId: z.string(), skuId: z.array(z.string()).min(1) }), async (actor, input) => {
    const { added } = await addItems(actor, {
      sessionId: input.sessionId,
      items: input.skuId.map((skuId) => ({ skuId })),
    });
    return { message: (await words())("itemsAdded", { count: added }) };
  })(previous, form);
}

export async function change(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(changeItemInput, async (actor, input) => {
    await changeItem(actor, input);
    return { message: (await words())("saved") };
  })(previous, form);
}

export async function bulkEdit(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(bulkEditInput, async (actor, input) => {
    const done = await bulkEditItems(actor, input);
    return { message: (await plans())(done.inReview > 0 ? "bulk.waiting" : "bulk.done", done) };
  })(previous, form);
}

export async function reprice(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(changePriceInput, async (actor, input) => {
    const { state } = await changePrice(actor, input);
    return {
      message:
        state === "changed"
          ? (await words())("repriced", { price: yuan(fen(input.priceFen)) })
          : (await plans())("requests.waits"),
    };
  })(previous, form);
}

export async function decide(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(decidePriceInput.extend({ approve: z.enum(["1", "0"]) }), async (actor, { requestId, approve: said }) => {
    await decidePrice(actor, { requestId, approve: said === "1" });
    return { message: (await plans())(said === "1" ? "requests.approved" : "requests.declined") };
  })(previous, form);
}

export async function refundDrop(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(priceDropInput, async (actor, input) => {
    const { lines, amountFen, left } = await refundPriceDrop(actor, input);
    return {
      message: (await plans())(left > 0 ? "drops.more" : "drops.done", { lines, amount: yuan(amountFen), left }),
    };
  })(previous, form);
}

export async function remove(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(removeItemsInput, async (actor, input) => {
    await removeItems(actor, input);
    return { message: (await words())("itemRemoved") };
  })(previous, form);
}

export async function pause(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(offerRefInput, async (actor, input) => {
    await pauseOffer(actor, input);
    return { message: (await words())("paused") };
  })(previous, form);
}

export async function resume(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(offerRefInput, async (actor, input) => {
    await resumeOffer(actor, input);
    return { message: (await words())("resumed") };
  })(previous, form);
}

export async function stop(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(stopOfferInput, async (actor, input) => {
    await stopOffer(actor, input);
    return { message: (await plans())("hold.stopped") };
  })(previous, form);
}

export async function keepTemplate(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(saveTemplateInput, async (actor, input) => {
    await saveTemplate(actor, input);
    return { message: (await plans())("templates.saved") };
  })(previous, form);
}

export async function forgetTemplate(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(templateRefInput, async (actor, input) => {
    await dropTemplate(actor, input);
    return { message: (await plans())("templates.dropped") };
  })(previous, form);
}

export async function fill(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(fillFromTemplateInput, async (actor, input) => {
    const { slotId, items, left } = await fillFromTemplate(actor, input);
    const t = await plans();
    return {
      message:
        left.length > 0
          ? t("templates.filledLess", { items, names: few(left.map((l) => l.name)) })
          : t("templates.filled", { items }),
      ...(slotId ? { redirect: `/flash/${slotId}` } : {}),
    };
  })(previous, form);
}
