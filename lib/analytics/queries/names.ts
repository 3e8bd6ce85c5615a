import "server-only";
import { z } from "zod";
import { dayText, parseDay } from "#lib/kernel/time";
import { prisma } from "#lib/platform/db";
import type { Narrow } from "../schema";
import type { NarrowKey, Split } from "../schema/explore";

export type Named = { name: string; note: string };
const nameRow = z.array(z.object({ id: z.string(), name: z.string(), note: z.string() }));

const ask: Record<Exclude<Split, "day" | "hour">, (ids: string[]) => Promise<unknown>> = {
  product: (ids) =>
    prisma.$queryRaw`select s.id, p.name, p.spec as note from sku s join product p on p.id = s.product_id where s.id = any(${ids})`,
  category: (ids) => prisma.$queryRaw`select id, name, '' as note from category where id = any(${ids})`,
  supplier: (ids) => prisma.$queryRaw`select id, name, '' as note from supplier where id = any(${ids})`,
  leader: (ids) =>
    prisma.$queryRaw`
      select l.id, l.name, coalesce((select p.name from pickup_point p where p.leader_id = l.id order by p.id limit 1), '') as note
      from leader l where l.id = any(${ids})`,
  city: (ids) => prisma.$queryRaw`select id, name, '' as note from region where id = any(${ids})`,
  session: (ids) =>
    prisma.$queryRaw`select id, name, to_char(business_day, 'YYYY-MM-DD') as note from sale_session where id = any(${ids})`,
};

/** What the keys of a split are called; days and hours name themselves. */
export async function namesOf(by: Split, ids: readonly string[]): Promise<Map<string, Named>> {
  if (by === "day" || by === "hour")
    return new Map(ids.map((id) => [id, { name: by === "day" ? id : `${id.padStart(2, "0")}:00`, note: "" }]));
  if (ids.length === 0) return new Map();
  const rows = nameRow.parse(await ask[by]([...ids]));
  return new Map(
    rows.map((r) => {
      const day = by === "session" ? parseDay(r.note) : null;
      return [r.id, { name: r.name, note: day ? dayText(day) : r.note }];
    }),
  );
}

const splitOf = { skuId: "product", leaderId: "leader", supplierId: "supplier", cityId: "city" } as const;

/** What a narrowed question or list is narrowed to, in words; ids without a name are left out. */
export async function narrowedTo(n: Narrow): Promise<{ key: NarrowKey; id: string; name: string }[]> {
  const found = await Promise.all(
    (["skuId", "leaderId", "supplierId", "cityId"] as const).map(async (key) => {
      const id = n[key];
      const name = id ? (await namesOf(splitOf[key], [id])).get(id) : undefined;
      return id && name ? [{ key, id, name: name.name }] : [];
    }),
  );
  return found.flat();
}
