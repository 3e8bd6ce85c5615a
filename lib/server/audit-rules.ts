import "server-only";
import { zone } from "#lib/kernel/time";
import { driftSql } from "#lib/orders/drift";

/**
 * What must always be true of the whole house, as one list: each rule counts the rows it looked at and returns the rows that
 * break it as (ref, detail). `$1` is the business clock. Rules read only; they run in one snapshot. I-numbers: money.md §2.4.
 */
export type AuditRule = { name: string; zh: string; en: string; looked: string; broken: string };

const rule = (name: string, zh: string, en: string, looked: string, broken: string): AuditRule => ({
  name,
  zh,
  en,
  looked,
  broken,
});

/** The signed sum of every account by code. */
const sums = `sums as (
  select a.code, a.base, a.owner_id, a.kind::text as kind, coalesce(sum(p.amount_fen), 0)::bigint as total
  from account a left join posting p on p.account_id = a.id group by a.id)`;
const balanceOf = (base: string) => `(select coalesce(sum(total), 0) from sums where base = '${base}')`;
/** News of a kind that has not been told yet: what hangs on it is not wrong, only late (its age is audited). */
const untold = (type: string, subject: string) =>
  `exists (select 1 from outbox_event e where e.type = '${type}' and e.subject_id = ${subject} and e.delivered_at is null)`;
const standing = "('paid', 'locked', 'inTransit', 'arrived', 'completed', 'refunded')";
/** Counters that say something else than their rows; the stock doctor's own statements, of everything. */
const drifting = (family: keyof ReturnType<typeof driftSql>, which = "true") =>
  `select ref, counter || ' counted ' || counted || ', should be ' || due as detail from (${driftSql(null)[family].sql}) d where ${which}`;
/** What is left of a coupon's share `s` of a line `l` after its refunds. */
const shareLeft = "s.amount_fen - case when l.paid_fen > 0 then s.amount_fen * l.refunded_fen / l.paid_fen else 0 end";
/** How long something may wait before its age is a finding. */
const patience = "interval '15 minutes'";

const books: AuditRule[] = [
  rule(
    "journalSumsToZero",
    "每笔分录借贷相等",
    "every journal sums to zero",
    "select count(*) from journal",
    `select j.id::text as ref, 'off by ' || sum(p.amount_fen) as detail from journal j join posting p on p.journal_id = j.id group by j.id having sum(p.amount_fen) <> 0`,
  ),
  rule(
    "journalHasPostings",
    "没有空分录",
    "no journal is empty",
    "select count(*) from journal",
    `select j.id::text as ref, j.idem_key as detail from journal j where not exists (select 1 from posting p where p.journal_id = j.id)`,
  ),
  rule(
    "trialBalance",
    "总账试算平衡",
    "the trial balance is zero",
    "select count(*) from posting",
    `select 'ledger' as ref, 'off by ' || sum(amount_fen) as detail from posting having sum(amount_fen) <> 0`,
  ),
  rule(
    "cachedBalance",
    "缓存余额等于分录之和",
    "every cached balance is the sum of its postings",
    "select count(*) from account where cached",
    `select a.code as ref, 'cached ' || a.balance_fen || ', postings ' || coalesce(sum(p.amount_fen), 0) as detail
     from account a left join posting p on p.account_id = a.id where a.cached group by a.id having a.balance_fen <> coalesce(sum(p.amount_fen), 0)`,
  ),
  rule(
    "noOverdraft",
    "负债不在借方，资产不在贷方",
    "no liability stands in debit, no asset in credit",
    "select count(*) from account where kind in ('asset', 'liability')",
    `with ${sums} select code as ref, 'balance ' || total as detail from sums
     where base <> 'reconSuspense' and ((kind = 'liability' and total > 0) or (kind = 'asset' and total < 0))`,
  ),
  rule(
    "ownerNamed",
    "有主账户都有主人",
    "an owned account names its owner, another has none",
    "select count(*) from account",
    `select code as ref, 'owner ' || coalesce(owner_id, 'missing') as detail from account
     where cached <> (owner_id is not null) or code <> base || coalesce(':' || owner_id, '')`,
  ),
  rule(
    "sealChain",
    "分录哈希链完整",
    "the hash chain over the journals holds",
    "select count(*) from journal_seal",
    `with chain as (
       select s.seq, s.journal_id, s.prev_hash, s.hash, lag(s.hash) over (order by s.seq) as before, row_number() over (order by s.seq) as place,
         encode(sha256(convert_to(s.prev_hash || coalesce(journal_text(s.journal_id), 'gone'), 'UTF8')), 'hex') as again
       from journal_seal s)
     select journal_id::text as ref,
       case when hash <> again then 'the journal is not what was sealed' when seq <> place then 'a seal is missing before it' else 'the chain is broken before it' end as detail
     from chain where hash <> again or seq <> place or prev_hash <> coalesce(before, repeat('0', 64))`,
  ),
  rule(
    "sealedSoon",
    "分录及时入链",
    "no journal waits long for its seal",
    "select count(*) from journal",
    `select j.id::text as ref, 'unsealed since ' || j.at as detail from journal j
     where j.at < $1::timestamptz - ${patience} and not exists (select 1 from journal_seal s where s.journal_id = j.id)`,
  ),
];

