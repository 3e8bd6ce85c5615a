import { beforeAll, describe, expect, test } from "vitest";
import { timelineOf } from "#lib/audit/queries";
import { type Actor, anonymous } from "#lib/identity/schema";
import { fen } from "#lib/kernel/money";
import { addDays, day } from "#lib/kernel/time";
import { goodsAccepted } from "#lib/ledger/rules";
import { balancesOf, post } from "#lib/ledger/steps";
import { today, underClock } from "#lib/platform/clock";
import { prisma, transact } from "#lib/platform/db";
import { listPage, viewAsk } from "#lib/platform/list";
import { drain } from "#lib/platform/news";
import { operator, supplierActor } from "#lib/testing/builders";
import {
  attachDocument,
  describeDocument,
  removeDocument,
  saveApplicationField,
  startApplication,
  submitApplication,
} from "./commands/apply";
import { approveApplication, giveVerdict, rejectApplication, returnApplication } from "./commands/review";
import { editSupplier, restoreSupplier, revealApplication, suspendSupplier } from "./commands/supplier";
import { supplierApplicationList, supplierBulk, supplierList } from "./lists";
import { applicationByToken, applicationDossier, supplierForPurchase, supplierRecord } from "./queries";
import { reactions, sweeps } from "./reactions";
import type { FieldName, SubjectType } from "./rules";
import { raiseClaim } from "./steps";

const merchandiser = operator("merchandiser");
const terms = { model: "supplyPrice" as const, cycleDays: 7, shortagePenaltyBp: 500 };
const pdf = Buffer.from("%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n");
const codes = ["91110108551385082Q"];
let phone = 13_600_000_000;

const facts: Record<SubjectType, Partial<Record<FieldName, string>>> = {
  company: {
    name: "青岚果业有限公司",
    creditCode: codes[0],
    legalName: "孟成",
    address: "北京市大兴区 1 号",
    contactName: "孟成",
    bankHolder: "青岚果业有限公司",
    bankName: "农业银行大兴支行",
    bankAccount: "6222020012345678",
    categoryIds: "cat_fruit",
    cityIds: "rgn_110100",
    goods: "脐橙",
  },
  soleTrader: {},
  cooperative: {},
  farmer: {
    name: "李大山",
    identityNumber: "11010519491231002X",
    address: "北京市密云区 2 号",
    contactName: "李大山",
    bankHolder: "李大山",
    bankName: "邮储银行",
    bankAccount: "62179900001234",
    categoryIds: "cat_leafy",
    cityIds: "rgn_110100",
    goods: "油菜",
  },
};

async function filled(type: SubjectType, change: Partial<Record<FieldName, string>> = {}) {
  const { token, applicationId } = await startApplication(anonymous, { subjectType: type });
  const own = { ...facts[type], phone: String(++phone), ...change };
  for (const [field, value] of Object.entries(own))
    await saveApplicationField(anonymous, { token, field: field as FieldName, value: value ?? "" });
  for (const need of (await applicationByToken(token)).requirements.filter((r) => r.required)) {
    const { documentId } = await attachDocument(anonymous, {
      token,
      kind: need.kind,
      fileName: "证照.pdf",
      bytes: pdf,
    });
    if (need.expiry === "required")
      await describeDocument(anonymous, { token, documentId, expiresDay: addDays(today(), 200) });
  }
  return { token, applicationId };
}

async function judgeAll(actor: Actor, applicationId: string, fix: Record<string, string> = {}) {
  for (const { field, verdict } of (await applicationDossier(actor, applicationId)).items) {
    if (verdict) continue;
    await giveVerdict(actor, { applicationId, field, verdict: field in fix ? "fix" : "ok", reason: fix[field] });
  }
}

const refusal = (code: string) => expect.objectContaining({ code });

