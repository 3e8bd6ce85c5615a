import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { readableFile } from "#lib/identity/queries/files";
import { anonymous } from "#lib/identity/schema";
import { leaderActor, operator, supplierActor, testMorning } from "#lib/testing/builders";
import { prisma } from "./db";
import { type FilePurpose, keepFile } from "./files";
import { storage } from "./storage";

const photo = () =>
  sharp({ create: { width: 3000, height: 1000, channels: 3, background: "#c33" } })
    .withExif({ IFD0: { Make: "SecretCam" }, IFD3: { GPSLatitude: "39/1 54/1 0/1", GPSLatitudeRef: "N" } })
    .jpeg()
    .toBuffer();
const keep = (
  purpose: FilePurpose,
  name: string,
  bytes: Buffer,
  owner: { kind: string; id: string } = { kind: "supplier", id: "sup_1" },
) =>
  keepFile(prisma, {
    purpose,
    ownerKind: owner.kind,
    ownerId: owner.id,
    name,
    bytes,
    at: testMorning,
    by: "usr_uploader",
  });
const read = async (path: string): Promise<Buffer> => Buffer.concat(await storage.open(path).toArray());

describe("an upload", () => {
  it("a photo is drawn anew: no place, no camera, at most 2400 pixels", async () => {
    const original = await photo();
    expect(original.includes("SecretCam")).toBe(true);
    const kept = await keep("receiptPhoto", "IMG_1.JPG", original);
    const bytes = await read(kept.path);
    const facts = await sharp(bytes).metadata();
    expect(kept).toMatchObject({ mime: "image/webp", name: "IMG_1.webp" });
    expect([facts.width, facts.exif]).toEqual([2400, undefined]);
    expect(bytes.includes("SecretCam")).toBe(false);
  });

  it("is judged by what it is, not by what it is called", async () => {
    await expect(
      keep("supplierDocument", "licence.jpg", Buffer.from("<html><script>alert(1)</script></html>")),
    ).rejects.toMatchObject({ code: "fileKind" });
    await expect(keep("productPicture", "list.png", Buffer.from("%PDF-1.7\n%âãÏÓ\n1 0 obj\n"))).rejects.toMatchObject({
      code: "fileKind",
    });
    await expect(keep("import", "list.csv", Buffer.from([0, 1, 2, 3]))).rejects.toMatchObject({ code: "fileKind" });
    expect((await keep("import", "报价.csv", Buffer.from("品名,价格\n白菜,1.20\n"))).mime).toBe("text/csv");
  });

  it("is refused when empty, too big, or a picture that is not one", async () => {
    await expect(keep("import", "a.csv", Buffer.alloc(0))).rejects.toMatchObject({ code: "fileMissing" });
    await expect(keep("receiptPhoto", "a.jpg", Buffer.alloc(10 * 1_048_576 + 1))).rejects.toMatchObject({
      code: "fileTooBig",
      facts: { megabytes: 10 },
    });
    await expect(keep("receiptPhoto", "a.jpg", (await photo()).subarray(0, 400))).rejects.toMatchObject({
      code: "fileKind",
    });
  });
});

describe("who opens a file", () => {
  const mayRead = async (actor: Parameters<typeof readableFile>[0], id: string) =>
    readableFile(actor, id).then(
      () => true,
      (error: { code: string }) => {
        expect(error.code).toBe("notFound");
        return false;
      },
    );

  it("a licence: the supplier it belongs to and the operators who see suppliers, nobody else", async () => {
    const { id } = await keep("supplierDocument", "licence.png", await photo());
    expect(await mayRead(supplierActor("sup_1"), id)).toBe(true);
    expect(await mayRead(operator("auditor"), id)).toBe(true);
    for (const actor of [supplierActor("sup_2"), operator("warehouse"), leaderActor("ldr_1"), anonymous])
      expect(await mayRead(actor, id)).toBe(false);
  });

  it("a product's picture: everybody", async () => {
    const { id } = await keep("productPicture", "cabbage.png", await photo());
    expect(await mayRead(anonymous, id)).toBe(true);
  });

  it("an export: only who made it", async () => {
    const { id } = await keep("export", "orders.csv", Buffer.from("a,b\n1,2\n"), { kind: "operator", id: "usr_maker" });
    expect(await mayRead({ ...operator("finance"), id: "usr_maker" }, id)).toBe(true);
    expect(await mayRead({ ...operator("finance"), id: "usr_other" }, id)).toBe(false);
  });
});