const cash: AuditRule[] = [
  rule(
    "paymentBooked",
    "每笔成功支付都有且只有一笔入账",
    "every successful payment is booked once, with its amount",
    "select count(*) from payment where state = 'paid'",
    `select p.id as ref, case when j.id is null then 'paid but not booked' else 'booked ' || b.booked || ', paid ' || p.amount_fen end as detail
     from payment p
     left join journal j on j.idem_key = 'pay:' || coalesce(p.transaction_id, p.out_trade_no)
     left join lateral (select sum(x.amount_fen) as booked from posting x join account a on a.id = x.account_id where x.journal_id = j.id and a.base = 'channelPending') b on true
     where p.state = 'paid' and (j.id is null or b.booked is distinct from p.amount_fen) and not ${untold("payment.paid", "p.id")}`,
  ),
  rule(
    "bookingHasPayment",
    "每笔入账都有成功支付",
    "every booked payment is one the channel took",
    "select count(*) from journal where type in ('orderPaid', 'paidTooLate')",
    `select j.id::text as ref, j.idem_key || ' has no paid payment' as detail from journal j
     where j.type in ('orderPaid', 'paidTooLate') and not exists (
       select 1 from payment p where p.state = 'paid' and j.idem_key = 'pay:' || coalesce(p.transaction_id, p.out_trade_no) and p.order_id = j.ref)`,
  ),
  rule(
    "orderPaidInFull",
    "已付订单等于支付金额",
    "a paid order holds exactly what its payment brought",
    `select count(*) from customer_order where state in ${standing}`,
    `select o.id as ref, 'order ' || o.paid_fen || ', payment ' || coalesce(p.amount_fen, 0) as detail from customer_order o left join payment p on p.order_id = o.id and p.state = 'paid'
     where (o.state in ${standing} or o.paid_fen > 0) and (o.paid_fen <> coalesce(p.amount_fen, 0) or o.paid_fen <> o.payable_fen)`,
  ),
  rule(
    "refundsWithinPaid",
    "退款不超过实付",
    "no order, line or payment gives back more than was paid",
    "select count(*) from refund",
    `select o.id as ref, 'refunded ' || o.refunded_fen || ' of ' || o.paid_fen as detail from customer_order o where o.refunded_fen > o.paid_fen
     union all select l.id, 'refunded ' || l.refunded_fen || ' of ' || l.paid_fen from order_line l where l.refunded_fen > l.paid_fen
     union all select p.id, 'refunds ' || sum(r.amount_fen) || ' of ' || p.amount_fen from payment p join refund r on r.payment_id = p.id
       group by p.id having sum(r.amount_fen) > p.amount_fen`,
  ),
  rule(
    "refundRowsAddUp",
    "退款与明细一致",
    "a refund is the sum of its lines, and lines and orders count it",
    "select count(*) from refund_line",
    `select r.id as ref, 'refund ' || r.amount_fen || ', lines ' || coalesce(sum(x.amount_fen), 0) as detail from refund r left join refund_line x on x.refund_id = r.id
       where r.cause <> 'late' group by r.id having r.amount_fen <> coalesce(sum(x.amount_fen), 0)
     union all select l.id, 'line ' || l.refunded_fen || ', refunds ' || coalesce(sum(x.amount_fen), 0) from order_line l left join refund_line x on x.order_line_id = l.id
       group by l.id having l.refunded_fen <> coalesce(sum(x.amount_fen), 0)
     union all select o.id, 'order ' || o.refunded_fen || ', lines ' || sum(l.refunded_fen) from customer_order o join order_line l on l.order_id = o.id
       group by o.id having o.refunded_fen <> sum(l.refunded_fen)`,
  ),
  rule(
    "refundBooked",
    "每笔退款都已记账",
    "every refund is booked when asked and again when paid",
    "select count(*) from refund",
    `select r.id as ref, 'never booked' as detail from refund r where r.cause <> 'late' and not exists (select 1 from journal j where j.idem_key = 'rf:' || r.id)
     union all select r.id, 'state ' || r.state || ', paid booking ' || (j.id is not null) from refund r left join journal j on j.idem_key = 'rfok:' || r.id where (r.state = 'success') <> (j.id is not null)`,
  ),
  rule(
    "refundPayable",
    "应退款等于在途退款",
    "what we owe in refunds is what is under way",
    "select count(*) from refund",
    `with ${sums}, open as (select coalesce(sum(amount_fen), 0) as fen from refund where state <> 'success')
     select 'refundPayable' as ref, 'ledger ' || -${balanceOf("refundPayable")} || ', refunds ' || open.fen as detail from open where -${balanceOf("refundPayable")} <> open.fen`,
  ),
  rule(
    "customerPrepaid",
    "预收等于截单前已付",
    "prepaid is what was paid and not yet cut off",
    `select count(*) from customer_order where state in ${standing}`,
    `with ${sums}, open as (select coalesce(sum(paid_fen - refunded_fen), 0) as fen from customer_order where state = 'paid')
     select 'customerPrepaid' as ref, 'ledger ' || -${balanceOf("customerPrepaid")} || ', orders ' || open.fen as detail from open where -${balanceOf("customerPrepaid")} <> open.fen`,
  ),
  rule(
    "customerCommitted",
    "已锁定未完成的货款一致",
    "committed is what was cut off and not yet completed",
    "select count(*) from order_line l join customer_order o on o.id = l.order_id where o.locked_at is not null",
    `with ${sums}, open as (
       select coalesce(sum(l.paid_fen - l.refunded_fen), 0) as fen from order_line l join customer_order o on o.id = l.order_id
       where o.state in ('locked', 'inTransit', 'arrived', 'completed', 'refunded') and l.completed_at is null)
     select 'customerCommitted' as ref, 'ledger ' || -${balanceOf("customerCommitted")} || ', lines ' || open.fen as detail from open where -${balanceOf("customerCommitted")} <> open.fen`,
  ),
  rule(
    "sales",
    "收入等于完成明细的净额",
    "sales are what completed lines kept",
    "select count(*) from order_line where completed_at is not null",
    `with ${sums}, kept as (
       select coalesce(sum(l.paid_fen - l.refunded_fen + l.coupon_fen - coalesce((select sum(x.coupon_fen) from refund_line x where x.order_line_id = l.id), 0)), 0) as fen
       from order_line l join customer_order o on o.id = l.order_id where l.completed_at is not null and o.state in ${standing})
     select 'sales' as ref, 'ledger ' || -${balanceOf("sales")} || ', lines ' || kept.fen as detail from kept where -${balanceOf("sales")} <> kept.fen`,
  ),
  rule(
    "costOfSales",
    "成本等于完成明细的进价",
    "each completed line's cost left the goods at its frozen supply price",
    "select count(*) from journal where type = 'lineCompleted'",
    `select l.id as ref, 'booked ' || coalesce(b.fen, 0) || ', counted ' || l.supply_price_fen * (l.delivered - l.returned) as detail
     from journal j join order_line l on j.idem_key = 'done:' || l.id
     left join lateral (select sum(p.amount_fen) as fen from posting p join account a on a.id = p.account_id where p.journal_id = j.id and a.base = 'costOfSales') b on true
     where j.type = 'lineCompleted' and coalesce(b.fen, 0) <> l.supply_price_fen * (l.delivered - l.returned)`,
  ),
  rule(
    "channelHeard",
    "渠道说的话都已处理",
    "what the channel said is applied: no notice lies unread, no paid payment lacks its number and time",
    "select (select count(*) from channel_notice) + (select count(*) from payment)",
    `select id as ref, event_type || ' since ' || received_at || coalesce(': ' || last_error, '') as detail from channel_notice
       where applied_at is null and received_at < $1::timestamptz - ${patience}
     union all select id, 'paid without number or time' from payment where state = 'paid' and (transaction_id is null or success_at is null)`,
  ),
  rule(
    "newsTold",
    "消息及时送达",
    "no news waits long to be told",
    "select count(*) from outbox_event",
    `select id::text as ref, type || ' since ' || at || ', tried ' || attempts || coalesce(': ' || last_error, '') as detail from outbox_event
     where delivered_at is null and (at < $1::timestamptz - ${patience} or attempts >= 5)`,
  ),
];

