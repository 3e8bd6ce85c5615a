"use server";
import { getTranslations } from "next-intl/server";
import { act } from "#app/_adapters/action";
import { checkPriceList, commitPriceList } from "#lib/catalog/commands/import";
import { copyYesterdaysQuotes, quoteSku } from "#lib/catalog/commands/pricing";
import { draftProduct, editProduct } from "#lib/catalog/commands/product";
import { checkInput, commitInput, copyQuotesInput, draftInput, editInput, proposeInput } from "#lib/catalog/schema";
import type { ActionAnswer } from "#lib/kernel/answer";
import { bytesOf } from "#lib/platform/files";

type Previous = ActionAnswer | null;
const words = () => getTranslations("catalog");

export async function create(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(draftInput, async (actor, { picture, submit, supplierId: _, ...facts }) => {
    const { productId } = await draftProduct(actor, {
      ...facts,
      supplierId: actor.supplierId ?? "",
      submit: submit === "yes",
      picture: picture ? await bytesOf(picture) : undefined,
    });
    return {
      message: (await words())(submit ? "done.created" : "done.drafted"),
      redirect: `/supplier/products/${productId}`,
    };
  })(previous, form);
}

export async function edit(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(editInput, async (actor, { picture, submit, ...facts }) => {
    await editProduct(actor, {
      ...facts,
      submit: submit === "yes",
      picture: picture ? await bytesOf(picture) : undefined,
    });
    return { message: (await words())(submit ? "done.created" : "done.saved") };
  })(previous, form);
}

export async function quote(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(proposeInput, async (actor, input) => {
    const { outcome } = await quoteSku(actor, input);
    return { message: (await words())(`done.quoted.${outcome}`) };
  })(previous, form);
}

export async function copyQuotes(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(copyQuotesInput, async (actor) => {
    const { copied } = await copyYesterdaysQuotes(actor, { supplierId: actor.supplierId ?? "" });
    return {
      message: copied > 0 ? (await words())("done.copied", { count: copied }) : (await words())("done.copiedNone"),
    };
  })(previous, form);
}

export async function check(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(checkInput, async (actor, input) => {
    const { name, bytes } = await bytesOf(input.file);
    const { importId } = await checkPriceList(actor, { supplierId: actor.supplierId ?? "", fileName: name, bytes });
    return { redirect: `/supplier/products/import/${importId}` };
  })(previous, form);
}

export async function commit(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(commitInput, async (actor, input) => {
    const { totals } = await commitPriceList(actor, input);
    return {
      message: (await words())("imports.committed", {
        created: totals.productsCreated,
        updated: totals.productsUpdated,
        quotes: totals.quotesCreated + totals.quotesChanged,
      }),
    };
  })(previous, form);
}
