import auditEn from "./audit.en";
import auditZh from "./audit.zh";
import type { Locale } from "./locale";

/**
 * What the audit log's words mean: deed → what the actor did, Chinese and English, as a sentence without the name.
 * A deed that is not listed is shown as it was recorded.
 */
export const deeds = {
  "people.signIn": ["登录了", "signed in"],
  "people.signInFailed": ["登录失败", "failed to sign in"],
  "people.signOut": ["退出了登录", "signed out"],
  "people.revokeSignIn": ["结束了一台设备的登录", "ended a session"],
  "people.invite": ["邀请了同事", "invited a colleague"],
  "people.inviteAgain": ["重新发了链接", "made a new link"],
  "people.open": ["开通了账号", "opened an account"],
  "people.setPassword": ["设置了密码", "set a password"],
  "people.changeRoles": ["改了角色", "changed roles"],
  "people.limit": ["改了可见范围", "changed the scope"],
  "people.disable": ["停用了账号", "disabled the account"],
  "people.enable": ["恢复了账号", "enabled the account"],
  "pii.reveal": ["查看了完整的个人信息", "revealed personal data"],
  "residents.bindPhone": ["绑定了手机号", "bound a mobile number"],
  "residents.choosePoint": ["选择了自提点", "chose a pickup point"],
  "residents.rename": ["改了昵称", "changed the nickname"],
  "residents.endTokens": ["退出了小程序登录", "signed out of the mini program"],
  "analytics.saveReport": ["保存了报表", "saved a report"],
  "analytics.removeReport": ["删除了报表", "removed a report"],
  "analytics.note": ["写了当天的备注", "wrote a note on a day"],
  "analytics.removeNote": ["删除了当天的备注", "removed a note on a day"],
  "analytics.target": ["设定了目标", "set a target"],
  "settings.change": ["改了设置", "changed a setting"],
  "messages.retry": ["重新发送了消息", "sent a message again"],
  "jobs.retry": ["重试了任务", "retried a job"],
  "jobs.setAside": ["搁置了任务", "set a job aside"],
  "jobs.takeBack": ["把任务放回了队列", "put a job back into the queue"],
  "lists.share": ["共享了视图", "shared a view"],
  "lists.unshare": ["删除了共享视图", "dropped a shared view"],
  "lists.export": ["申请了导出", "asked for an export"],
  "lists.exported": ["导出完成", "the export was written"],
  "lists.bulk": ["确认了批量操作", "confirmed a bulk run"],
  "lists.changed": ["批量操作完成", "the bulk run was done"],
  "lists.undo": ["撤销了批量操作", "undid a bulk run"],
  "lists.undone": ["批量撤销完成", "the undo was done"],
  "lists.cancel": ["停止了任务", "stopped a run"],
  "lists.retry": ["继续了任务", "let a run go on"],
  "procurement.issue": ["生成了采购单", "issued the purchase order"],
  "procurement.accept": ["接了采购单", "accepted the purchase order"],
  "fulfilment.receive": ["收了货", "received goods"],
  "fulfilment.load": ["装了车", "loaded it"],
  "fulfilment.arrive": ["送到了自提点", "brought it to the point"],
  "fulfilment.sign": ["签收了", "signed for it"],
  "fulfilment.notify": ["通知居民取货", "told the residents"],
  "fulfilment.remind": ["提醒居民取货", "reminded the residents"],
  "pickups.verify": ["核销交付了商品", "handed the goods over"],
  "pickups.markUncollected": ["标记未取", "marked goods uncollected"],
  "pickups.settleUncollected": ["按规则处理了未取商品", "applied the policy to uncollected goods"],
  "aftersales.report": ["申请了售后", "reported a case"],
  "aftersales.decide": ["处理了售后", "decided the case"],
  "aftersales.withdraw": ["撤回了售后", "took the case back"],
  "aftersales.refunded": ["售后退款到账", "the refund arrived"],
  "suppliers.apply": ["开始了入驻申请", "started an application"],
  "suppliers.submit": ["提交了入驻申请", "handed in the application"],
  "suppliers.judge": ["判断了一项", "judged an item"],
  "suppliers.return": ["退回补正", "returned it to be mended"],
  "suppliers.reject": ["拒绝了申请", "rejected the application"],
  "suppliers.approve": ["通过了申请", "approved the application"],
  "suppliers.create": ["建立了供应商", "made the supplier"],
  "suppliers.suspend": ["暂停了合作", "suspended the supplier"],
  "suppliers.restore": ["恢复了合作", "restored the supplier"],
  "suppliers.edit": ["修改了资料", "edited the profile"],
  "suppliers.terms": ["修改了供货条件", "changed the supply terms"],
  "suppliers.contract": ["续签了合同", "made a new contract version"],
  "suppliers.paper": ["上传了证照", "uploaded a paper"],
  "suppliers.claim": ["登记了扣款", "raised a claim"],
  "suppliers.remind": ["提醒了证照到期", "reminded of an expiring paper"],
  "catalog.create": ["新建了商品", "made the product"],
  "catalog.edit": ["修改了商品", "edited the product"],
  "catalog.submit": ["提交了审核", "handed it to review"],
  "catalog.approve": ["通过了商品审核", "approved the product"],
  "catalog.return": ["退回了商品", "returned the product"],
  "catalog.archive": ["归档了商品", "archived the product"],
  "catalog.restore": ["恢复了商品", "restored the product"],
  "catalog.price": ["定了价", "priced it"],
  "catalog.list": ["上架了", "listed it"],
  "catalog.unlist": ["下架了", "took it off sale"],
  "catalog.quote": ["报了价", "quoted a price"],
  "catalog.propose": ["提出了调价", "proposed a higher price"],
  "catalog.acceptPrice": ["同意了调价", "accepted the new price"],
  "catalog.declinePrice": ["没有同意调价", "declined the new price"],
  "catalog.copyQuotes": ["沿用了昨日报价", "copied yesterday's quotes"],
  "catalog.check": ["检查了价目表", "checked a price list"],
  "catalog.import": ["导入了价目表", "imported a price list"],
  "points.make": ["新建了自提点", "added the point"],
  "points.edit": ["改了自提点资料", "edited the point"],
  "points.import": ["导入了自提点", "imported the point"],
  "points.open": ["开通了自提点", "opened the point"],
  "points.pause": ["暂停了自提点", "paused the point"],
  "points.close": ["关闭了自提点", "closed the point"],
  "points.give": ["更换了团长", "changed the leader"],
  "points.addCity": ["加了城市", "added a city"],
  "points.addWarehouse": ["加了仓库", "added a warehouse"],
  "points.addRoute": ["加了线路", "added a route"],
  "calendar.rest": ["加了休息日", "marked rest days"],
  "calendar.open": ["改为照常", "marked working days"],
  "leaders.apply": ["提交了团长申请", "applied"],
  "leaders.approve": ["通过了申请", "approved the application"],
  "leaders.reject": ["没有通过申请", "refused the application"],
  "leaders.open": ["开通了团长", "opened the leader"],
  "leaders.pause": ["暂停了团长", "paused the leader"],
  "leaders.resume": ["恢复了团长", "resumed the leader"],
  "leaders.leave": ["办理了退出", "let the leader go"],
  "leaders.level": ["调整了等级", "changed the level"],
  "leaders.transfer": ["移交了自提点", "handed over a point"],
  "sessions.draft": ["建立了场次", "drafted the session"],
  "sessions.edit": ["改了场次", "edited the session"],
  "sessions.publish": ["发布了场次", "published the session"],
  "sessions.finish": ["结束了场次", "finished the session"],
  "sessions.clone": ["复制了场次", "copied the session"],
  "sessions.cancel": ["取消了场次", "cancelled the session"],
  "sessions.addItems": ["添加了商品", "added items"],
  "sessions.changeItem": ["改了商品", "changed an item"],
  "sessions.removeItem": ["移出了商品", "took an item out"],
  "sessions.price": ["改了价格", "changed a price"],
  "sessions.pauseItem": ["暂停了商品", "paused an item"],
  "sessions.resumeItem": ["恢复了商品", "resumed an item"],
  "flash.add": ["新建了秒杀场", "added a flash slot"],
  "flash.publish": ["发布了秒杀场", "published a flash slot"],
  "flash.cancel": ["取消了秒杀场", "cancelled a flash slot"],
  "flash.end": ["秒杀结束，退回剩余", "returned a slot's unsold pieces"],
  "settlement.make": ["出了对账单", "made the statement"],
  "settlement.adjust": ["改了调整项", "changed an adjustment"],
  "settlement.send": ["发给了供应商", "sent it to the supplier"],
  "settlement.confirm": ["确认了对账单", "confirmed the statement"],
  "settlement.dispute": ["提出了异议", "disputed it"],
  "settlement.note": ["留了言", "left a message"],
  "settlement.approve": ["批准了对账单", "approved the statement"],
  "settlement.pay": ["提交了银行付款", "ordered the payment"],
  "settlement.paid": ["登记了付款", "recorded the payment"],
  "settlement.bounce": ["登记了银行退回", "recorded the bank's return"],
  "payouts.withdraw": ["申请了提现", "asked for a withdrawal"],
  "payouts.reject": ["驳回了提现", "rejected the withdrawal"],
  "payouts.remind": ["提醒团长确认收款", "reminded the leader to confirm"],
  "payouts.make": ["制了打款单", "made the batch"],
  "payouts.approve": ["复核了打款单", "approved the batch"],
  "payouts.execute": ["执行了打款", "paid the batch out"],
  "payouts.cancel": ["作废或撤销了打款", "cancelled the payout"],
  "payouts.await": ["等待团长确认收款", "waits for the leader's confirmation"],
  "payouts.succeed": ["打款到账", "the money arrived"],
  "payouts.fail": ["打款失败，金额退回", "the payout failed, the money is back"],
  "payouts.expire": ["超时未确认，金额退回", "not confirmed in time, the money is back"],
  "payouts.return": ["到账后退回", "returned after success"],
  "commission.release": ["解冻了佣金", "released commission"],
  "funds.capital": ["登记了注资", "recorded capital"],
  "funds.move": ["登记了账户划转", "recorded a transfer"],
  "commission.draft": ["提交了佣金规则", "proposed a commission rule"],
  "commission.approve": ["通过了佣金规则", "approved a commission rule"],
  "commission.withdraw": ["撤回了佣金规则", "withdrew a commission rule"],
} as const satisfies Record<string, readonly [zh: string, en: string]>;