const goods: AuditRule[] = [
  rule(
    "stockQuota",
    "库存额度等于分配流水",
    "a pool's quota is the sum of its allotments",
    "select count(*) from stock_pool",
    drifting("stock", "counter = 'quota'"),
  ),
  rule(
    "stockCounted",
    "占用与售出等于订单件数",
    "held and sold pieces are those of the orders, never more than the quota",
    "select count(*) from stock_pool",
    `${drifting("stock", "counter <> 'quota'")}
     union all select id, 'held ' || held || ' and sold ' || sold || ' of ' || quota from stock_pool where held + sold > quota`,
  ),
  rule(
    "limitsCounted",
    "限购计数等于订单所占",
    "the limit counters are what the standing orders took from them",
    "select count(*) from limit_count",
    drifting("limits"),
  ),
  rule(
    "holdsEnd",
    "未付订单到时取消",
    "an unpaid order that nobody is paying lapses when its hold ends",
    "select count(*) from customer_order",
    `select o.id as ref, 'held until ' || o.expires_at as detail from customer_order o
     where o.state = 'pendingPayment' and o.expires_at < $1::timestamptz - ${patience} and not exists (select 1 from payment p where p.order_id = o.id)`,
  ),
  rule(
    "offersDoNotOverlap",
    "同层价格时段不重叠",
    "no two live price windows of a layer overlap for one item and city",
    "select count(*) from offer",
    `select a.id as ref, 'overlaps ' || b.id as detail from offer a join offer b on b.layer = a.layer and b.sku_id = a.sku_id and b.city_id = a.city_id and b.id > a.id
       and a.starts_at < b.ends_at and b.starts_at < a.ends_at
     where a.state in ('active', 'paused') and b.state in ('active', 'paused')`,
  ),
  rule(
    "lineCounters",
    "订单明细件数守恒",
    "ordered = cancelled + short + delivered; delivered = picked + unclaimed + returned",
    "select count(*) from order_line",
    `select id as ref, 'ordered ' || ordered || ', cancelled ' || cancelled || ', short ' || short || ', delivered ' || delivered || ', picked ' || picked || ', unclaimed ' || unclaimed || ', returned ' || returned as detail
     from order_line where cancelled + short + delivered > ordered or picked + unclaimed + returned > delivered
       or (completed_at is not null and (cancelled + short + delivered <> ordered or picked + unclaimed + returned <> delivered))`,
  ),
  rule(
    "orderAddsUp",
    "订单等于明细之和",
    "an order is the sum of its lines",
    "select count(*) from customer_order",
    `select o.id as ref, 'order ' || o.payable_fen || '/' || o.item_count || ', lines ' || coalesce(sum(l.paid_fen), 0) || '/' || coalesce(sum(l.ordered), 0) as detail
     from customer_order o left join order_line l on l.order_id = o.id group by o.id
     having o.payable_fen <> coalesce(sum(l.paid_fen), 0) or o.goods_fen <> coalesce(sum(l.goods_fen), 0) or o.item_count <> coalesce(sum(l.ordered), 0)`,
  ),
  rule(
    "orderStateHolds",
    "订单状态与事实一致",
    "an order's state is what happened to it",
    "select count(*) from customer_order",
    `select o.id as ref, o.state || ' does not fit its lines' as detail from customer_order o
     where (o.state in ('completed', 'refunded') and exists (select 1 from order_line l where l.order_id = o.id and l.completed_at is null))
        or (o.state in ('locked', 'inTransit', 'arrived') and not exists (select 1 from order_line l where l.order_id = o.id and l.completed_at is null))
        or (o.state = 'refunded' and o.refunded_fen <> o.paid_fen)
        or (o.state in ('locked', 'inTransit', 'arrived', 'completed', 'refunded') and o.locked_at is null)
        or (o.state = 'cancelled' and o.paid_fen <> o.refunded_fen)`,
  ),
  rule(
    "pickupCodeGiven",
    "每个已付订单都有提货码",
    "every paid order has its pickup code",
    `select count(*) from customer_order where state in ${standing}`,
    `select o.id as ref, 'no code' as detail from customer_order o where o.state in ${standing} and not exists (
       select 1 from pickup_code c where c.resident_id = o.resident_id and c.pickup_point_id = o.pickup_point_id and c.pickup_day = o.pickup_day)`,
  ),
  rule(
    "purchaseCoversOrders",
    "采购单等于锁定的订单",
    "purchase orders ask for exactly what was locked",
    "select count(*) from purchase_order_line",
    `with locked as (
       select l.sale_session_id, l.supplier_id, o.warehouse_id, l.pickup_day, l.sku_id, l.supply_price_fen, sum(l.ordered - l.cancelled) as n
       from order_line l join customer_order o on o.id = l.order_id join sale_session s on s.id = l.sale_session_id
       where o.locked_at is not null and not ${untold("session.locked", "s.id")} group by 1, 2, 3, 4, 5, 6),
     bought as (
       select p.sale_session_id, p.supplier_id, p.warehouse_id, p.pickup_day, x.sku_id, x.supply_price_fen, sum(x.needed) as n
       from purchase_order p join purchase_order_line x on x.purchase_order_id = p.id where p.state <> 'cancelled' group by 1, 2, 3, 4, 5, 6)
     select coalesce(a.sale_session_id, b.sale_session_id) || ' ' || coalesce(a.sku_id, b.sku_id) as ref, 'locked ' || coalesce(a.n, 0) || ', bought ' || coalesce(b.n, 0) as detail
     from locked a full join bought b using (sale_session_id, supplier_id, warehouse_id, pickup_day, sku_id, supply_price_fen)
     where coalesce(a.n, 0) <> coalesce(b.n, 0)`,
  ),
  rule(
    "purchaseAddsUp",
    "采购单等于行与验收之和",
    "a purchase order is the sum of its lines, and its lines of their receipts",
    "select count(*) from purchase_order",
    `select p.id as ref, 'order ' || p.pieces || '/' || p.total_fen || ', lines ' || coalesce(sum(x.pieces), 0) || '/' || coalesce(sum(x.amount_fen), 0) as detail
       from purchase_order p left join purchase_order_line x on x.purchase_order_id = p.id group by p.id
       having p.pieces <> coalesce(sum(x.pieces), 0) or p.total_fen <> coalesce(sum(x.amount_fen), 0)
     union all select x.id, 'line ' || x.accepted || '+' || x.short || '+' || x.damaged || ' of ' || x.pieces || ', receipts ' || coalesce(sum(r.accepted), 0) || '+' || coalesce(sum(r.short), 0) || '+' || coalesce(sum(r.damaged), 0)
       from purchase_order_line x left join receipt_line r on r.purchase_order_line_id = x.id group by x.id
       having x.accepted <> coalesce(sum(r.accepted), 0) or x.short <> coalesce(sum(r.short), 0) or x.damaged <> coalesce(sum(r.damaged), 0)
         or (x.is_received and x.accepted + x.short + x.damaged <> x.pieces)
     union all select p.id, 'accepted ' || p.accepted_fen || ', receipts ' || coalesce(sum(r.amount_fen), 0)
       from purchase_order p left join receipt c on c.purchase_order_id = p.id left join receipt_line r on r.receipt_id = c.id group by p.id having p.accepted_fen <> coalesce(sum(r.amount_fen), 0)
     union all select p.id, 'received with open lines' from purchase_order p where p.state = 'received' and exists (select 1 from purchase_order_line x where x.purchase_order_id = p.id and not x.is_received)`,
  ),
  rule(
    "receiptBooked",
    "每次验收都已记应付",
    "every receipt is owed to its supplier, at price times pieces",
    "select count(*) from receipt",
    `select r.id as ref, 'receipt ' || x.fen || ', priced ' || x.priced || ', booked ' || coalesce(b.fen, 0) as detail
     from receipt r join purchase_order p on p.id = r.purchase_order_id
     join lateral (select coalesce(sum(l.amount_fen), 0) as fen, coalesce(sum(l.accepted * o.supply_price_fen), 0) as priced
       from receipt_line l join purchase_order_line o on o.id = l.purchase_order_line_id where l.receipt_id = r.id) x on true
     left join lateral (select -sum(q.amount_fen) as fen from journal j join posting q on q.journal_id = j.id join account a on a.id = q.account_id
       where j.idem_key = 'rcpt:' || r.id and a.code = 'supplierPending:' || p.supplier_id) b on true
     where x.fen <> x.priced or x.fen <> coalesce(b.fen, 0)`,
  ),
  rule(
    "deliveryAddsUp",
    "配送单等于订单与签收",
    "a delivery expects what its orders want, and what was signed was delivered",
    "select count(*) from delivery_line",
    `with wanted as (
       select d.id, d.delivery_id, d.expected, d.signed, d.short, d.damaged, v.state::text as state,
         coalesce(sum(l.ordered - l.cancelled - l.short), 0) as pieces, coalesce(sum(l.delivered), 0) as delivered
       from delivery_line d join delivery v on v.id = d.delivery_id
       left join (order_line l join customer_order o on o.id = l.order_id and o.locked_at is not null)
         on l.sale_session_id = v.sale_session_id and l.pickup_point_id = v.pickup_point_id and l.pickup_day = v.pickup_day and l.sku_id = d.sku_id
       where not exists (select 1 from outbox_event e where e.type = 'lines.shortened' and e.delivered_at is null)
       group by d.id, v.state)
     select id as ref, state || ': expected ' || expected || ', signed ' || signed || ', short ' || short || ', damaged ' || damaged || '; orders want ' || pieces || ', delivered ' || delivered as detail
     from wanted where (state = 'signed' and (signed + short + damaged <> expected or delivered <> signed)) or (state <> 'signed' and (expected <> pieces or delivered > 0))`,
  ),
  rule(
    "pickedOnce",
    "核销件数等于提走件数",
    "pieces handed over by scan are verified once each",
    "select count(*) from verification",
    `with scanned as (select x.l->>'lineId' as id, sum((x.l->>'quantity')::int) as n from verification v cross join lateral jsonb_array_elements(v.lines->'lines') as x(l) group by 1)
     select v.id as ref, 'counted ' || v.pieces || ', listed ' || s.n as detail from verification v
       join lateral (select coalesce(sum((e->>'quantity')::int), 0) as n from jsonb_array_elements(v.lines->'lines') e) s on true where v.pieces <> s.n
     union all select l.id, 'picked ' || l.picked || ', verified ' || s.n from scanned s join order_line l on l.id = s.id where s.n > l.picked or (l.completed_by = 'scan' and s.n <> l.picked)
     union all select l.id, 'picked by scan, never verified' from order_line l where l.completed_by = 'scan' and l.picked > 0 and not exists (select 1 from scanned s where s.id = l.id)`,
  ),
  rule(
    "afterSaleRefunded",
    "售后退款与批准一致",
    "an approved after-sale has its refund, of the approved amount",
    "select count(*) from after_sale where state in ('approved', 'refunding', 'refunded')",
    `select s.id as ref, 'approved ' || coalesce(s.approved_fen, 0) || ', refund ' || coalesce(r.amount_fen, 0) as detail from after_sale s left join refund r on r.id = s.refund_id
     where s.state in ('approved', 'refunding', 'refunded') and (r.id is null or r.amount_fen <> s.approved_fen or s.responsible is null or (s.state = 'refunded' and r.state <> 'success'))`,
  ),
];

