/** Spans of the channel's virtual clock in milliseconds. */
export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const dayMs = 24 * hour;
