import { minute, second } from "../kernel/time";
import type { TransferState } from "./schema";

/** When to ask the channel again about something unfinished: 10 s, 30 s, 1, 5, 10, 30 min, then each hour (money.md §1.5). */
export const queryDelay = (asked: number): number =>
  [10 * second, 30 * second, minute, 5 * minute, 10 * minute, 30 * minute][asked] ?? 60 * minute;

/** After a refused or unknown call the same number is tried again; refunds of one payment stand a minute apart. */
export const retryDelay = (attempts: number): number =>
  [61 * second, 2 * minute, 5 * minute, 15 * minute][attempts] ?? 60 * minute;

const channelStates: Record<string, TransferState> = {
  ACCEPTED: "accepted",
  PROCESSING: "processing",
  WAIT_USER_CONFIRM: "waitUserConfirm",
  TRANSFERING: "transferring",
  SUCCESS: "success",
  FAIL: "fail",
  CANCELING: "cancelling",
  CANCELLED: "cancelled",
};

export const transferStateOf = (channel: string): TransferState => channelStates[channel] ?? "processing";
export const isTransferFinal = (state: TransferState): boolean =>
  state === "success" || state === "fail" || state === "cancelled";
