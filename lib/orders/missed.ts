import "server-only";
import { z } from "zod";
import { say } from "#lib/notifications/steps";
import type { Tx } from "#lib/platform/db";
import { fill } from "#lib/words/fill";
import words from "#lib/words/groups.zh";

const row = z.object({
  leader_id: z.string(),
  openid: z.string(),
  point: z.string(),
  name: z.string(),
  buyers: z.number(),
  pieces: z.number(),
});

/** The leaders of points where an offer missed its minimum hear how many people and pieces that were. */
export async function tellMissed(tx: Tx, offerId: string): Promise<void> {
  const missed = z.array(row).parse(
    await tx.$queryRaw`
      select d.id as leader_id, d.openid, p.name as point, l.name, count(distinct l.resident_id)::int as buyers, sum(r.quantity)::int as pieces
      from offer f join order_line l on l.sku_id = f.sku_id and l.sale_session_id = f.sale_session_id and l.offer_id = f.id
        join refund_line r on r.order_line_id = l.id and r.cause = 'minimum'
        join pickup_point p on p.id = l.pickup_point_id join leader d on d.id = l.leader_id
      where f.id = ${offerId} and d.openid is not null group by d.id, d.openid, p.id, p.name, l.name order by p.id`,
  );
  await say(
    tx,
    ...missed.map((m) => ({
      channel: "wechat" as const,
      recipientKind: "leader",
      recipientId: m.leader_id,
      address: m.openid,
      template: "minimumMissed",
      body: fill(words.notices.minimumLeader, m),
    })),
  );
}
