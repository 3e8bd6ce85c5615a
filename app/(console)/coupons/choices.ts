import "server-only";
import type { TemplateChoices } from "#components/promotions/template-form";
import { categories, listedSkus } from "#lib/catalog/queries";
import { can } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { leaderChoices } from "#lib/leaders/queries";
import { servedCities } from "#lib/pickup/queries";
import { supplierChoices } from "#lib/suppliers/queries";

/** What a coupon can be for and who can pay it. */
export async function templateChoices(actor: Actor): Promise<TemplateChoices> {
  const cities = (await servedCities()).filter((c) => actor.cityIds.length === 0 || actor.cityIds.includes(c.id));
  const [kinds, skus, suppliers, leaders] = await Promise.all([
    categories(),
    listedSkus(actor, {}, 500),
    supplierChoices(actor),
    can(actor, "leaders.see") ? Promise.all(cities.map((c) => leaderChoices(actor, c.id))) : [],
  ]);
  return {
    cities,
    categories: kinds,
    products: [
      ...new Map(skus.rows.map((s) => [s.productId, { id: s.productId, name: `${s.name} ${s.spec}` }])).values(),
    ],
    suppliers,
    leaders: leaders.flat(),
  };
}
