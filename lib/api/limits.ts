import "server-only";
import type { Context } from "hono";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { Refusal } from "#lib/kernel/refusal";
import { env } from "#lib/platform/env";
import { shared } from "#lib/platform/shared";
import { addressOf, type Frame } from "./frame";

/**
 * Calls per window: public calls and sign-ins by address, the rest by person; what fights for stock or money is counted apart,
 * by address too (many homes share one behind a carrier) and by flash slot, whoever orders.
 */
const classes = {
  public: { points: 60, seconds: 60, by: "address" },
  signIn: { points: 10, seconds: 60, by: "address" },
  person: { points: 120, seconds: 60, by: "person" },
  admission: { points: 5, seconds: 10, by: "person" },
  admissionAddress: { points: 1000, seconds: 10, by: "address" },
  slot: { points: 200_000, seconds: 10, by: "slot" },
} as const;
export type LimitClass = keyof typeof classes;

const limiters = shared("api.limits", () => {
  // the day's residents all call from one address
  const factor = env().API_LIMIT_FACTOR ?? (env().DEMO_MODE === "1" ? 1000 : 1);
  return Object.fromEntries(
    Object.entries(classes).map(([name, e]) => [
      name,
      new RateLimiterMemory({ keyPrefix: name, points: e.points * factor, duration: e.seconds }),
    ]),
  ) as Record<LimitClass, RateLimiterMemory>;
});

const whoCalls = (c: Context<Frame>, name: LimitClass): string =>
  classes[name].by === "person" ? c.get("actor").id : addressOf(c);

/** Counts a call and says in the headers what is left; `who` for what is counted by neither person nor address. Refuses: tooManyRequests. */
export async function countCall(c: Context<Frame>, name: LimitClass, who = whoCalls(c, name)): Promise<void> {
  const limiter = limiters[name];
  const say = (e: RateLimiterRes) => {
    const left = `"${name}";r=${Math.max(0, e.remainingPoints)};t=${Math.ceil(e.msBeforeNext / 1000)}`;
    c.header("RateLimit-Policy", `"${name}";q=${limiter.points};w=${limiter.duration}`, { append: true });
    c.header("RateLimit", left, { append: true });
    return e;
  };
  try {
    say(await limiter.consume(who));
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    const retryAfterMs = Math.max(1000, say(error).msBeforeNext);
    c.set("retryAfterMs", retryAfterMs);
    throw new Refusal("tooManyRequests");
  }
}
