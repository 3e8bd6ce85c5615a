import { createTranslator } from "next-intl";
import { messages } from "#lib/words/index";

/** What the screens say, from the same sentences: `say("orders.cancelVerb", { amount: "¥3.21" })`. */
export const say = createTranslator({ locale: "zh-CN", messages: messages("zh-CN") });

/** A sentence with whatever stands in the places of its values: `like("fulfilment.pickup.give")` is 交付 … 件. */
export const like = (key: Parameters<typeof say.raw>[0]): RegExp =>
  new RegExp(
    `^${String(say.raw(key))
      .split(/\{[^}]*\}/)
      .map((part) => part.replace(/[.*+?^$()|[\]\\]/g, "\\$&"))
      .join(".+")}$`,
  );
