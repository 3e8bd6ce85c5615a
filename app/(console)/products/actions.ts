"use server";
import { getTranslations } from "next-intl/server";
import { act } from "#app/_adapters/action";
import { checkPriceList, commitPriceList } from "#lib/catalog/commands/import";
import { decideProposal, listProducts, priceByMarkup, priceSku, unlistProducts } from "#lib/catalog/commands/pricing";
import {
  approveProducts,
  archiveProducts,
  draftProduct,
  editProduct,
  restoreProducts,
  returnProduct,
} from "#lib/catalog/commands/product";
import {
  archiveInput,
  checkInput,
  commitInput,
  decideProposalInput,
  draftInput,
  editInput,
  markupInput,
  priceInput,
  productsInput,
  returnProductInput,
} from "#lib/catalog/schema";
import type { ActionAnswer } from "#lib/kernel/answer";
import { yuan } from "#lib/kernel/money";
import { bytesOf } from "#lib/platform/files";

type Previous = ActionAnswer | null;
const words = () => getTranslations("catalog");
const pictureOf = async (file: File | undefined) => (file ? bytesOf(file) : undefined);

export async function create(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(draftInput, async (actor, { picture, submit, supplierId, ...facts }) => {
    const { productId } = await draftProduct(actor, {
      ...facts,
      supplierId: supplierId ?? "",
      submit: submit === "yes",
      picture: await pictureOf(picture),
    });
    return { message: (await words())(submit ? "done.created" : "done.drafted"), redirect: `/products/${productId}` };
  })(previous, form);
}

export async function edit(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(editInput, async (actor, { picture, submit, ...facts }) => {
    await editProduct(actor, { ...facts, submit: submit === "yes", picture: await pictureOf(picture) });
    return { message: (await words())(submit ? "done.created" : "done.saved") };
  })(previous, form);
}

export async function approve(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(productsInput, async (actor, input) => ({
    message: (await words())("done.approved", await approveProducts(actor, { ids: input.id })),
  }))(previous, form);
}

export async function giveBack(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(returnProductInput, async (actor, input) => {
    await returnProduct(actor, input);
    return { message: (await words())("done.returned") };
  })(previous, form);
}

export async function archive(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(archiveInput, async (actor, input) => ({
    message: (await words())("done.archived", await archiveProducts(actor, { ids: input.id, reason: input.reason })),
  }))(previous, form);
}

export async function restore(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(productsInput, async (actor, input) => ({
    message: (await words())("done.restored", await restoreProducts(actor, { ids: input.id })),
  }))(previous, form);
}

export async function list(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(productsInput, async (actor, input) => ({
    message: (await words())("done.listed", await listProducts(actor, { ids: input.id })),
  }))(previous, form);
}

export async function unlist(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(productsInput, async (actor, input) => ({
    message: (await words())("done.unlisted", await unlistProducts(actor, { ids: input.id })),
  }))(previous, form);
}

export async function price(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(priceInput, async (actor, input) => {
    const { marginFen, unit } = await priceSku(actor, input);
    return { message: (await words())("done.pricedOne", { amount: yuan(marginFen), unit }) };
  })(previous, form);
}

export async function priceMany(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(markupInput, async (actor, { id, ...input }) => ({
    message: (await words())("done.priced", await priceByMarkup(actor, { ids: id, ...input })),
  }))(previous, form);
}

export async function decide(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(decideProposalInput, async (actor, input) => {
    await decideProposal(actor, { skuId: input.skuId, accept: input.accept === "yes" });
    return { message: (await words())(input.accept === "yes" ? "done.accepted" : "done.declined") };
  })(previous, form);
}

export async function check(previous: Previous, form: FormData): Promise<ActionAnswer> {
  return act(checkInput, async (actor, input) => {
    const { name, bytes } = await bytesOf(input.file);
    const { importId } = await checkPriceList(actor, { supplierId: input.supplierId ?? "", fileName: name, bytes });
    return { redirect: `/products/import/${importId}` };
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