describe("an application saves itself and is handed in whole", () => {
  test("every field stays as it was left, right or wrong, and the link comes by SMS once", async () => {
    const { token } = await startApplication(anonymous, { subjectType: "company" });
    expect(
      await saveApplicationField(anonymous, { token, field: "creditCode", value: "9111 0108 5513 8508 2A" }),
    ).toMatchObject({ problem: "creditCode" });
    expect(await saveApplicationField(anonymous, { token, field: "phone", value: "13612340001" })).toMatchObject({
      problem: null,
    });
    await saveApplicationField(anonymous, { token, field: "phone", value: "13612340002" });
    const seen = await applicationByToken(token);
    expect(seen.values).toMatchObject({ creditCode: "91110108551385082A", phone: "13612340002" });
    expect(seen.problems).toMatchObject({
      creditCode: "creditCode",
      name: "required",
      "document.businessLicence": "paperMissing",
    });
    expect(await prisma.message.count({ where: { recipientId: seen.id, template: "supplierResume" } })).toBe(1);
  });

  test("two fields saved in the same moment both stay", async () => {
    const { token } = await startApplication(anonymous, { subjectType: "company" });
    await Promise.all(
      ["name", "legalName", "address", "bankName", "goods"].map((field) =>
        saveApplicationField(anonymous, { token, field: field as FieldName, value: `值-${field}` }),
      ),
    );
    expect((await applicationByToken(token)).values).toMatchObject({
      name: "值-name",
      legalName: "值-legalName",
      address: "值-address",
      bankName: "值-bankName",
      goods: "值-goods",
    });
  });

  test("identity and bank numbers lie sealed and show their last four", async () => {
    const { token, applicationId } = await startApplication(anonymous, { subjectType: "farmer" });
    await saveApplicationField(anonymous, { token, field: "identityNumber", value: "11010519491231002x" });
    await saveApplicationField(anonymous, { token, field: "bankAccount", value: "6217 9900 0012 34" });
    const row = await prisma.supplierApplication.findUniqueOrThrow({ where: { id: applicationId } });
    expect(JSON.stringify(row)).not.toContain("11010519491231002X");
    expect(JSON.stringify(row)).not.toContain("62179900001234");
    expect((await applicationByToken(token)).values).toMatchObject({
      identityNumber: "****002X",
      bankAccount: "****1234",
    });
  });

  test("what is missing is named when it is handed in", async () => {
    const { token } = await startApplication(anonymous, { subjectType: "farmer" });
    await expect(submitApplication(anonymous, { token })).rejects.toMatchObject({
      code: "invalid",
      fields: expect.arrayContaining([
        { field: "identityNumber", code: "required" },
        { field: "document.originProof", code: "paperMissing" },
      ]),
    });
  });

  test("a wrong link opens nothing", async () => {
    await expect(applicationByToken("x".repeat(32))).rejects.toEqual(refusal("notFound"));
    await expect(saveApplicationField(anonymous, { token: "x".repeat(32), field: "name", value: "…" })).rejects.toEqual(
      refusal("notFound"),
    );
  });
});

