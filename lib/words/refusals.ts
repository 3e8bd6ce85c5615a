import { valueWords } from "./deeds";

/** Every way the business says no: code → status of the public API, Chinese, English. `{name}` is filled from the refusal's facts. */
export const refusals = {
  // general
  notFound: [404, "没有找到，或者您无权查看。", "Not found, or not yours to see."],
  forbidden: [403, "您的角色不能做这件事，请联系管理员。", "Your role may not do this. Ask an administrator."],
  unauthenticated: [401, "请先登录。", "Please sign in first."],
  invalid: [422, "有几处需要修改，请看标出的字段。", "Some fields need a change; see the marked ones."],
  malformed: [400, "请求格式不对。", "The request is malformed."],
  illegalTransition: [
    409,
    "当前状态（{state}）不能这样操作，请刷新后再看。",
    "This cannot be done in the current state ({state}). Refresh and look again.",
  ],
  staleVersion: [
    412,
    "别人刚刚改过，请看过最新内容后再试。",
    "Somebody changed this meanwhile. Look at the latest and try again.",
  ],
  commentClosed: [
    409,
    "评论发出 15 分钟后不能再改或移除，可以另写一条。",
    "A comment can be mended for 15 minutes. Write another one instead.",
  ],
  changedSince: [409, "之后又改过，保持现状。", "Changed again since; left as it is."],
  alreadySo: [409, "本来就是这样，不需要改。", "Is so already; nothing to change."],
  notMovable: [
    409,
    "只有已支付、尚未截单的订单可以改自提点。",
    "Only a paid order that has not been cut off can move.",
  ],
  bulkBroken: [
    500,
    "连续 {count} 行出错，已停下。可以从这里继续。",
    "{count} rows broke one after the other, so it stopped. It can go on from here.",
  ],
  workerLost: [
    503,
    "后台进程中断了 {count} 次，没有进展，已停下。可以从这里继续。",
    "The worker was lost {count} times without progress, so it stopped. It can go on from here.",
  ],
  xlsxRows: [
    422,
    "Excel 文件最多 {most} 行，请改用 CSV（不限行数）或缩小范围。",
    "An Excel file holds up to {most} rows. Choose CSV, which has no limit, or narrow the list.",
  ],
  runsWaiting: [
    429,
    "您已有 {most} 个任务在排队，请等其中一个完成。",
    "You have {most} jobs waiting. Let one of them finish first.",
  ],
  tooManyViews: [409, "最多保存 {most} 个视图，请先删掉一个。", "At most {most} saved views. Drop one first."],
  fileExpired: [410, "文件已过期，请重新导出。", "The file has expired. Export it again."],
  undoExpired: [409, "已超过可撤销的时间，或不能撤销。", "It is too late to undo this, or it cannot be undone."],
  reasonRequired: [422, "请写明原因。", "Please give a reason."],
  twoPeople: [409, "制单人不能复核自己的单，请换一位同事。", "Whoever made it cannot check it. Ask a colleague."],
  tooManyRequests: [429, "操作太频繁，请稍后再试。", "Too many requests. Try again in a moment."],
  idempotencyKeyMissing: [400, "请求缺少 Idempotency-Key。", "The Idempotency-Key header is missing."],
  idempotencyMismatch: [
    422,
    "同一个 Idempotency-Key 已用于另一个请求。",
    "This Idempotency-Key was used for another request.",
  ],
  idempotencyInFlight: [409, "同一个请求正在处理。", "The same request is being processed."],
  contentType: [415, "请求的 Content-Type 不对。", "The Content-Type of the request is not accepted here."],
  bodyTooBig: [413, "请求内容太大。", "The request is too large."],
  reminderTooLate: [409, "马上就要开抢，不用提醒了。", "It begins in a moment; a reminder would come too late."],
  unavailable: [503, "服务正在启动，请稍后再试。", "The service is starting. Try again in a moment."],
  signatureWrong: [401, "签名不对。", "The signature is not right."],
  // people and sign-in
  notLeader: [403, "您还不是团长，可以先申请。", "You are not a leader yet. You can apply to become one."],
  signInFailed: [401, "账号或密码不对。", "The account or the password is wrong."],
  lockedOut: [429, "尝试次数过多，请 {minutes} 分钟后再试。", "Too many tries. Try again in {minutes} min."],
  accountDisabled: [403, "这个账号已停用，请联系管理员。", "This account is disabled. Ask an administrator."],
  codeWrong: [401, "验证码不对或已过期，请检查后重试。", "The code is wrong or has expired."],
  chooseAccount: [
    409,
    "这个号码有两个身份，请选择以哪个身份登录。",
    "This number has two accounts. Choose which to use.",
  ],
  smsTooSoon: [429, "请 {seconds} 秒后再获取验证码。", "Ask for another code in {seconds} s."],
  smsTooMany: [429, "今天已发送 {count} 次验证码，请明天再试。", "{count} codes were sent today. Try again tomorrow."],
  wechatCode: [401, "微信登录凭证无效，请重新打开。", "The WeChat code is not valid. Open the page again."],
  wechatUnknown: [
    401,
    "这个微信还没有绑定团长账号，请用手机验证码登录。",
    "This WeChat account is not a leader's. Sign in with an SMS code.",
  ],
  channelDown: [503, "微信暂时没有答复，请稍后再试。", "WeChat did not answer. Try again in a moment."],
  phoneForeign: [422, "目前只支持中国大陆手机号。", "Only mainland China mobile numbers are supported."],
  invitationInvalid: [
    410,
    "链接无效或已用过，请向管理员索取新的链接。",
    "The link is not valid any more. Ask an administrator for a new one.",
  ],
  passwordWeak: [422, "这个密码太容易猜到，请换一个。", "This password is easy to guess. Choose another."],
  emailTaken: [409, "这个邮箱已被使用。", "This e-mail address is taken."],
  phoneTaken: [409, "这个手机号已被使用。", "This mobile number is taken."],
  rolesMissing: [422, "请至少选择一个角色。", "Choose at least one role."],
  lastAdministrator: [409, "至少要保留一位可用的管理员。", "At least one active administrator must remain."],
  notYourself: [
    409,
    "不能对自己的账号这样做，请换一位管理员。",
    "You cannot do this to your own account. Ask another administrator.",
  ],
  tokenInvalid: [401, "登录已失效，请重新登录。", "The session is no longer valid. Sign in again."],
  settingRange: [422, "请填写 {min} 到 {max} 之间的整数。", "Enter a whole number from {min} to {max}."],
  fileTooBig: [413, "文件不能超过 {megabytes} MB。", "The file may be at most {megabytes} MB."],
  fileKind: [415, "不支持这种文件。", "This kind of file is not accepted."],
  fileMissing: [422, "请选择文件。", "Choose a file."],
  crossSite: [
    403,
    "请求不是从本站发出的，请刷新页面后重试。",
    "The request did not come from this site. Refresh and try again.",
  ],
  broken: [
    500,
    "没有完成，请重试；仍然不行时把编号发给技术支持。",
    "It did not work. Try again; if it stays, send the number to support.",
  ],
  // stock and offers
  soldOut: [409, "「{name}」已抢光，还剩 {available} 件。", "“{name}” is sold out; {available} left."],
  quotaTooLow: [409, "配额不能低于已占用的件数。", "The quota cannot go below what is held and sold."],
  windowsOverlap: [
    409,
    "「{name}」与「{other}」（{window}）的时间重叠：同一商品、同一城市、同一层只能有一个价格。请改时间，或下架那一场里的这件商品。",
    "“{name}” overlaps “{other}” ({window}): one price per item, city and layer. Move the window, or take the item out of the other one.",
  ],
  windowBackwards: [422, "结束时间要晚于开始时间。", "The end must be later than the start."],
  quantityExceeded: [409, "数量超过了剩余可处理的件数。", "More pieces than are left."],
  amountExceeded: [409, "金额超过了剩余可退金额。", "More than is left to refund."],
  balanceTooLow: [409, "余额不足。", "The balance is too low."],
  // orders
  notStarted: [425, "还没有开始，{startsAt} 开抢。", "Not started yet; it opens at {startsAt}."],
  saleEnded: [409, "本场已截单，请看下一场。", "This session is closed. See the next one."],
  limitReached: [
    422,
    "「{name}」{kind}限购 {limit} 件，您已买 {bought} 件。",
    "“{name}”: at most {limit} {kind}; you have {bought}.",
  ],
  groupScope: [
    409,
    "这个团只限开团人所在城市、同一团长的居民参加，您可以自己开一个团。",
    "Only residents of the opener's city and leader can join this group. You can open your own.",
  ],
  inGroup: [409, "您已经在这个团里了，可以邀请邻居参加。", "You are in this group already. Invite your neighbours."],
  groupOneItem: [422, "拼团一次只能买一种商品。", "A group order holds one item only."],
  salePaused: [409, "「{name}」暂停销售，请稍后再看。", "“{name}” is paused. Look again in a moment."],
  newCustomersOnly: [
    422,
    "这是新客专享：已有订单，或有一笔新客订单待支付，就不能再买。",
    "For new customers only: not with an order already, nor beside another first order waiting to be paid.",
  ],
  tooManyHolds: [
    409,
    "您有 {bought} 笔订单还没支付（最多 {limit} 笔），请先支付或取消。",
    "You have {bought} unpaid orders (at most {limit}). Pay or cancel one first.",
  ],
  couponGone: [
    409,
    "优惠券已不能使用，请确认新的报价。",
    "A coupon can no longer be used. Please confirm a new quote.",
  ],
  couponBudget: [
    409,
    "优惠券的预算已用完，请确认新的报价。",
    "The coupon's budget is used up. Please confirm a new quote.",
  ],
  groupFull: [409, "这个团已经满了，可以另开一个。", "This group is full. You can open another."],
  groupEnded: [409, "这个团已经结束，可以另开一个。", "This group has ended. You can open another."],
  busy: [
    503,
    "下单的人太多，没有下单成功，请马上再试。",
    "Too many orders at once; yours was not placed. Try again right away.",
  ],
  quoteStale: [409, "价格或库存有变化，请确认新的报价。", "Prices or stock changed. Please confirm the new quote."],
  quoteExpired: [410, "报价已过期，请重新下单。", "The quote has expired. Please order again."],
  emptyOrder: [422, "请至少选一件商品。", "Choose at least one item."],
  pointClosed: [409, "这个自提点暂停服务，请换一个。", "This pickup point is closed. Choose another."],
  householdNeeded: [
    422,
    "「{name}」按户限购，请先填写楼栋门牌。",
    "“{name}” is limited by household. Name your building and door first.",
  ],
  householdPoint: [409, "请先选择自提点，再填写门牌。", "Choose a pickup point first, then name your home."],
  householdKept: [
    409,
    "门牌 {days} 天内只能填写一户，{until} 之后可以修改。",
    "A home can be changed once in {days} days: from {until}.",
  ],
  couponNotYet: [409, "优惠券「{name}」还没到使用时间。", "“{name}” is not valid yet."],
  couponExpired: [409, "优惠券「{name}」已过期。", "“{name}” has expired."],
  couponPaused: [409, "优惠券「{name}」暂停使用。", "“{name}” is paused."],
  couponCity: [409, "优惠券「{name}」不适用于这个城市。", "“{name}” is not for this city."],
  couponNewCustomers: [409, "优惠券「{name}」仅限新客首单。", "“{name}” is for a new customer's first order."],
  couponLeader: [409, "优惠券「{name}」仅限发券团长的订单。", "“{name}” is for orders with the leader who gives it."],
  couponGoods: [409, "优惠券「{name}」不适用于这些商品。", "“{name}” is not for these goods."],
  couponThreshold: [409, "优惠券「{name}」还差 {missing} 可用。", "“{name}” needs {missing} more."],
  couponNotTogether: [409, "优惠券「{name}」不能和已选的券同时使用。", "“{name}” cannot be used with the ones chosen."],
  couponClosed: [409, "优惠券「{name}」已停止领取。", "“{name}” can no longer be claimed."],
  couponTaken: [409, "优惠券「{name}」每人限领 {limit} 张，您已领满。", "“{name}”: {limit} each, and you have them."],
  couponAllGone: [409, "优惠券「{name}」已领完。", "“{name}” has all been claimed."],
  couponQuota: [409, "优惠券「{name}」只剩 {left} 张。", "Only {left} of “{name}” are left."],
  couponPast: [
    409,
    "优惠券「{name}」的领取时间已过，请先修改。",
    "The claiming time of “{name}” is over. Change it first.",
  ],
  couponCities: [422, "请选择您负责的城市。", "Choose cities you answer for."],
  couponFrozen: [409, "启用过的优惠券只能改名称、数量和预算。", "Once active, only name, quota and budget change."],
  couponOnlyUp: [409, "启用后数量和预算只能加，不能减。", "Once active, quota and budget only grow."],
  tooManyGranted: [422, "一次最多发给 {most} 人。", "At most {most} people at once."],
  afterCutoff: [409, "已截单，请到售后申请退款。", "The cut-off has passed. Ask for a refund through after-sales."],
  alreadyPaid: [409, "订单已支付。", "The order is already paid."],
  paymentUnknown: [
    503,
    "支付渠道没有答复，请稍后查看结果。",
    "The payment channel did not answer. Check again in a moment.",
  ],
  channelRefused: [502, "支付渠道拒绝：{code}。", "The payment channel refused: {code}."],
  notPaid: [
    409,
    "订单还没有支付，支付后才有提货码。",
    "The order is not paid yet; its pickup code comes with the payment.",
  ],
  // goods on the way
  lineReceived: [409, "「{name}」已经收完，请看下一行。", "“{name}” is received already. Take the next line."],
  emptyReceipt: [422, "请先填写实收、短缺或破损的件数。", "Enter the pieces accepted, short or damaged."],
  photoRequired: [422, "「{name}」有短缺或破损，请拍一张照片。", "“{name}” is short or damaged. Take a photo."],
  notArrived: [409, "货还没有到点，到点后才能通知。", "The goods are not there yet. Tell people after they arrive."],
  codeUnknown: [
    404,
    "没有找到提货码 {code}，请核对后重试，或按姓名、手机尾号查找。",
    "No pickup code {code}. Check it, or search by name or phone tail.",
  ],
  alreadyPicked: [409, "这位顾客的商品已经交付过了（{at}）。", "These goods were handed over already ({at})."],
  notSignedYet: [409, "这批货还没有签收，请先签收到货再核销。", "This delivery is not signed for yet. Sign it first."],
  nothingToPick: [409, "这位顾客没有待自提的商品。", "Nothing waits for this resident."],
  emptyPickup: [422, "请至少勾选一件商品。", "Tick at least one item."],
  // after-sales
  afterSaleClosed: [409, "已超过售后期限（{until}）。", "The after-sales window closed at {until}."],
  afterSaleOpen: [409, "这件商品已有一个售后正在处理。", "A case about this item is already open."],
  notDelivered: [409, "商品还没有送达，请等到货后再申请。", "The goods are not delivered yet."],
  noReasonFresh: [422, "生鲜商品不支持七天无理由退货。", "Fresh goods cannot be returned without a reason."],
  descriptionRequired: [422, "请说明问题。", "Describe the problem."],
  responsibleRequired: [422, "请选择责任方。", "Choose who is responsible."],
  partialAmount: [
    422,
    "部分退款的金额要大于 0 且小于申请金额。",
    "A partial refund lies above zero and below what was asked.",
  ],
  // suppliers and catalogue
  applicationClosed: [
    409,
    "申请已提交，现在不能修改；需要补正时会通知您。",
    "The application is handed in and cannot be changed now. You will be told if anything needs mending.",
  ],
  fieldSettled: [
    409,
    "这一项已经通过，本轮只需要修改标出的内容。",
    "This item is settled. Only the marked ones can be changed in this round.",
  ],
  tooManyFiles: [
    409,
    "最多上传 {limit} 份文件，请先移除不需要的。",
    "At most {limit} files. Remove one you do not need.",
  ],
  creditCodeTaken: [
    409,
    "这个主体已经入驻或正在审核，请直接登录，或联系招商人员。",
    "This subject is a supplier already or under review. Sign in, or ask the merchandiser.",
  ],
  nothingToReturn: [409, "还没有标记需要补正的项。", "No item is marked to be mended."],
  itemsOpen: [
    409,
    "还有 {open} 项待判断、{fix} 项需补正，暂不能通过。",
    "{open} items are not judged and {fix} are marked to be mended.",
  ],
  supplierSuspended: [409, "「{name}」已暂停合作。", "“{name}” is suspended."],
  productExists: [
    409,
    "这个供应商已有同名、同规格、同单位的商品。",
    "This supplier has a product of the same name, specification and unit.",
  ],
  nothingProposed: [409, "没有待处理的调价。", "No price change is waiting."],
  notListable: [
    409,
    "这些商品还不能上架：未审核通过、未定价、供应商暂停或证照过期。",
    "These cannot be listed: not approved, not priced, supplier suspended, or papers lapsed.",
  ],
  sheetUnreadable: [
    422,
    "文件打不开，可能已损坏或加了密码。请另存为 .xlsx 或 .csv 再传。",
    "The file cannot be read; it may be damaged or locked. Save it as .xlsx or .csv.",
  ],
  sheetOldFormat: [
    422,
    "这是旧版 .xls 文件，请在 Excel 里另存为 .xlsx 再传。",
    "This is an old .xls file. Save it as .xlsx in Excel.",
  ],
  sheetTooLarge: [
    413,
    "表格太大：最多 50 万行。请分成几份上传。",
    "The sheet is too large: at most 500,000 rows. Split it.",
  ],
  sheetEmpty: [422, "表格是空的。", "The sheet is empty."],
  sheetHeading: [
    422,
    "前 20 行没有找到表头：至少要有「品名」和一列价格。可以下载模板对照。",
    "No heading in the first 20 rows: a product name and a price column are needed. Compare with the template.",
  ],
  // money out
  withdrawalOpen: [
    409,
    "您有一笔提现还没结束，到账或退回后再提。",
    "A withdrawal is still open. Wait until it is paid or returned.",
  ],
  withdrawalOwed: [
    409,
    "有一笔扣款还没抵完，后续佣金会先抵扣。",
    "A deduction is still open; coming commission settles it first.",
  ],
  withdrawalTooSmall: [422, "低于最低提现金额。", "Below the smallest withdrawal."],
  withdrawalTooLarge: [422, "超过单笔提现上限，请分次提现。", "Above the limit of one withdrawal. Withdraw in parts."],
  withdrawalTaken: [
    409,
    "有提现已被别的批次带走，请刷新后重选。",
    "Some withdrawals are in another batch by now. Refresh and choose again.",
  ],
  openidMissing: [
    409,
    "还没有绑定微信，请先在小程序里登录一次。",
    "WeChat is not linked yet. Sign in once in the mini program.",
  ],
  realNameMissing: [
    409,
    "单笔 2,000 元起需要先登记实名，请分次提现或联系运营。",
    "From ¥2,000 a real name must be on file. Withdraw in parts or ask operations.",
  ],
  emptyBatch: [409, "没有可以打款的提现，可能已被处理。", "Nothing left to pay out; somebody may have handled it."],
  payoutAccountShort: [
    409,
    "运营账户余额不够，请先充值再执行。",
    "The payout account does not cover it. Top it up first.",
  ],
  fundsShort: [409, "账户余额不够。", "The account does not hold that much."],
  fundsPath: [422, "这两个账户之间不能直接划转。", "Money cannot move directly between these accounts."],
  periodOpen: [422, "账期要以已经过完的一天结束。", "The period must end on a day that is over."],
  nothingToState: [
    409,
    "到这一天为止没有新的验收或扣款，不用出账。",
    "No receipts or claims up to this day; nothing to state.",
  ],
  laterStatement: [
    409,
    "后一期对账单已经出了，这个改动会影响它；请把调整放到后一期。",
    "A later statement stands and would change. Put the adjustment there.",
  ],
  nothingToPay: [409, "本期没有应付金额，余额已结转到下期。", "Nothing to pay; the balance carries over."],
  bankMissing: [409, "供应商还没有登记收款账户。", "The supplier has no bank account on file."],
  // pickup, leaders, sessions, commission
  noPickupDay: [
    409,
    "两个月内都没有可以自提的日子，请检查休市日历。",
    "No day for pickup within two months. Check the calendars.",
  ],
  noRoute: [
    422,
    "请选择同一城市的一条配送线路；没有的话先新建。",
    "Choose a delivery route of the same city, or add one first.",
  ],
  pointNameTaken: [409, "这个城市已有同名的自提点。", "This city has a point of that name."],
  cityNameTaken: [409, "已有这个城市。", "This city exists already."],
  columnsMissing: [422, "文件缺少这些列：{columns}。", "The file lacks these columns: {columns}."],
  alreadyLeader: [
    409,
    "这个手机号已经是团长，请直接登录。",
    "This number belongs to a leader already. Sign in instead.",
  ],
  applicationOpen: [409, "这个手机号已有一份申请正在审核。", "An application with this number is being reviewed."],
  pointHasLeader: [
    409,
    "「{name}」已有团长，请选别的自提点，或先移交。",
    "“{name}” has a leader. Choose another point, or hand it over first.",
  ],
  leaderHasPoints: [
    409,
    "名下还有 {count} 个自提点，请先移交。",
    "{count} points are still theirs. Hand them over first.",
  ],
  leaderNotActive: [409, "「{name}」不在服务中，不能接手。", "“{name}” is not active and cannot take over."],
  notPublishable: [
    409,
    "还不能发布（{count} 处问题，先看「{name}」）。请处理标出的项目。",
    "Not ready to publish: {count} problems, first “{name}”. See the marked items.",
  ],
  lossReasonMissing: [
    422,
    "「{name}」售价低于供货价，请先写明理由（临期、季节、积压）。",
    "“{name}” sells under the supply price. Give the reason first: fresh clearance, seasonal or overstock.",
  ],
  reviewNeeded: [409, "送复核的要由另一位同事批准。", "What was submitted needs a colleague's approval."],
  priceAsked: [409, "「{name}」已有一个改价在等批准。", "A price of “{name}” is waiting for approval already."],
  quotaOverAllotted: [
    409,
    "「{name}」当天合计 {wanted} 件，超过日供量 {dailyQuota} 件。",
    "“{name}” adds up to {wanted} that day; {dailyQuota} are supplied a day.",
  ],
  notInSession: [409, "「{name}」不在这个场次里。", "“{name}” is not in this session."],
  documentExpired: [
    409,
    "「{name}」的供应商 {supplier} 有证照 {expiresDay} 到期，自提日是 {day}。",
    "A document of {supplier}, who supplies “{name}”, expires {expiresDay}; pickup is {day}.",
  ],
  supplierClosed: [
    409,
    "「{name}」的供应商 {supplier} 在 {day} 不送货。",
    "{supplier}, who supplies “{name}”, does not deliver on {day}.",
  ],
  leadTime: [409, "「{name}」备货后没有可自提的日子。", "“{name}”: no pickup day is left after its lead time."],
  slotLive: [409, "秒杀已经开始，只能改结束时间。", "The slot is running: only its end can move."],
  sessionLive: [409, "场次已经开售，只能改截单时间。", "The session is open: only its cut-off can move."],
  cutoffTooSoon: [
    409,
    "还有未支付的订单，截单最早 {minutes} 分钟后；要马上停请用「现在截单」。",
    "Orders are held unpaid: the cut-off can be no sooner than {minutes} minutes from now. To stop at once, cut off now.",
  ],
  noSessions: [409, "这些日子没有场次。", "There are no sessions on these days."],
  seriesEmpty: [
    409,
    "一场也建不了（{first}）。请看商品是否在场次里、时间是否合适。",
    "Nothing could be made ({first}). Check that the items are in the sessions and the times fit.",
  ],
  nameTaken: [409, "这个名称已被使用。", "This name is taken."],
  notListed: [409, "「{name}」没有上架，或供应商已暂停合作。", "“{name}” is not listed, or its supplier is suspended."],
  notPriced: [409, "「{name}」还没有定售价。", "“{name}” has no sale price yet."],
  quotaOnlyUp: [
    409,
    "发布后「{name}」的配额只能加，不能减；要停售请暂停。",
    "Once published, the quota of “{name}” only grows. Pause it to stop selling.",
  ],
  frozenAfterPublish: [
    409,
    "发布后「{name}」的限购和佣金不能改。",
    "Limit and commission of “{name}” are frozen once published.",
  ],
  itemInSlot: [409, "「{name}」还在秒杀场里，请先取消那一场。", "“{name}” is in a flash slot. Cancel the slot first."],
  flashQuota: [
    409,
    "「{name}」场次里只剩 {available} 件可以划给秒杀。",
    "Only {available} of “{name}” can be carved out of the session.",
  ],
  flashNotCheaper: [
    422,
    "「{name}」的秒杀价要低于场次价。",
    "The flash price of “{name}” must be below the session's.",
  ],
  slotOutside: [422, "秒杀时间要落在场次的开售与截单之间。", "A slot lies between its session's opening and cut-off."],
  slotPast: [422, "这个时间已经过去了。", "That time has passed."],
  sessionNotPublished: [
    409,
    "场次「{name}」还没有发布，秒杀先存为草稿。",
    "“{name}” is not published yet. Keep the slot as a draft.",
  ],
  noCommissionRule: [
    409,
    "没有生效的佣金规则，请先设置默认规则。",
    "No commission rule is in force. Set the default first.",
  ],
  ruleScopeRef: [422, "请选择这条规则适用的对象。", "Choose what the rule applies to."],
  ruleExists: [409, "这个对象已有规则，请修改那一条。", "A rule for this exists. Change that one."],
  ruleWaiting: [
    409,
    "这条规则有一个版本在等复核，请先复核或撤回。",
    "A version waits for approval. Approve or withdraw it first.",
  ],
  defaultNeverEnds: [422, "默认规则不能设结束时间。", "The default rule cannot end."],
} as const satisfies Record<string, readonly [status: number, zh: string, en: string]>;

