import "server-only";
import sharp from "sharp";
import { guessCategory } from "#lib/catalog/categories";
import { listProducts, priceSku } from "#lib/catalog/commands/pricing";
import { approveProducts, draftProduct } from "#lib/catalog/commands/product";
import { type Actor, anonymous } from "#lib/identity/schema";
import { addDays, type Day } from "#lib/kernel/time";
import { today } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import {
  attachDocument,
  describeDocument,
  saveApplicationField,
  startApplication,
  submitApplication,
} from "#lib/suppliers/commands/apply";
import { approveApplication, giveVerdict } from "#lib/suppliers/commands/review";
import { applicationDossier } from "#lib/suppliers/queries";
import { documentsFor, type FieldName } from "#lib/suppliers/rules";
import type { SupplierFacts } from "./town";

const paperNames: Record<string, string> = {
  businessLicence: "营业执照",
  foodLicence: "食品经营许可证",
  identityCard: "身份证",
  originProof: "产地证明",
  testReport: "检测报告",
  bankProof: "开户许可证",
};

/** A paper of the demo: plainly a specimen, with its kind and its holder. */
async function paper(kind: string, holder: string): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="840" height="594"><rect width="840" height="594" fill="#fbf7ee"/><rect x="20" y="20" width="800" height="554" fill="none" stroke="#9a7b3f" stroke-width="6"/>
  <text x="420" y="150" font-size="54" text-anchor="middle" fill="#3b2f1d" font-family="Noto Sans CJK SC, sans-serif">${paperNames[kind] ?? kind}</text>
  <text x="420" y="290" font-size="32" text-anchor="middle" fill="#3b2f1d" font-family="Noto Sans CJK SC, sans-serif">${holder}</text>
  <text x="420" y="470" font-size="40" text-anchor="middle" fill="#b9472f" font-family="Noto Sans CJK SC, sans-serif">演示样张 SPECIMEN</text></svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}

const codeAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
/** A unified social credit code with a right checksum (GB 32100), made from a number. */
export function creditCode(n: number): string {
  const body = `91330100MA${String(n).padStart(7, "0")}`;
  let total = 0;
  let weight = 1;
  for (const c of body) {
    total += codeAlphabet.indexOf(c) * weight;
    weight = (weight * 3) % 31;
  }
  return body + codeAlphabet[(31 - (total % 31)) % 31];
}

/** An identity number with a right check character (GB 11643), made from a number. */
export function identityNumber(n: number): string {
  const body = `330106${1965 + (n % 25)}0${1 + (n % 9)}1${n % 10}${String(100 + (n % 900))}`;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const total = weights.reduce((sum, w, i) => sum + w * Number(body[i]), 0);
  return body + "10X98765432"[total % 11];
}

export type Applicant = SupplierFacts & { number: number; cityId: string; productNames: readonly string[] };

/** Fills in and hands in an application through its public link, as the applicant does; returns the application and its token. */
export async function applyAsSupplier(
  who: Applicant,
  options: { submit?: boolean; licenceUntil?: Day } = {},
): Promise<{ applicationId: string; token: string }> {
  const { applicationId, token } = await startApplication(anonymous, { subjectType: who.subjectType });
  const categoryIds = [...new Set(who.productNames.map(guessCategory))];
  const isFarmer = who.subjectType === "farmer";
  const fields: Partial<Record<FieldName, string>> = {
    name: who.name,
    ...(isFarmer
      ? { identityNumber: identityNumber(who.number) }
      : { creditCode: creditCode(who.number), legalName: who.legalName }),
    address: who.address,
    contactName: who.contactName,
    phone: who.phone,
    bankHolder: isFarmer ? who.legalName : who.name,
    bankName: "云溪农村商业银行",
    bankAccount: `62284800${String(who.number).padStart(8, "0")}`,
    categoryIds: categoryIds.join(","),
    cityIds: who.cityId,
    goods: who.goods,
  };
  for (const [field, value] of Object.entries(fields))
    await saveApplicationField(anonymous, { token, field: field as FieldName, value });
  const categories = await prisma.category.findMany({ where: { id: { in: categoryIds } } });
  const goods = categories.map((c) => ({
    isFresh: c.isFresh,
    isFood: !["cat_paper", "cat_wash", "cat_household", "cat_flower"].includes(c.id),
  }));
  for (const need of documentsFor(who.subjectType, goods)) {
    if (!need.required) continue;
    const { documentId } = await attachDocument(anonymous, {
      token,
      kind: need.kind,
      fileName: `${paperNames[need.kind]}.png`,
      bytes: await paper(need.kind, who.name),
    });
    await describeDocument(anonymous, {
      token,
      documentId,
      number: `${need.kind.slice(0, 2).toUpperCase()}${who.number}`,
      ...(need.expiry === "none"
        ? {}
        : {
            expiresDay:
              need.kind === "testReport" ? addDays(today(), 150) : (options.licenceUntil ?? addDays(today(), 900)),
          }),
    });
  }
  if (options.submit !== false) await submitApplication(anonymous, { token });
  return { applicationId, token };
}

/** Reviews an application item by item, finds all of it right, and takes the supplier on. */
export async function takeOn(
  reviewer: Actor,
  applicationId: string,
  terms: { cycleDays: number; shortagePenaltyBp: number },
): Promise<string> {
  const { items } = await applicationDossier(reviewer, applicationId);
  for (const item of items) await giveVerdict(reviewer, { applicationId, field: item.field, verdict: "ok" });
  const { supplierId } = await approveApplication(reviewer, { applicationId, model: "supplyPrice", ...terms });
  return supplierId;
}

export type Goods = {
  name: string;
  spec: string;
  unit: string;
  supplyFen: number;
  saleFen: number;
  casePack: number;
  origin: string;
  shelfLifeDays: number;
  dailyQuota: number;
};

/** The supplier types a product, the merchandiser approves, prices and lists it; returns its SKU. */
export async function putOnSale(merchandiser: Actor, supplier: Actor, goods: Goods): Promise<string> {
  const categoryId = guessCategory(goods.name);
  const isCold = ["cat_frozen"].includes(categoryId);
  const { productId, skuId } = await draftProduct(supplier, {
    supplierId: supplier.supplierId ?? "",
    categoryId,
    name: goods.name,
    spec: goods.spec,
    unit: goods.unit,
    origin: goods.origin,
    storage: isCold ? "frozen" : goods.shelfLifeDays <= 10 ? "chilled" : "ambient",
    shelfLifeDays: goods.shelfLifeDays,
    casePack: goods.casePack,
    supplyPriceFen: goods.supplyFen,
    dailyQuota: goods.dailyQuota,
    submit: true,
  });
  await approveProducts(merchandiser, { ids: [productId] });
  await priceSku(merchandiser, {
    skuId,
    supplyPriceFen: goods.supplyFen,
    salePriceFen: goods.saleFen,
    dailyQuota: goods.dailyQuota,
  });
  await listProducts(merchandiser, { ids: [productId] });
  return skuId;
}