const leaders: AuditRule[] = [
  rule(
    "commissionExpense",
    "佣金费用等于完成明细的净佣金",
    "commission expense is what completed lines still earn",
    "select count(*) from order_line where completed_at is not null",
    `with ${sums}, earned as (
       select coalesce(sum(l.commission_fen - l.commission_reversed_fen), 0) as fen from order_line l join customer_order o on o.id = l.order_id
       where l.completed_at is not null and o.state in ${standing})
     select 'commission' as ref, 'ledger ' || ${balanceOf("commission")} || ', lines ' || earned.fen as detail from earned where ${balanceOf("commission")} <> earned.fen`,
  ),
  rule(
    "commissionByRule",
    "佣金按冻结的规则计算",
    "a line's commission is its base times its frozen rate",
    "select count(*) from order_line",
    `select id as ref, 'base ' || commission_base_fen || ' at ' || commission_bp || ' bp is ' || (commission_base_fen * commission_bp) / 10000 || ', line has ' || commission_fen as detail
     from order_line where commission_fen <> (commission_base_fen * commission_bp) / 10000`,
  ),
  rule(
    "reversalExact",
    "退款按累计比例冲回佣金",
    "a line gave back exactly the commission of what was refunded, cumulatively",
    "select count(*) from refund_line",
    `select l.id as ref, 'reversed ' || l.commission_reversed_fen || ', due ' || (l.commission_fen * l.refunded_fen) / l.paid_fen || ', refunds ' || coalesce(x.fen, 0) as detail
     from order_line l join customer_order o on o.id = l.order_id
     left join lateral (select sum(r.commission_fen) as fen from refund_line r where r.order_line_id = l.id) x on true
     where l.paid_fen > 0 and o.paid_fen > 0 and (l.commission_reversed_fen <> coalesce(x.fen, 0) or l.commission_reversed_fen <> (l.commission_fen * l.refunded_fen) / l.paid_fen)`,
  ),
  rule(
    "fullyRefundedLeavesNothing",
    "全额退款后收入与佣金为零",
    "a fully refunded line keeps no commission and no coupon",
    "select count(*) from order_line where paid_fen > 0 and refunded_fen = paid_fen",
    `select l.id as ref, 'commission left ' || l.commission_fen - l.commission_reversed_fen || ', coupon left ' || l.coupon_fen - coalesce(x.fen, 0) as detail from order_line l
     left join lateral (select sum(r.coupon_fen) as fen from refund_line r where r.order_line_id = l.id) x on true
     where l.paid_fen > 0 and l.refunded_fen = l.paid_fen and (l.commission_reversed_fen <> l.commission_fen or l.coupon_fen <> coalesce(x.fen, 0))`,
  ),
  rule(
    "leaderIdentity",
    "团长账户恒等式",
    "what a leader earned, less what she was charged and the coupons she funds, is frozen, hers, on its way, paid or owed",
    "select count(distinct owner_id) from account where base = 'leaderFrozen'",
    `with ${sums}, earned as (
       select l.leader_id as id, sum(l.commission_fen - l.commission_reversed_fen) as fen from order_line l join customer_order o on o.id = l.order_id
       where l.completed_at is not null and o.state in ${standing} group by 1),
     charged as (
       select a.owner_id as id, sum(p.amount_fen) as fen from journal j join posting p on p.journal_id = j.id join account a on a.id = p.account_id
       where j.type in ('claimRaised', 'goodsLost') and a.base in ('leaderAvailable', 'leaderReceivable') group by 1),
     bore as (
       select s.funder_id as id, sum(${shareLeft}) as fen from coupon_share s join order_line l on l.id = s.order_line_id join customer_order o on o.id = l.order_id
       where s.funder = 'leader' and l.completed_at is not null and o.state in ${standing} group by 1),
     drawn as (select leader_id as id, sum(amount_fen) as fen from withdrawal where state in ('requested', 'batched', 'approved', 'submitted', 'waitUserConfirm', 'succeeded') group by 1),
     held as (
       select owner_id as id, sum(case when base = 'leaderReceivable' then -total when base in ('leaderFrozen', 'leaderAvailable') then -total else 0 end) as fen
       from sums where base in ('leaderFrozen', 'leaderAvailable', 'leaderReceivable') group by 1),
     everyone as (select id from earned union select id from held union select id from drawn union select id from bore)
     select e.id as ref, 'earned ' || coalesce(a.fen, 0) || ', charged ' || coalesce(c.fen, 0) + coalesce(b.fen, 0) || '; stands ' || coalesce(h.fen, 0) || ', drawn ' || coalesce(d.fen, 0) as detail
     from everyone e left join earned a using (id) left join charged c using (id) left join bore b using (id) left join drawn d using (id) left join held h using (id)
     where coalesce(a.fen, 0) - coalesce(c.fen, 0) - coalesce(b.fen, 0) <> coalesce(h.fen, 0) + coalesce(d.fen, 0)`,
  ),
  rule(
    "owesDrawsNothing",
    "有欠款就没有可提余额",
    "a leader who owes has nothing to draw",
    "select count(distinct owner_id) from account where base like 'leader%'",
    `with ${sums} select r.owner_id as ref, 'owes ' || r.total || ', available ' || -a.total as detail
     from sums r join sums a on a.owner_id = r.owner_id and a.base = 'leaderAvailable' where r.base = 'leaderReceivable' and r.total > 0 and a.total <> 0`,
  ),
  rule(
    "frozenByLine",
    "冻结佣金等于冻结中的明细",
    "what is frozen for a leader is what her frozen lines earn",
    "select count(*) from account where base = 'leaderFrozen'",
    `with ${sums}, frozen as (
       select leader_id as id, sum(commission_fen - commission_reversed_fen) as fen from order_line where commission_state = 'frozen' group by 1)
     select s.owner_id as ref, 'ledger ' || -s.total || ', lines ' || coalesce(f.fen, 0) as detail from sums s left join frozen f on f.id = s.owner_id
     where s.base = 'leaderFrozen' and -s.total <> coalesce(f.fen, 0)`,
  ),
  rule(
    "releasedOnce",
    "每条明细只解冻一次",
    "each line is released once, and its day's journal is the sum of its lines",
    "select count(*) from commission_release",
    `select r.journal_key as ref, 'lines ' || sum(r.amount_fen) || ', journal ' || coalesce(max(b.fen), 0) as detail from commission_release r
       left join lateral (select sum(p.amount_fen) as fen from journal j join posting p on p.journal_id = j.id join account a on a.id = p.account_id
         where j.idem_key = r.journal_key and a.base = 'leaderFrozen') b on true
       group by r.journal_key having sum(r.amount_fen) <> coalesce(max(b.fen), 0)
     union all select l.id, 'released without a release' from order_line l where l.commission_state = 'released' and not exists (select 1 from commission_release r where r.order_line_id = l.id)
     union all select r.order_line_id, 'its line is ' || l.commission_state from commission_release r join order_line l on l.id = r.order_line_id where l.commission_state <> 'released'
     union all select r.order_line_id, 'released before its time' from commission_release r join order_line l on l.id = r.order_line_id where r.at < l.release_at`,
  ),
  rule(
    "payoutHold",
    "提现冻结与在途等于提现单",
    "held and in transit are the withdrawals in those states",
    "select count(*) from withdrawal",
    `with ${sums}, held as (select leader_id as id, sum(amount_fen) as fen from withdrawal where state in ('requested', 'batched', 'approved') group by 1),
     moving as (select coalesce(sum(net_fen), 0) as fen from withdrawal where state in ('submitted', 'waitUserConfirm'))
     select coalesce(s.owner_id, h.id) as ref, 'held ' || coalesce(-s.total, 0) || ', withdrawals ' || coalesce(h.fen, 0) as detail
       from (select * from sums where base = 'payoutHold') s full join held h on h.id = s.owner_id where coalesce(-s.total, 0) <> coalesce(h.fen, 0)
     union all select 'payoutInTransit', 'ledger ' || -${balanceOf("payoutInTransit")} || ', withdrawals ' || moving.fen from moving where -${balanceOf("payoutInTransit")} <> moving.fen`,
  ),
  rule(
    "transferOnce",
    "每笔提现一个渠道单号一笔转账",
    "a withdrawal sent has one transfer, under its own number and amount, and they agree",
    "select count(*) from withdrawal where submitted_at is not null",
    `select w.id as ref, 'withdrawal ' || w.state || ' ' || w.net_fen || ', transfer ' || coalesce(t.state::text || ' ' || t.amount_fen, 'missing') as detail
     from withdrawal w left join transfer t on t.source_id = w.id
     where (w.submitted_at is not null or t.id is not null) and not ${untold("transfer.changed", "t.id")}
       and (t.id is null or w.submitted_at is null or t.out_bill_no <> w.out_bill_no or t.amount_fen <> w.net_fen
         or (w.state = 'succeeded' and t.state <> 'success') or (t.state = 'success' and w.state not in ('succeeded', 'returned'))
         or (w.state in ('failed', 'expired', 'cancelled') and t.state not in ('fail', 'cancelled')) or (t.state in ('fail', 'cancelled') and w.state in ('submitted', 'waitUserConfirm', 'succeeded')))`,
  ),
  rule(
    "oneOpenWithdrawal",
    "每位团长最多一笔未完提现",
    "a leader has at most one open withdrawal",
    "select count(distinct leader_id) from withdrawal",
    `select leader_id as ref, count(*) || ' open' as detail from withdrawal where state in ('requested', 'batched', 'approved', 'submitted', 'waitUserConfirm') group by 1 having count(*) > 1`,
  ),
  rule(
    "batchByTwo",
    "打款批次由两人完成且金额一致",
    "a payout batch has two people and is the sum of its withdrawals",
    "select count(*) from payout_batch",
    `select b.id as ref, case when b.checked_by = b.made_by then 'maker and checker are one' when b.state in ('approved', 'executed') and b.checked_by is null then 'nobody checked it'
       else 'batch ' || b.count || '/' || b.total_fen || ', withdrawals ' || coalesce(x.n, 0) || '/' || coalesce(x.fen, 0) end as detail
     from payout_batch b left join lateral (select count(*) as n, sum(w.amount_fen) as fen from withdrawal w where w.batch_id = b.id) x on true
     where b.checked_by = b.made_by or (b.state in ('approved', 'executed') and b.checked_by is null) or (b.state <> 'cancelled' and (b.count <> coalesce(x.n, 0) or b.total_fen <> coalesce(x.fen, 0)))`,
  ),
  rule(
    "taxWithheld",
    "代扣税等于提现单之和",
    "tax withheld is that of the withdrawals sent",
    "select count(*) from withdrawal where submitted_at is not null",
    `with ${sums}, due as (select coalesce(sum(tax_fen), 0) as fen from withdrawal where state in ('submitted', 'waitUserConfirm', 'succeeded'))
     select 'taxWithheld' as ref, 'ledger ' || -${balanceOf("taxWithheld")} || ', withdrawals ' || due.fen as detail from due where -${balanceOf("taxWithheld")} <> due.fen
     union all select w.id, 'amount ' || w.amount_fen || ', tax ' || w.tax_fen || ', net ' || w.net_fen from withdrawal w where w.amount_fen <> w.tax_fen + w.net_fen`,
  ),
];

