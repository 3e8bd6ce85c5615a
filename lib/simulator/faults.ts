import { z } from "zod";

/** What may go wrong on order. `…AfterCommit`: the books have changed, the caller does not learn it. */
export const faultKinds = [
  "systemError",
  "frequencyLimited",
  "unknownCode",
  "timeout",
  "reset",
  "systemErrorAfterCommit",
  "timeoutAfterCommit",
  "resetAfterCommit",
  "unsigned",
  "badSignature",
  "truncated",
  "slow",
  "notEnough",
  "refundAbnormal",
  "refundClosed",
  "transferFail",
  "loseNotice",
  "doubleNotice",
  "delayNotice",
  "alterNotice",
  "staleNotice",
  "probe",
] as const;
export type FaultKind = (typeof faultKinds)[number];

export const faultRule = z.strictObject({
  kind: z.enum(faultKinds),
  path: z.string().default("/"),
  method: z.string().optional(),
  times: z.int().min(1).max(1_000_000).default(1),
  delay_ms: z.int().min(0).max(86_400_000).default(1_000),
});
export type FaultRule = z.infer<typeof faultRule>;

/** The faults that wait for their moment; each is used up `times` times. They are not kept over a restart. */
export function faultBox() {
  let rules: FaultRule[] = [];
  return {
    add: (rule: FaultRule) => rules.push({ ...rule }),
    clear: () => {
      rules = [];
    },
    list: (): readonly FaultRule[] => rules,

    /** Takes the first waiting fault of one of these kinds that fits the call; null when there is none. */
    take(kinds: readonly FaultKind[], path = "/", method?: string): FaultRule | null {
      const found = rules.find(
        (rule) =>
          kinds.includes(rule.kind) &&
          path.startsWith(rule.path) &&
          (rule.method === undefined || method === undefined || rule.method === method),
      );
      if (!found) return null;
      found.times -= 1;
      if (found.times === 0) rules = rules.filter((rule) => rule !== found);
      return found;
    },
  };
}

export type Faults = ReturnType<typeof faultBox>;