describe("review", () => {
  let token: string;
  let applicationId: string;
  beforeAll(async () => {
    ({ token, applicationId } = await filled("company"));
    await submitApplication(anonymous, { token });
  });

  test("what is handed in cannot be changed meanwhile, and a draft is nobody's business", async () => {
    await expect(saveApplicationField(anonymous, { token, field: "name", value: "别的" })).rejects.toEqual(
      refusal("applicationClosed"),
    );
    const draft = await startApplication(anonymous, { subjectType: "company" });
    await expect(applicationDossier(merchandiser, draft.applicationId)).rejects.toEqual(refusal("notFound"));
  });

  test("the same subject cannot apply beside it", async () => {
    const twin = await filled("company");
    expect((await applicationByToken(twin.token)).isDuplicate).toBe(true);
    await expect(submitApplication(anonymous, { token: twin.token })).rejects.toEqual(refusal("creditCodeTaken"));
  });

  test("who may not review may not judge", async () => {
    await expect(giveVerdict(operator("finance"), { applicationId, field: "name", verdict: "ok" })).rejects.toEqual(
      refusal("forbidden"),
    );
    await expect(
      giveVerdict(supplierActor("sup_other"), { applicationId, field: "name", verdict: "ok" }),
    ).rejects.toEqual(refusal("forbidden"));
  });

  test("a mark to mend needs its reason, and nothing is approved while items are open", async () => {
    await expect(giveVerdict(merchandiser, { applicationId, field: "name", verdict: "fix" })).rejects.toEqual(
      refusal("reasonRequired"),
    );
    await expect(approveApplication(merchandiser, { applicationId, ...terms })).rejects.toEqual(refusal("itemsOpen"));
    await expect(returnApplication(merchandiser, { applicationId })).rejects.toEqual(refusal("nothingToReturn"));
  });

  test("a return asks only for the marked items; the rest keeps its verdict", async () => {
    await judgeAll(merchandiser, applicationId, {
      bankHolder: "开户名与主体不一致",
      "document.foodLicence": "照片不清晰",
    });
    await returnApplication(merchandiser, { applicationId });
    const seen = await applicationByToken(token);
    expect(seen.asked).toEqual({ bankHolder: "开户名与主体不一致", "document.foodLicence": "照片不清晰" });
    await expect(saveApplicationField(anonymous, { token, field: "name", value: "别的" })).rejects.toEqual(
      refusal("fieldSettled"),
    );
    const [food] = seen.documents.filter((d) => d.kind === "foodLicence");
    const [licence] = seen.documents.filter((d) => d.kind === "businessLicence");
    await expect(removeDocument(anonymous, { token, documentId: licence?.id ?? "" })).rejects.toEqual(
      refusal("fieldSettled"),
    );
    await removeDocument(anonymous, { token, documentId: food?.id ?? "" });
    const { documentId } = await attachDocument(anonymous, {
      token,
      kind: "foodLicence",
      fileName: "新证.pdf",
      bytes: pdf,
    });
    await describeDocument(anonymous, { token, documentId, expiresDay: addDays(today(), 300) });
    await submitApplication(anonymous, { token });
    const dossier = await applicationDossier(merchandiser, applicationId);
    expect(dossier.round).toBe(2);
    expect(dossier.standing.open.toSorted()).toEqual(["bankHolder", "document.foodLicence"]);
    expect(dossier.items.find((i) => i.field === "bankHolder")).toMatchObject({
      askedBefore: "开户名与主体不一致",
      reasons: ["开户名与主体不一致"],
    });
  });

  test("approval makes supplier, contract, papers and the owner's account at once", async () => {
    await judgeAll(merchandiser, applicationId);
    const { supplierId } = await approveApplication(merchandiser, { applicationId, ...terms });
    const record = await supplierRecord(merchandiser, supplierId);
    expect(record).toMatchObject({
      name: "青岚果业有限公司",
      creditCode: codes[0],
      state: "active",
      bankAccount: "****5678",
      contract: { version: 1, cycleDays: 7, shortagePenaltyBp: 500 },
      members: [{ name: "孟成", role: "owner", state: "active" }],
    });
    expect(record.documents.length).toBe(3);
    expect(await prisma.storedFile.count({ where: { ownerKind: "supplier", ownerId: supplierId } })).toBeGreaterThan(0);
    expect((await timelineOf("application", applicationId)).map((e) => e.deed)).toContain("suppliers.approve");
    expect(await prisma.outboxEvent.count({ where: { type: "supplier.approved", subjectId: supplierId } })).toBe(1);
    await drain(reactions);
    await expect(approveApplication(merchandiser, { applicationId, ...terms })).rejects.toEqual(
      refusal("illegalTransition"),
    );
  });

  test("if the owner's number is another supplier's, nothing of the approval stands", async () => {
    const taken = await prisma.supplier.findFirstOrThrow({ where: { creditCode: codes[0] } });
    const user = await prisma.user.findFirstOrThrow({ where: { supplierId: taken.id } });
    const other = await filled("farmer");
    await submitApplication(anonymous, { token: other.token });
    await prisma.supplierApplication.update({
      where: { id: other.applicationId },
      data: {
        phoneCipher: (await prisma.supplierApplication.findUniqueOrThrow({ where: { id: applicationId } })).phoneCipher,
      },
    });
    await judgeAll(merchandiser, other.applicationId);
    await expect(approveApplication(merchandiser, { applicationId: other.applicationId, ...terms })).rejects.toEqual(
      refusal("phoneTaken"),
    );
    expect(await prisma.supplier.count({ where: { name: "李大山" } })).toBe(0);
    expect((await applicationDossier(merchandiser, other.applicationId)).state).toBe("submitted");
    expect(user.phoneIndex).not.toBeNull();
    await rejectApplication(merchandiser, { applicationId: other.applicationId, reason: "号码已被使用" });
    expect(await applicationByToken(other.token)).toMatchObject({ state: "rejected", decision: "号码已被使用" });
  });

  test("two reviewers cannot both decide", async () => {
    const { token: t, applicationId: id } = await filled("farmer");
    await submitApplication(anonymous, { token: t });
    await judgeAll(merchandiser, id);
    const results = await Promise.allSettled([
      approveApplication(merchandiser, { applicationId: id, ...terms }),
      approveApplication(operator("merchandiser"), { applicationId: id, ...terms }),
    ]);
    expect(results.map((r) => r.status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(await prisma.supplier.count({ where: { name: "李大山" } })).toBe(1);
  });

  test("the queue shows the longest waiting first", async () => {
    const page = await listPage(supplierApplicationList, merchandiser, viewAsk("approved", "changedAt"));
    expect(page.rows.map((r) => r.name)).toContain("青岚果业有限公司");
  });
});

describe("a running supplier", () => {
  let supplierId: string;
  beforeAll(async () => {
    supplierId = (await prisma.supplier.findFirstOrThrow({ where: { creditCode: codes[0] } })).id;
  });

  test("a supplier sees itself and nobody else", async () => {
    const other = (await prisma.supplier.findFirstOrThrow({ where: { name: "李大山" } })).id;
    const member = supplierActor(supplierId);
    expect((await listPage(supplierList, member, viewAsk("all"))).rows.map((r) => r.id)).toEqual([supplierId]);
    await expect(supplierRecord(member, other)).rejects.toEqual(refusal("notFound"));
    await expect(editSupplier(member, { supplierId: other, version: 1, contactName: "我" })).rejects.toEqual(
      refusal("notFound"),
    );
  });

  test("staff may not change the account; the owner may", async () => {
    const { version } = await supplierRecord(merchandiser, supplierId);
    const change = { supplierId, version, contactName: "孟成", bankAccount: "6222 0200 0000 9999" };
    await expect(editSupplier(supplierActor(supplierId, "staff"), change)).rejects.toEqual(refusal("forbidden"));
    await editSupplier(supplierActor(supplierId), change);
    expect((await supplierRecord(merchandiser, supplierId)).bankAccount).toBe("****9999");
    await expect(editSupplier(supplierActor(supplierId), change)).rejects.toEqual(refusal("staleVersion"));
  });

  test("looking at a sealed number leaves a trace with its reason", async () => {
    const { id: applicationId } = await prisma.supplierApplication.findFirstOrThrow({ where: { supplierId } });
    expect(await revealApplication(merchandiser, { applicationId, what: "bankAccount", reason: "核对打款" })).toBe(
      "6222020012345678",
    );
    const [entry] = await timelineOf("application", applicationId, 1);
    expect(entry).toMatchObject({ deed: "pii.reveal", reason: "核对打款" });
    expect(JSON.stringify(entry)).not.toContain("6222020012345678");
    await expect(
      revealApplication(supplierActor(supplierId), { applicationId, what: "phone", reason: "好奇" }),
    ).rejects.toEqual(refusal("forbidden"));
  });

  test("suspending needs a reason, and restoring brings it back", async () => {
    await expect(suspendSupplier(merchandiser, { supplierId, reason: " " })).rejects.toEqual(refusal("reasonRequired"));
    const before = await supplierBulk.suspend.apply(merchandiser, supplierId, { reason: "停电" });
    expect((await supplierBulk.suspend.skips(merchandiser, [supplierId], { reason: "x" })).get(supplierId)).toEqual({
      code: "alreadySo",
    });
    await supplierBulk.suspend.undo?.(merchandiser, supplierId, before);
    await expect(supplierBulk.suspend.undo?.(merchandiser, supplierId, before)).rejects.toEqual(
      refusal("illegalTransition"),
    );
    await suspendSupplier(merchandiser, { supplierId, reason: "抽检不合格" });
    await expect(supplierBulk.suspend.undo?.(merchandiser, supplierId, before)).rejects.toEqual(
      refusal("staleVersion"),
    );
    expect((await supplierForPurchase(supplierId))?.state).toBe("suspended");
    await expect(suspendSupplier(merchandiser, { supplierId, reason: "再来一次" })).rejects.toEqual(
      refusal("illegalTransition"),
    );
    await restoreSupplier(merchandiser, { supplierId, reason: "复检合格" });
    expect((await supplierForPurchase(supplierId))?.state).toBe("active");
  });

  test("a claim is taken from what is pending, the rest is owed, and one cause makes one claim", async () => {
    await transact((tx) => post(tx, goodsAccepted({ receiptId: "rcp_test", supplierId, cost: fen(1000) })));
    const draft = {
      supplierId,
      kind: "damage" as const,
      amountFen: fen(1500),
      quantity: 3,
      sourceType: "receiptLine",
      sourceId: "rcl_1",
      evidence: { photo: "fil_1" },
    };
    const first = await transact((tx) => raiseClaim(tx, merchandiser, draft));
    const again = await transact((tx) => raiseClaim(tx, merchandiser, draft));
    expect(again).toEqual({ claimId: first.claimId, isNew: false });
    expect(await balancesOf(prisma, supplierId)).toMatchObject({ supplierPending: 0, supplierReceivable: 500 });
  });

  test("a paper about to run out is mentioned once, and an expired one is known to the buyers", async () => {
    const sweep = sweeps[0];
    const expiry = day("2027-09-01");
    await prisma.supplierDocument.updateMany({ where: { supplierId }, data: { expiresDay: null } });
    await prisma.supplierDocument.updateMany({
      where: { supplierId, kind: "foodLicence" },
      data: { expiresDay: new Date(expiry), remindedAt: null },
    });
    const count = () => prisma.message.count({ where: { recipientId: supplierId, template: "paperExpires" } });
    await underClock(new Date("2027-07-01T02:00:00Z"), async () => void (await sweep?.run()));
    expect(await count()).toBe(0);
    await underClock(new Date("2027-08-20T02:00:00Z"), async () => {
      await sweep?.run();
      await sweep?.run();
    });
    expect(await count()).toBe(1);
    await underClock(new Date("2027-09-02T02:00:00Z"), async () =>
      expect((await supplierForPurchase(supplierId))?.lapsed).toContain("foodLicence"),
    );
  });
});
