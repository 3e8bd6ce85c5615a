import type { Books } from "./books";
import type { Faults } from "./faults";
import type { ChannelKeys } from "./keys.mjs";
import type { Notices } from "./notices";
import type { Wire } from "./wire";

export type Settings = {
  /** Least virtual seconds between two refunds of one payment. */
  refundGapSeconds: number;
  /** Virtual seconds from a refund's acceptance to its end. */
  refundSettleSeconds: number;
  /** The channel's fee, basis points of the payment. */
  feeBp: number;
  /** Put into the operation account when the books are opened for the first time. */
  operationFen: number;
  /** Every how many notices one is preceded by a probe with a wrong signature; 0 for never. */
  probeEvery: number;
};

export type Clock = { now: () => number; offsetMs: () => number; setOffset: (ms: number) => void };

/** What every desk of the channel works with. */
export type Channel = {
  keys: ChannelKeys;
  books: Books;
  wire: Wire;
  clock: Clock;
  faults: Faults;
  notices: Notices;
  settings: Settings;
};
