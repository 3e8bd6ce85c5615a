import "server-only";
import { reactions as orders, sweeps as ordersSweeps } from "#lib/orders/reactions";
import { reactions as payments, sweeps as paymentsSweeps } from "#lib/payments/reactions";
import type { Reaction } from "#lib/platform/news";
import type { Sweep } from "#lib/platform/sweep";

/** Who reacts to whose news, in the order of the day. */
export const reactions: Reaction[] = [...payments, ...orders];

/** Calendar work of every domain. */
export const sweeps: Sweep[] = [...paymentsSweeps, ...ordersSweeps];
