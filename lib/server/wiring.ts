import "server-only";
import { reactions as aftersales } from "#lib/aftersales/reactions";
import { reactions as analytics, sweeps as analyticsSweeps } from "#lib/analytics/reactions";
import { reactions as campaigns, sweeps as campaignsSweeps } from "#lib/campaigns/reactions";
import { reactions as fulfilment, sweeps as fulfilmentSweeps } from "#lib/fulfilment/reactions";
import { sweeps as ledgerSweeps } from "#lib/ledger/reactions";
import { reactions as notifications, sweeps as notificationsSweeps } from "#lib/notifications/reactions";
import { reactions as orders, sweeps as ordersSweeps } from "#lib/orders/reactions";
import { reactions as payments, sweeps as paymentsSweeps } from "#lib/payments/reactions";
import type { Reaction } from "#lib/platform/news";
import type { Sweep } from "#lib/platform/sweep";
import { reactions as procurement, sweeps as procurementSweeps } from "#lib/procurement/reactions";
import { reactions as promotions, sweeps as promotionsSweeps } from "#lib/promotions/reactions";
import { reactions as settlement, sweeps as settlementSweeps } from "#lib/settlement/reactions";
import { sweeps as suppliersSweeps } from "#lib/suppliers/reactions";
import { sweeps as workbenchSweeps } from "#lib/workbench/reactions";

/** Who reacts to whose news, in the order of the day. */
export const reactions: Reaction[] = [
  ...payments,
  ...orders,
  ...campaigns,
  ...promotions,
  ...procurement,
  ...fulfilment,
  ...aftersales,
  ...settlement,
  ...notifications,
  ...analytics,
];

/** Calendar work of every domain. */
export const sweeps: Sweep[] = [
  ...notificationsSweeps,
  ...suppliersSweeps,
  ...campaignsSweeps,
  ...promotionsSweeps,
  ...paymentsSweeps,
  ...ordersSweeps,
  ...procurementSweeps,
  ...fulfilmentSweeps,
  ...settlementSweeps,
  ...ledgerSweeps,
  ...workbenchSweeps,
  ...analyticsSweeps,
];