export type RefusalCode = keyof typeof refusals;

/** What a limit counts by, in the middle of a sentence. */
export const limitKindWords: Record<string, readonly [zh: string, en: string]> = {
  offer: ["每人", "each"],
  order: ["每单", "an order"],
  day: ["每人每天", "a day each"],
  campaign: ["每人本场", "each in this sale"],
  lifetime: ["每人累计", "each in all"],
  household: ["每户", "a household"],
};

/** The status and sentence of a refusal in one language; an unlisted code reads as a plain conflict. */
export function refusalWords(
  code: string,
  facts: Record<string, unknown>,
  locale: "zh-CN" | "en",
): { status: number; text: string } {
  const found =
    (refusals as Record<string, readonly [number, string, string]>)[code] ??
    ([409, "现在不能这样做。", "This cannot be done now."] as const);
  const side = locale === "en" ? 1 : 0;
  const text = (locale === "en" ? found[2] : found[1]).replace(/\{(\w+)\}/g, (_, name: string) =>
    name === "state"
      ? valueWords(String(facts.state ?? "—"), locale)
      : name === "kind"
        ? (limitKindWords[String(facts.kind ?? "offer")]?.[side] ?? "")
        : String(facts[name] ?? "—"),
  );
  return { status: found[0], text };
}
