"use server";
import { getTranslations } from "next-intl/server";
import { act } from "#app/_adapters/action";
import type { ActionAnswer } from "#lib/kernel/answer";
import { grantCoupons } from "#lib/promotions/commands/coupons";
import {
  activateTemplate,
  changeTemplate,
  createTemplate,
  endTemplate,
  pauseTemplate,
} from "#lib/promotions/commands/templates";
import {
  changeTemplateInput,
  createTemplateInput,
  grantCouponsInput,
  templateRefInput,
} from "#lib/promotions/schema/coupons";

type Previous = ActionAnswer | null;
const words = () => getTranslations("promotions");

export async function create(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(createTemplateInput, async (actor, input) => {
    const id = await createTemplate(actor, input);
    return { message: (await words())("saved"), redirect: `/coupons/${id}` };
  })(previous, form);
}

export async function change(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(changeTemplateInput, async (actor, input) => {
    await changeTemplate(actor, input);
    return { message: (await words())("saved") };
  })(previous, form);
}

export async function activate(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(templateRefInput, async (actor, input) => {
    await activateTemplate(actor, input);
    return { message: (await words())("activated") };
  })(previous, form);
}

export async function pause(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(templateRefInput, async (actor, input) => {
    await pauseTemplate(actor, input);
    return { message: (await words())("paused") };
  })(previous, form);
}

export async function end(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(templateRefInput, async (actor, input) => {
    await endTemplate(actor, input);
    return { message: (await words())("ended") };
  })(previous, form);
}

export async function grant(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(grantCouponsInput, async (actor, input) => {
    const { granted, skipped } = await grantCoupons(actor, input);
    const t = await words();
    const rest = skipped.map((s) => `${s.to} ${t(`skipped.${s.why}`)}`).join("；");
    return {
      message: [
        t("granted", { count: granted }),
        ...(rest ? [t("grantSkipped", { count: skipped.length }), rest] : []),
      ].join(" "),
    };
  })(previous, form);
}
