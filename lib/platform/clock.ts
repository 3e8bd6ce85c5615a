import "server-only";
import { AsyncLocalStorage } from "node:async_hooks";
import { type Day, dayOf } from "#lib/kernel/time";
import { shared } from "./shared";

type Scope = { now: () => Date };
const scopes = shared("clock.scope", () => new AsyncLocalStorage<Scope>());
const demo = shared("clock.demo", () => ({ offsetMs: 0 }));

/** Business time: the scoped clock (seed, tests, the day), else the wall plus the demo offset. */
export const now = (): Date => scopes.getStore()?.now() ?? new Date(Date.now() + demo.offsetMs);

export const today = (): Day => dayOf(now());

/** Runs work under a clock of its own: a fixed instant or a function. */
export const underClock = <T>(clock: Date | (() => Date), work: () => Promise<T>): Promise<T> =>
  scopes.run({ now: typeof clock === "function" ? clock : () => clock }, work);

/** Takes over the offset that the database keeps for the whole demo; forward only. True when the clock has moved. */
export function followDemoOffset(offsetMs: number): boolean {
  if (offsetMs <= demo.offsetMs) return false;
  demo.offsetMs = offsetMs;
  return true;
}

/**
 * The wall clock, for what guards people rather than trade: sign-ins, codes, tokens. A demo that skips a day ends nobody's session;
 * a scoped clock (tests) still rules.
 */
export const wall = (): Date => scopes.getStore()?.now() ?? new Date();
