import "server-only";
import pg from "pg";
import { accessToken } from "#lib/identity/access";
import { systemActor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { dateOf, hour, later } from "#lib/kernel/time";
import type { Candidate } from "#lib/orders/admission";
import { prepareOrders } from "#lib/orders/commands/place";
import { makeQuote, readToken, writeToken } from "#lib/orders/quote";
import { now, today, wall } from "#lib/platform/clock";
import { env } from "#lib/platform/env";

const points = 200;
const pointId = (n: number) => `pkp_${String(n % points).padStart(20, "0")}`;
export const offerId = "ofr_hot";

/** One city, two hundred points with a leader each, and one hot item of a flash slot that nobody can sell out. */
export async function setStage(owner: pg.Client): Promise<void> {
  const at = now();
  const [opens, closes] = [later(at, -hour).toISOString(), later(at, 6 * hour).toISOString()];
  const day = dateOf(today()).toISOString().slice(0, 10);
  await owner.query(`
    insert into region (id, level, name, name_en) values ('rgn_bench', 'city', '城市', 'City');
    insert into warehouse (id, name, kind, city_id, address) values ('whs_bench', '中心仓', 'central', 'rgn_bench', '仓储路 1 号');
    insert into route (id, name, warehouse_id, city_id) values ('rte_bench', '一线', 'whs_bench', 'rgn_bench');
    insert into leader (id, name, phone_cipher, phone_index, phone_tail, city_id, state, created_at)
      select 'ldr_' || lpad(n::text, 20, '0'), '团长' || n, '', 'bench' || n, '0000', 'rgn_bench', 'active', '${opens}' from generate_series(0, ${points - 1}) n;
    insert into pickup_point (id, name, city_id, district, address, lat, lng, route_id, leader_id, state, created_at)
      select 'pkp_' || lpad(n::text, 20, '0'), '小区' || n, 'rgn_bench', '城东', '和平路', 39.9, 116.4, 'rte_bench', 'ldr_' || lpad(n::text, 20, '0'), 'open', '${opens}' from generate_series(0, ${points - 1}) n;
    insert into supplier (id, name, subject_type, contact_name, phone_cipher, phone_index, phone_tail, state, city_ids, created_at)
      values ('sup_bench', '供应商', 'company', '王经理', '', 'bench', '0000', 'active', '{}', '${opens}');
    insert into category (id, name, name_en, picture, is_fresh, completion_days, after_sale_hours, uncollected_policy, uncollected_bearer, tax_class)
      values ('cat_bench', '水果', 'Fruit', 'fruit', true, 0, 24, 'writeOff', 'customer', 'vat9');
    insert into product (id, supplier_id, category_id, name, spec, unit, origin, storage, description, state, search_text, identity_key, created_at, changed_at)
      values ('prd_bench', 'sup_bench', 'cat_bench', '奶油草莓', '500 g', '盒', '丹东', '冷藏', '', 'approved', '奶油草莓', 'bench', '${opens}', '${opens}');
    insert into sku (id, product_id, supplier_id, code, case_pack, lead_days, tax_class, supply_price_fen, sale_price_fen, is_listed)
      values ('sku_bench', 'prd_bench', 'sup_bench', 'BENCH', 1, 0, 'vat9', 1200, 1980, true);
    insert into sale_session (id, name, business_day, opens_at, cutoff_at, state, city_ids, created_at, created_by)
      values ('ssn_bench', '日常团', '${day}', '${opens}', '${closes}', 'published', array['rgn_bench'], '${opens}', 'bench');
    insert into flash_slot (id, sale_session_id, name, starts_at, ends_at, state, created_at, created_by)
      values ('fls_bench', 'ssn_bench', '整点秒杀', '${opens}', '${closes}', 'published', '${opens}', 'bench');
    insert into stock_pool (id, sku_id, city_id, quota, created_at) values ('stk_bench', 'sku_bench', 'rgn_bench', 2000000000, '${opens}');
    insert into offer (id, layer, sale_session_id, flash_slot_id, sku_id, city_id, starts_at, ends_at, state, price_fen, supply_price_fen, commission_bp, per_person_limit, stock_pool_id)
      values ('${offerId}', 'flash', 'ssn_bench', 'fls_bench', 'sku_bench', 'rgn_bench', '${opens}', '${closes}', 'active', 1980, 1200, 1000, 10, 'stk_bench');
    insert into resident (id, openid, nickname, created_at) values ('res_bench', 'bench', '居民', '${opens}');`);
}

let people = 0;

const preparedAtOnce = 5000;

/** Orders of so many people who have not been here before, as the admission function takes them. */
export async function candidates(count: number): Promise<Candidate[]> {
  const at = now();
  const made: Candidate[] = [];
  while (made.length < count) {
    const asks = Array.from({ length: Math.min(preparedAtOnce, count - made.length) }, () => ({
      residentId: newId("res", at),
      phoneTail: String(++people % 10_000).padStart(4, "0"),
      contactName: "许女士",
      requestKey: newId("tok", at),
      pickupPointId: pointId(people),
      items: [{ skuId: "sku_bench", quantity: 1 }],
    }));
    const orders = await prepareOrders(systemActor("bench"), "rgn_bench", asks);
    if (orders.length === 0) throw new Error("nothing is on offer");
    made.push(...orders);
  }
  return made;
}

/** How often one person orders in the storm: inside the API's limit a person (5 in ten seconds) and the unpaid orders she may hold. */
const ordersEach = 4;

/**
 * So many requests to place an order, a line each: her address (as our proxy says it), access token, key, body. The quotes are made once a point and signed anew for
 * each person, as a quote of hers would be.
 */
export async function requests(count: number): Promise<string> {
  const quoted = await Promise.all(
    Array.from({ length: points }, async (_, n) => {
      const made = await makeQuote("res_bench", {
        pickupPointId: pointId(n),
        items: [{ skuId: "sku_bench", quantity: 1 }],
      });
      return readToken(made.orders[0]?.quoteToken ?? "", now());
    }),
  );
  const people = Array.from({ length: Math.ceil(count / ordersEach) }, (_, n) => {
    const id = newId("res", now());
    const facts = quoted[n % points];
    if (!facts) throw new Error("nothing could be quoted");
    const body = JSON.stringify({
      quote_token: writeToken({ ...facts, r: id, t: String(n % 10_000).padStart(4, "0") }),
      contact_name: "许女士",
      remark: "放保安亭",
    });
    return `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}\t${accessToken(id, newId("tok", now()), "居民", wall()).accessToken}\tKEY\t${body}`;
  });
  return Array.from({ length: ordersEach }, () => people)
    .flat()
    .slice(0, count)
    .map((line, i) => line.replace("KEY", `${newId("tok", now())}-${i}`))
    .join("\n");
}

export const connect = async (connectionString = env().DATABASE_URL): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client;
};
