import "server-only";
import { Prisma } from "#lib/generated/prisma/client";
import { type Deed, sees } from "../rules";
import type { Actor } from "../schema";

type Sql = Prisma.Sql;

/** What a list is narrowed to for this actor, over the columns its table has; `sites` match if one of them does. Refuses: forbidden. */
export function seenBy(
  actor: Actor,
  deed: Deed,
  columns: { city?: Sql; supplier?: Sql; leader?: Sql; resident?: Sql; sites?: readonly Sql[] },
): Sql[] {
  const scope = sees(actor, deed);
  const { city, supplier, leader, resident, sites } = columns;
  return [
    ...(scope.cityIds && city ? [Prisma.sql`${city} = any(${scope.cityIds})`] : []),
    ...(scope.supplierId !== undefined && supplier ? [Prisma.sql`${supplier} = ${scope.supplierId}`] : []),
    ...(scope.leaderId !== undefined && leader ? [Prisma.sql`${leader} = ${scope.leaderId}`] : []),
    ...(scope.residentId !== undefined && resident ? [Prisma.sql`${resident} = ${scope.residentId}`] : []),
    ...(scope.siteIds && sites
      ? [
          Prisma.sql`(${Prisma.join(
            sites.map((site) => Prisma.sql`${site} = any(${scope.siteIds})`),
            " or ",
          )})`,
        ]
      : []),
  ];
}