/** What a subject is called, and where its record lives. */
export const subjects = {
  user: ["人员", "Person", "/people/"],
  account: ["账号", "Account", null],
  resident: ["居民", "Resident", null],
  supplier: ["供应商", "Supplier", "/suppliers/"],
  application: ["入驻申请", "Application", "/suppliers/applications/"],
  leader: ["团长", "Leader", "/leaders/"],
  leaderApplication: ["团长申请", "Leader application", "/leaders/applications/"],
  warehouse: ["仓库", "Warehouse", "/points/network"],
  route: ["线路", "Route", "/points/network"],
  region: ["城市", "City", "/points/network"],
  calendar: ["日历", "Calendar", "/points/network"],
  point: ["自提点", "Pickup point", "/points/"],
  import: ["价目表", "Price list", "/products/import/"],
  product: ["商品", "Product", "/products/"],
  sku: ["规格", "SKU", null],
  session: ["场次", "Session", "/sessions/"],
  offer: ["团品", "Offer", null],
  slot: ["秒杀场", "Flash slot", "/flash"],
  order: ["订单", "Order", "/orders/"],
  pickupCode: ["提货码", "Pickup code", null],
  orderLine: ["订单行", "Order line", null],
  payment: ["支付", "Payment", null],
  refund: ["退款", "Refund", null],
  transfer: ["转账", "Transfer", null],
  purchase: ["采购单", "Purchase order", "/fulfilment/purchases/"],
  funds: ["资金", "Funds", "/ledger"],
  purchaseOrder: ["采购单", "Purchase order", "/fulfilment/purchases/"],
  receipt: ["收货", "Receipt", null],
  delivery: ["配送单", "Delivery", "/fulfilment/deliveries/"],
  aftersale: ["售后", "After-sale case", "/aftersales/"],
  commissionRule: ["佣金规则", "Commission rule", "/commission-rules"],
  statement: ["对账单", "Statement", "/settlements/"],
  withdrawal: ["提现", "Withdrawal", "/payouts/withdrawals/"],
  journal: ["分录", "Journal entry", "/ledger/journals/"],
  payoutBatch: ["付款批次", "Payout batch", "/payouts/"],
  setting: ["设置", "Setting", "/settings"],
  message: ["消息", "Message", "/messages"],
  event: ["任务", "Job", "/jobs/queue"],
  run: ["后台任务", "Run", "/jobs?view=all&peek="],
  savedView: ["视图", "View", null],
  file: ["文件", "File", "/api/files/"],
} as const satisfies Record<string, readonly [zh: string, en: string, path: string | null]>;