const suppliers: AuditRule[] = [
  rule(
    "supplierIdentity",
    "供应商账户恒等式",
    "what a supplier is owed ties to its receipts, claims and approved adjustments",
    "select count(*) from account where base = 'supplierPending'",
    `with ${sums}, accepted as (select p.supplier_id as id, sum(l.amount_fen) as fen from receipt_line l join receipt r on r.id = l.receipt_id join purchase_order p on p.id = r.purchase_order_id group by 1),
     claimed as (select supplier_id as id, sum(amount_fen) as fen from supplier_claim where state <> 'cancelled' group by 1),
     stated as (
       select supplier_id as id, sum(adjustments_fen) filter (where state in ('approved', 'paying', 'paid')) as adjusted, sum(payable_fen) filter (where state in ('paying', 'paid')) as gone
       from supplier_statement group by 1),
     held as (
       select owner_id as id, sum(-total) as fen from sums where base in ('supplierPending', 'supplierPayable', 'supplierReceivable') group by 1),
     everyone as (select id from accepted union select id from claimed union select id from held)
     select e.id as ref, 'accepted ' || coalesce(a.fen, 0) || ', claims ' || coalesce(c.fen, 0) || ', adjusted ' || coalesce(s.adjusted, 0) || '; stands ' || coalesce(h.fen, 0) || ', paid ' || coalesce(s.gone, 0) as detail
     from everyone e left join accepted a using (id) left join claimed c using (id) left join stated s using (id) left join held h using (id)
     where coalesce(a.fen, 0) - coalesce(c.fen, 0) + coalesce(s.adjusted, 0) <> coalesce(h.fen, 0) + coalesce(s.gone, 0)`,
  ),
  rule(
    "claimBooked",
    "每笔扣款都已记账且有证据",
    "every claim is booked with its amount and shows evidence",
    "select count(*) from supplier_claim",
    `select c.id as ref, case when c.evidence = '{}'::jsonb or c.evidence is null then 'no evidence' else 'claim ' || c.amount_fen || ', booked ' || coalesce(b.fen, 0) end as detail from supplier_claim c
     left join lateral (select sum(p.amount_fen) as fen from journal j join posting p on p.journal_id = j.id join account a on a.id = p.account_id
       where j.idem_key = c.journal_key and a.owner_id = c.supplier_id and a.base in ('supplierPending', 'supplierReceivable')) b on true
     where c.state <> 'cancelled' and (c.amount_fen <> coalesce(b.fen, 0) or c.evidence = '{}'::jsonb)`,
  ),
  rule(
    "statementAddsUp",
    "对账单等于明细之和",
    "a statement is the sum of its lines after what the one before carried over",
    "select count(*) from supplier_statement",
    `select s.id as ref, 'opening ' || s.opening_fen || ' + ' || s.receipts_fen || ' − ' || s.claims_fen || ' + ' || s.adjustments_fen || ' = ' || s.closing_fen || ', pays ' || s.payable_fen || '; lines ' || x.receipts || ', ' || x.claims || ', ' || x.adjustments || '; before ' || coalesce(b.closing_fen, 0) as detail
     from supplier_statement s
     join lateral (select coalesce(sum(l.amount_fen) filter (where l.kind = 'receipt'), 0) as receipts, coalesce(-sum(l.amount_fen) filter (where l.kind = 'claim'), 0) as claims,
       coalesce(sum(l.amount_fen) filter (where l.kind = 'adjustment'), 0) as adjustments from statement_line l where l.statement_id = s.id) x on true
     left join lateral (select p.closing_fen from supplier_statement p where p.supplier_id = s.supplier_id and p.to_day < s.from_day order by p.to_day desc limit 1) b on true
     where s.receipts_fen <> x.receipts or s.claims_fen <> x.claims or s.adjustments_fen <> x.adjustments or s.opening_fen <> least(coalesce(b.closing_fen, 0), 0)
       or s.closing_fen <> s.opening_fen + s.receipts_fen - s.claims_fen + s.adjustments_fen or s.payable_fen <> greatest(s.closing_fen, 0)`,
  ),
  rule(
    "statementEvidence",
    "对账单明细都有原始单据",
    "every line of a statement is a receipt, a claim or an adjustment of that supplier, at its amount",
    "select count(*) from statement_line",
    `select l.id as ref, l.kind || ' ' || l.source_id || ': stated ' || l.amount_fen || ', source ' || coalesce(r.amount_fen::text, (-c.amount_fen)::text, 'missing') as detail
     from statement_line l join supplier_statement s on s.id = l.statement_id
     left join (receipt_line r join receipt q on q.id = r.receipt_id join purchase_order p on p.id = q.purchase_order_id) on l.kind = 'receipt' and r.id::text = l.source_id
     left join supplier_claim c on l.kind = 'claim' and c.id = l.source_id
     where (l.kind = 'receipt' and (r.id is null or r.amount_fen <> l.amount_fen or p.supplier_id <> s.supplier_id))
        or (l.kind = 'claim' and (c.id is null or -c.amount_fen <> l.amount_fen or c.supplier_id <> s.supplier_id or c.state = 'cancelled'))
        or l.evidence is null or l.evidence = '{}'::jsonb`,
  ),
  rule(
    "statementByTwo",
    "对账单由两人完成且供应商已确认",
    "a statement is confirmed by the supplier and approved by a second person",
    "select count(*) from supplier_statement",
    `select id as ref, case when approved_by = created_by or approved_by = sent_by then 'maker and approver are one' when confirmed_by is null then 'never confirmed' else 'never approved' end as detail
     from supplier_statement where approved_by = created_by or approved_by = sent_by or (state in ('approved', 'paying', 'paid') and (approved_by is null or confirmed_by is null))
       or (state = 'confirmed' and confirmed_by is null)`,
  ),
  rule(
    "statementBooked",
    "应付与在途等于对账单",
    "payable and in transit are the statements in those states",
    "select count(*) from supplier_statement",
    `with ${sums}, owed as (select supplier_id as id, sum(payable_fen) as fen from supplier_statement where state = 'approved' group by 1),
     moving as (select coalesce(sum(payable_fen), 0) as fen from supplier_statement where state = 'paying')
     select coalesce(s.owner_id, o.id) as ref, 'payable ' || coalesce(-s.total, 0) || ', statements ' || coalesce(o.fen, 0) as detail
       from (select * from sums where base = 'supplierPayable') s full join owed o on o.id = s.owner_id where coalesce(-s.total, 0) <> coalesce(o.fen, 0)
     union all select 'supplierInTransit', 'ledger ' || -${balanceOf("supplierInTransit")} || ', statements ' || moving.fen from moving where -${balanceOf("supplierInTransit")} <> moving.fen
     union all select t.id, 'paid without reference or booking' from supplier_statement t
       where t.state = 'paid' and (coalesce(t.payment_ref, '') = '' or not exists (select 1 from journal j where j.idem_key = 'stmok:' || t.id))`,
  ),
];

