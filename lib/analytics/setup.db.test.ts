import { expect, it } from "vitest";
import { newId } from "#lib/kernel/ids";
import { preferNotice } from "#lib/notifications/commands";
import { underClock } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { makeOffer, makeSession, makeSku, makeSupplier, makeTown, operator, testMorning } from "#lib/testing/builders";
import { setupSteps } from "./queries/setup";

const boss = operator("administrator");
const open = async (actor = boss) => (await setupSteps(actor))?.filter((step) => !step.done).map((step) => step.key);

async function finance(name: string): Promise<void> {
  await prisma.user.create({
    data: {
      id: newId("usr", testMorning),
      kind: "operator",
      name,
      roles: ["finance"],
      cityIds: [],
      siteIds: [],
      createdAt: testMorning,
    },
  });
}

it("a young instance is told what it still needs, struck off as the data come, and gone when all is there", () =>
  underClock(testMorning, async () => {
    expect(await open()).toEqual(["network", "points", "leaders", "suppliers", "products", "people", "session"]);
    const town = await makeTown();
    expect(await open()).toEqual(["suppliers", "products", "people", "session"]);
    const supplierId = await makeSupplier();
    const skuId = await makeSku({ supplierId });
    expect(await open()).toEqual(["people", "session"]);
    await finance("钱");
    expect(await open()).toEqual(["people", "session"]);
    await finance("孙");
    expect(await open()).toEqual(["session"]);

    const operations = operator("operations");
    const steps = await setupSteps(operations);
    expect(steps?.find((step) => step.key === "session")?.href).toBe("/sessions/new");
    expect(steps?.find((step) => step.key === "people")?.href).toBeNull();
    expect(await setupSteps(operator("merchandiser"))).toBeNull();
    expect(await setupSteps(operator("auditor"))).toBeNull();

    await preferNotice(boss, { kind: "setup" });
    expect(await setupSteps(boss)).toBeNull();
    expect(await open(operations)).toEqual(["session"]);
    await preferNotice(boss, { kind: "setup", inApp: "1" });
    expect(await open()).toEqual(["session"]);

    await makeOffer(town, { sessionId: await makeSession(town), skuId });
    expect(await setupSteps(boss)).toBeNull();
  }));
