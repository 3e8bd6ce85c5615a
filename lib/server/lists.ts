import "server-only";
import { caseList } from "#lib/aftersales/lists";
import { auditList } from "#lib/audit/lists";
import { sessionList, slotList } from "#lib/campaigns/lists";
import { productBulk, productList, supplierProductList } from "#lib/catalog/lists";
import { deliveryList } from "#lib/fulfilment/lists";
import { personList } from "#lib/identity/lists";
import { leaderApplicationList, leaderBulk, leaderList } from "#lib/leaders/lists";
import { journalList } from "#lib/ledger/lists";
import { eventBulk, eventList, messageBulk, messageList } from "#lib/notifications/lists";
import { orderBulk, orderList } from "#lib/orders/lists";
import { pointBulk, pointList } from "#lib/pickup/lists";
import { purchaseList, supplierOrderList } from "#lib/procurement/lists";
import { groupList } from "#lib/promotions/lists/groups";
import { templateList } from "#lib/promotions/lists/templates";
import { statementList, supplierStatementList, withdrawalList } from "#lib/settlement/lists";
import { supplierApplicationList, supplierBulk, supplierList } from "#lib/suppliers/lists";
import { type Lists, runList } from "#lib/workbench/lists";

/** Every list of the product by name: what can be exported, saved as a view and changed in bulk; read by the app and the worker. */
export const lists: Lists = {
  orders: { list: orderList, deed: "orders.see", bulk: orderBulk, href: (id) => `/orders/${id}` },
  sessions: { list: sessionList, deed: "sessions.see", href: (id) => `/sessions/${id}` },
  slots: { list: slotList, deed: "sessions.see", href: (id) => `/flash/${id}` },
  groups: { list: groupList, deed: "sessions.see" },
  coupons: { list: templateList, deed: "coupons.see", href: (id) => `/coupons/${id}` },
  products: { list: productList, deed: "catalog.see", bulk: productBulk, href: (id) => `/products/${id}` },
  suppliers: { list: supplierList, deed: "suppliers.see", bulk: supplierBulk, href: (id) => `/suppliers/${id}` },
  supplierApplications: {
    list: supplierApplicationList,
    deed: "suppliers.see",
    href: (id) => `/suppliers/applications/${id}`,
  },
  leaders: { list: leaderList, deed: "leaders.see", bulk: leaderBulk, href: (id) => `/leaders/${id}` },
  leaderApplications: { list: leaderApplicationList, deed: "leaders.see", href: (id) => `/leaders/applications/${id}` },
  points: { list: pointList, deed: "points.see", bulk: pointBulk, href: (id) => `/points/${id}` },
  purchases: { list: purchaseList, deed: "fulfilment.see", href: (id) => `/fulfilment/purchases/${id}` },
  deliveries: { list: deliveryList, deed: "fulfilment.see", href: (id) => `/fulfilment/deliveries/${id}` },
  aftersales: { list: caseList, deed: "aftersales.see", href: (id) => `/aftersales?view=all&peek=${id}` },
  statements: { list: statementList, deed: "settlement.see", href: (id) => `/settlements/${id}` },
  withdrawals: { list: withdrawalList, deed: "payouts.see", href: (id) => `/payouts?view=all&peek=${id}` },
  journals: { list: journalList, deed: "ledger.see", href: (id) => `/ledger/journals/${id}` },
  people: { list: personList, deed: "people.see", href: (id) => `/people/${id}` },
  audit: { list: auditList, deed: "audit.see", href: (id) => `/audit?peek=${id}` },
  messages: { list: messageList, deed: "messages.see", bulk: messageBulk },
  events: { list: eventList, deed: "jobs.see", bulk: eventBulk },
  runs: { list: runList, deed: "today.see" },
  supplierOrders: { list: supplierOrderList, deed: "procurement.see", href: (id) => `/supplier/orders/${id}` },
  supplierProducts: { list: supplierProductList, deed: "catalog.see", href: (id) => `/supplier/products/${id}` },
  supplierStatements: {
    list: supplierStatementList,
    deed: "settlement.see",
    href: (id) => `/supplier/statements/${id}`,
  },
};