const trail: AuditRule[] = [
  rule(
    "moneyHasTrail",
    "每次动钱都留痕",
    "every movement by hand is in the audit log",
    "select (select count(*) from payout_batch where state in ('approved', 'executed')) + (select count(*) from supplier_statement where approved_by is not null) + (select count(*) from journal where type in ('capitalPaidIn', 'fundsMoved'))",
    `select b.id as ref, 'approved without a trace' as detail from payout_batch b where b.state in ('approved', 'executed')
       and not exists (select 1 from audit_entry e where e.subject_type = 'payoutBatch' and e.subject_id = b.id and e.deed = 'payouts.approve' and e.actor_id = b.checked_by)
     union all select s.id, 'approved without a trace' from supplier_statement s where s.approved_by is not null
       and not exists (select 1 from audit_entry e where e.subject_type = 'statement' and e.subject_id = s.id and e.deed = 'settlement.approve' and e.actor_id = s.approved_by)
     union all select j.ref, 'moved without a trace' from journal j where j.type in ('capitalPaidIn', 'fundsMoved')
       and not exists (select 1 from audit_entry e where e.subject_type = 'funds' and e.subject_id = j.ref and e.reason <> '')`,
  ),
];

/** What news that was not told yet still brings to the sums, and no finding while days are being counted for the first time. */
const tail = `roll_delta(array(select roll_affected(array(select id from outbox_event where delivered_at is null))), '${zone}')`;
const counted = "not exists (select 1 from rollup_backlog)";
const threeDays = (paid: string, session: string, pickup: string) =>
  `cross join lateral (values ('paid'::day_basis, ${paid}), ('session', ${session}), ('pickup', ${pickup})) b(basis, day)`;

