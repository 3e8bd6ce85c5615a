import "server-only";
import { z } from "zod";
import { Refusal } from "#lib/kernel/refusal";
import { prisma } from "#lib/platform/db";
import { can, type Deed } from "../rules";
import type { Actor } from "../schema";

export type FileView = { id: string; name: string; mime: string; bytes: number; path: string };

/** Which operators' deed opens a file of a purpose; owners open their own. */
const deedOf: Record<string, Deed> = {
  supplierDocument: "suppliers.see",
  productPicture: "catalog.see",
  receiptPhoto: "procurement.see",
  deliveryPhoto: "fulfilment.see",
  afterSalePhoto: "aftersales.see",
  evidence: "settlement.see",
  import: "catalog.see",
};

const linked = z.array(z.object({ ok: z.boolean() }));

/** A supplier sees the evidence against it: photos of its receipts and of cases it is answerable for; a leader those of their point. */
async function isLinked(actor: Actor, fileId: string): Promise<boolean> {
  const rows =
    actor.kind === "supplier"
      ? await prisma.$queryRaw`select exists (
          select 1 from receipt_line r join receipt h on h.id = r.receipt_id join purchase_order p on p.id = h.purchase_order_id
          where r.photo_file_id = ${fileId} and p.supplier_id = ${actor.supplierId}
          union all select 1 from after_sale a where ${fileId} = any(a.photo_file_ids) and a.supplier_id = ${actor.supplierId} and a.responsible = 'supplier'::bearer
          union all select 1 from supplier_document d join supplier_application s on s.id = d.application_id where d.file_id = ${fileId} and s.supplier_id = ${actor.supplierId}
          union all select 1 from supplier_document d where d.file_id = ${fileId} and d.supplier_id = ${actor.supplierId}
        ) as ok`
      : actor.kind === "leader"
        ? await prisma.$queryRaw`select exists (
            select 1 from delivery_line l join delivery d on d.id = l.delivery_id where l.photo_file_id = ${fileId} and d.leader_id = ${actor.leaderId}
            union all select 1 from after_sale a where ${fileId} = any(a.photo_file_ids) and a.leader_id = ${actor.leaderId}
          ) as ok`
        : actor.kind === "resident"
          ? await prisma.$queryRaw`select exists (select 1 from after_sale a where ${fileId} = any(a.photo_file_ids) and a.resident_id = ${actor.id}) as ok`
          : [];
  return linked.parse(rows).some((row) => row.ok);
}

function isOwner(actor: Actor, file: { ownerKind: string; ownerId: string; createdBy: string }): boolean {
  if (actor.id === "anonymous") return false;
  if (file.createdBy === actor.id) return true;
  return (
    (file.ownerKind === "supplier" && actor.supplierId !== null && file.ownerId === actor.supplierId) ||
    (file.ownerKind === "leader" && actor.leaderId !== null && file.ownerId === actor.leaderId) ||
    (file.ownerKind === actor.kind && file.ownerId === actor.id)
  );
}

/** A file this actor may open; anybody may open a product's picture. Refuses: notFound. */
export async function readableFile(actor: Actor, id: string): Promise<FileView> {
  const file = await prisma.storedFile.findUnique({ where: { id } });
  if (!file) throw new Refusal("notFound");
  const deed = deedOf[file.purpose];
  const allowed =
    file.purpose === "productPicture" ||
    isOwner(actor, file) ||
    (actor.kind === "operator" && deed !== undefined && can(actor, deed)) ||
    actor.kind === "system" ||
    (await isLinked(actor, id));
  if (!allowed) throw new Refusal("notFound");
  return { id: file.id, name: file.name, mime: file.mime, bytes: file.bytes, path: file.path };
}

/** The applicant's own upload, by the application the resume link opened. Refuses: notFound. */
export async function applicationFile(applicationId: string, id: string): Promise<FileView> {
  const file = await prisma.storedFile.findFirst({
    where: { id, ownerKind: "supplierApplication", ownerId: applicationId },
  });
  if (!file) throw new Refusal("notFound");
  return { id: file.id, name: file.name, mime: file.mime, bytes: file.bytes, path: file.path };
}