const side = (locale: Locale) => (locale === "en" ? 1 : 0);

/** The log's own tables; not all words, for this is used in the browser. */
const audit = (locale: Locale) =>
  (locale === "en" ? auditEn : auditZh) as Record<
    "deeds" | "fields" | "values" | "by" | "processes",
    Record<string, string>
  >;

export const deedWords = (deed: string, locale: Locale): string =>
  (deeds as Record<string, readonly [string, string]>)[deed]?.[side(locale)] ??
  audit(locale).deeds[deed.replaceAll(".", "_")] ??
  deed;

/** A recorded field's name in words. */
export const fieldWords = (field: string, locale: Locale): string => audit(locale).fields[field] ?? field;

const subjectOf = (type: string) => (subjects as Record<string, readonly [string, string, string | null]>)[type];
export const subjectWords = (type: string, locale: Locale): string => subjectOf(type)?.[side(locale)] ?? type;

/** The page of a subject's record, or null when it has none of its own. */
export function subjectHref(type: string, id: string): string | null {
  const path = subjectOf(type)?.[2] ?? null;
  return path === null ? null : /[/=]$/.test(path) ? `${path}${id}` : path;
}

/** A recorded word (a role, a state, a bearer) in words; anything else stays as it is. */
export const valueWords = (value: string, locale: Locale): string => audit(locale).values[value] ?? value;

/** Who acted, for a reader: a person's name, or which of our own processes; nobody signed in is a visitor. */
export function actorWords(actor: { actorKind?: string; actorName: string }, locale: Locale): string {
  if (actor.actorName === "anonymous") return audit(locale).by.anonymous ?? actor.actorName;
  const words = audit(locale);
  return actor.actorKind === "system"
    ? `${words.by.system} · ${words.processes[actor.actorName] ?? actor.actorName}`
    : actor.actorName;
}