const sumsKept: AuditRule[] = [
  rule(
    "sumsOfFacts",
    "汇总等于订单事实",
    "the sums of every day and city are those of its paid orders, by payment, session and pickup day",
    "select count(*) from rollup_city",
    `with fact as (
       select b.basis, b.day, o.city_id, count(distinct o.id) as orders, sum(l.ordered - l.cancelled - l.short) as pieces, sum(l.paid_fen) as paid, sum(l.refunded_fen) as refund,
         sum(l.supply_price_fen * (l.ordered - l.cancelled - l.short)) as cost, sum(l.commission_fen - l.commission_reversed_fen) as commission
       from customer_order o join order_line l on l.order_id = o.id ${threeDays(`(o.paid_at at time zone '${zone}')::date`, "o.business_day", "o.pickup_day")}
       where o.paid_at is not null group by 1, 2, 3),
     kept as (
       select basis, day, city_id, sum(orders) as orders, sum(pieces) as pieces, sum(paid_fen) as paid, sum(refund_fen) as refund, sum(cost_fen) as cost, sum(commission_fen) as commission from (
         select basis, day, city_id, orders, pieces, paid_fen, refund_fen, cost_fen, commission_fen from rollup_city
         union all
         select b.basis, b.day, t.city_id, max(greatest(t.sign, 0)) + min(least(t.sign, 0)), sum(t.pieces), sum(t.paid_fen), sum(t.refund_fen), sum(t.cost_fen), sum(t.commission_fen)
         from ${tail} t ${threeDays("t.paid_day", "t.business_day", "t.pickup_day")} group by 1, 2, 3, t.order_id) x
       group by 1, 2, 3 having sum(orders) <> 0 or sum(paid_fen) <> 0)
     select basis || ' ' || day || ' ' || city_id as ref, 'orders ' || coalesce(f.orders, 0) || ', counted ' || coalesce(k.orders, 0) || '; paid ' || coalesce(f.paid, 0) || '/' || coalesce(k.paid, 0) || ', refunds ' || coalesce(f.refund, 0) || '/' || coalesce(k.refund, 0) as detail
     from fact f full join kept k using (basis, day, city_id)
     where (f.orders, f.pieces, f.paid, f.refund, f.cost, f.commission) is distinct from (k.orders, k.pieces, k.paid, k.refund, k.cost, k.commission) and ${counted}`,
  ),
  rule(
    "sumsOfSplits",
    "各维度汇总合计一致",
    "a day comes to the same total by leader, SKU, supplier, category, session and offer",
    "select count(*) from rollup_leader",
    `with city as (select basis, day, sum(pieces) as pieces, sum(paid_fen) as paid, sum(refund_fen) as refund, sum(commission_fen) as commission from rollup_city group by 1, 2)
     ${["leader", "sku", "supplier", "category", "session", "offer"]
       .map(
         (
           kind,
         ) => `select '${kind} ' || c.basis || ' ' || c.day as ref, 'by city ' || c.paid || ' − ' || c.refund || ', by ${kind} ' || coalesce(k.paid, 0) || ' − ' || coalesce(k.refund, 0) as detail
     from city c left join (select basis, day, sum(pieces) as pieces, sum(paid_fen) as paid, sum(refund_fen) as refund, sum(commission_fen) as commission from rollup_${kind} group by 1, 2) k using (basis, day)
     where (c.pieces, c.paid, c.refund, c.commission) is distinct from (k.pieces, k.paid, k.refund, k.commission)`,
       )
       .join(" union all ")}`,
  ),
  rule(
    "sumsOfBuyers",
    "买家汇总等于订单事实",
    "every buyer's lifetime is her paid orders, and every day's buyers are those who paid",
    "select count(*) from buyer",
    `with waiting as materialized (select distinct resident_id from ${tail} t),
     fact as (
       select o.resident_id, count(distinct o.id) as orders, sum(l.paid_fen) as paid, sum(l.refunded_fen) as refund, min((o.paid_at at time zone '${zone}')::date) as first
       from customer_order o join order_line l on l.order_id = o.id where o.paid_at is not null group by 1)
     select resident_id as ref, 'orders ' || coalesce(f.orders, 0) || ', counted ' || coalesce(y.orders, 0) || '; paid ' || coalesce(f.paid, 0) || '/' || coalesce(y.paid_fen, 0) as detail
       from fact f full join buyer y using (resident_id)
       where (f.orders, f.paid, f.refund, f.first) is distinct from (y.orders, y.paid_fen, y.refund_fen, y.first_paid_day) and resident_id not in (select resident_id from waiting) and ${counted}
     union all select coalesce(f.day, k.day)::text, 'buyers ' || coalesce(f.n, 0) || ', counted ' || coalesce(k.n, 0)
       from (select (paid_at at time zone '${zone}')::date as day, count(distinct resident_id) as n from customer_order where paid_at is not null group by 1) f
       full join (select day, sum(bit_count(bits)) as n from (select day, chunk, bit_or(bits) as bits from rollup_bits where basis = 'paid' group by 1, 2) x group by 1) k using (day)
       where f.n is distinct from k.n and not exists (select 1 from waiting) and ${counted}`,
  ),
];

const groups: AuditRule[] = [
  rule(
    "groupSeats",
    "团的座位等于团员",
    "a group's seats are its members, and a formed group is full of people who paid",
    "select count(*) from customer_order",
    `${drifting("groups")}
     union all select g.id, g.state || ' with ' || g.paid || ' of ' || g.size from buyer_group g
       where g.settled_at is not null and exists (select 1 from group_member m where m.group_id = g.id and m.state <> 'left')
     union all select o.id, 'no seat in ' || o.group_id from customer_order o where o.group_id is not null
       and not exists (select 1 from group_member m where m.order_id = o.id and m.group_id = o.group_id)`,
  ),
  rule(
    "groupOrders",
    "未成团的订单全部退回",
    "no order of a failed group stands, and none of an undecided one is locked",
    "select count(*) from customer_order",
    `select o.id as ref, 'group ' || g.id || ' ' || g.state || ', order ' || o.state as detail
     from customer_order o join buyer_group g on g.id = o.group_id
     where (g.state = 'failed' and o.state = 'paid' and g.decided_at < $1::timestamptz - ${patience})
       or (g.state <> 'formed' and o.state in ('locked', 'inTransit', 'arrived', 'completed', 'refunded'))
     union all select g.id, 'due since ' || g.expires_at from buyer_group g where g.state = 'open' and g.expires_at < $1::timestamptz - ${patience} and g.taken = g.paid`,
  ),
  rule(
    "minimumsDecided",
    "起订量在锁单前判定",
    "no session is locked with a minimum undecided",
    "select count(*) from sale_session where state in ('locked', 'finished')",
    `select o.id as ref, 'session ' || s.id || ' ' || s.state as detail from offer o join sale_session s on s.id = o.sale_session_id
     where o.min_count is not null and o.min_decided_at is null and s.state in ('locked', 'finished')`,
  ),
];

const coupons: AuditRule[] = [
  rule(
    "couponShares",
    "优惠分摊等于订单明细的优惠",
    "the coupon shares of a line are what came off it, and an order's are its lines'",
    "select count(*) from order_line",
    `select l.id as ref, 'line ' || l.coupon_fen || ', shares ' || coalesce(s.fen, 0) || ', goods ' || l.goods_fen || ', paid ' || l.paid_fen as detail from order_line l
     left join lateral (select sum(x.amount_fen) as fen from coupon_share x where x.order_line_id = l.id) s on true
     where (l.coupon_fen > 0 or s.fen is not null) and (l.coupon_fen <> coalesce(s.fen, 0) or l.paid_fen <> l.goods_fen - l.coupon_fen or l.paid_fen < 1)
     union all select o.id, 'order ' || o.coupon_fen || ', lines ' || x.fen from customer_order o
       join lateral (select sum(l.coupon_fen) as fen from order_line l where l.order_id = o.id) x on true
       where o.coupon_fen <> x.fen or o.payable_fen <> o.goods_fen - o.coupon_fen`,
  ),
  rule(
    "couponsCounted",
    "优惠券领取数与已承诺预算属实",
    "a template's claimed and committed are those of its coupons, within quota and budget",
    "select count(*) + (select count(*) from customer_order) from coupon_template",
    `select t.id as ref, 'claimed ' || t.claimed || ', coupons ' || x.n || '; committed ' || t.committed_fen || ', standing ' || x.fen as detail from coupon_template t
     join lateral (select count(*) as n, coalesce(sum(c.amount_fen) filter (where c.state in ('held', 'used')), 0) as fen, coalesce(max(c.nth), 0) as nth from coupon c where c.template_id = t.id) x on true
     where t.claimed <> x.n or t.committed_fen <> x.fen or x.n > t.quota or x.fen > t.budget_fen or x.nth > t.per_person`,
  ),
  rule(
    "couponUsedOnce",
    "每张优惠券只用于一笔有效订单",
    "a coupon in use stands on one order of its owner, at the amount of its shares there",
    "select count(*) + (select count(*) from customer_order) from coupon where state in ('held', 'used')",
    `select c.id as ref, c.state || ' on ' || coalesce(o.state::text, 'no order') || ': ' || coalesce(c.amount_fen, 0) || ', shares ' || coalesce(s.fen, 0) as detail
     from coupon c left join customer_order o on o.id = c.order_id
     left join lateral (select sum(x.amount_fen) as fen from coupon_share x join order_line l on l.id = x.order_line_id where x.coupon_id = c.id and l.order_id = c.order_id) s on true
     where c.state in ('held', 'used') and (o.id is null or o.resident_id <> c.resident_id or c.amount_fen is distinct from s.fen
       or (c.state = 'held') <> (o.state = 'pendingPayment') or o.state = 'cancelled')
     union all select s.coupon_id, 'on ' || count(distinct o.id) || ' standing orders' from coupon_share s join order_line l on l.id = s.order_line_id
       join customer_order o on o.id = l.order_id join coupon c on c.id = s.coupon_id
       where o.state <> 'cancelled' and not (o.state = 'refunded' and c.order_id is distinct from o.id) group by 1 having count(distinct o.id) > 1`,
  ),
  rule(
    "couponSubsidy",
    "平台优惠支出等于完成明细的平台份额",
    "the coupon subsidy is the platform's own share of completed lines, after refunds",
    "select count(*) from order_line where completed_at is not null",
    `with ${sums}, kept as (
       select coalesce(sum(${shareLeft}), 0) as fen from coupon_share s join order_line l on l.id = s.order_line_id join customer_order o on o.id = l.order_id
       where s.funder = 'platform' and l.completed_at is not null and o.state in ${standing})
     select 'couponSubsidy' as ref, 'ledger ' || ${balanceOf("couponSubsidy")} || ', lines ' || kept.fen as detail from kept where ${balanceOf("couponSubsidy")} <> kept.fen`,
  ),
  rule(
    "couponCommissionBase",
    "佣金基数含平台优惠",
    "commission counts what was paid and the platform's own coupon share, and no other's",
    "select count(*) from order_line",
    `select l.id as ref, 'base ' || l.commission_base_fen || ', paid ' || l.paid_fen || ', platform ' || coalesce(s.fen, 0) as detail from order_line l
     left join lateral (select sum(x.amount_fen) as fen from coupon_share x where x.order_line_id = l.id and x.funder = 'platform') s on true
     where l.commission_base_fen <> l.paid_fen + coalesce(s.fen, 0)`,
  ),
];

/** Every rule, in the order a reader follows the money. */
const prices: AuditRule[] = [
  rule(
    "pricesObserved",
    "成交价记录与已付订单一致",
    "the prices written down are those of the paid orders",
    "select count(*) from price_observation",
    `select coalesce(p.sku_id, q.sku_id) || ' ' || coalesce(p.city_id, q.city_id) || ' ' || coalesce(p.day, q.day) as ref,
        coalesce(p.pieces, 0) || ' at ' || coalesce(p.lowest_fen, 0) || ', orders say ' || coalesce(q.pieces, 0) || ' at ' || coalesce(q.lowest_fen, 0) as detail
      from price_observation p full join (
        select l.sku_id, o.city_id, (o.paid_at at time zone '${zone}')::date as day, min(l.paid_fen / l.ordered) as lowest_fen, sum(l.ordered) as pieces
        from customer_order o join order_line l on l.order_id = o.id where o.paid_at is not null group by 1, 2, 3) q
        on q.sku_id = p.sku_id and q.city_id = p.city_id and q.day = p.day
      where (p.lowest_fen, p.pieces) is distinct from (q.lowest_fen, q.pieces)`,
  ),
  rule(
    "struckPricesTrue",
    "划线价有成交依据，且不高于活动前七日最低成交价",
    "a struck-through price has its transaction, and none of the seven days before was lower",
    "select count(*) from offer",
    `select o.id as ref, 'struck through at ' || o.list_price_fen || ', paid ' || p.lowest_fen || ' on ' || p.day as detail
      from offer o join price_observation p on p.sku_id = o.sku_id and p.city_id = o.city_id
        and p.day between (o.starts_at at time zone '${zone}')::date - 7 and (o.starts_at at time zone '${zone}')::date - 1
      where o.list_price_day is not null and o.state in ('active', 'paused') and p.lowest_fen < o.list_price_fen
      union all
      select o.id, 'nothing was paid on ' || o.list_price_day from offer o
      where o.list_price_day is not null and o.state in ('active', 'paused') and not exists (
        select 1 from price_observation p where p.sku_id = o.sku_id and p.city_id = o.city_id and p.day = o.list_price_day and p.lowest_fen <= o.list_price_fen)`,
  ),
];

export const auditRules: readonly AuditRule[] = [
  ...books,
  ...cash,
  ...goods,
  ...coupons,
  ...groups,
  ...prices,
  ...leaders,
  ...suppliers,
  ...trail,
  ...sumsKept,
];
