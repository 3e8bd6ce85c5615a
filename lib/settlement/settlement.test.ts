import fc from "fast-check";
import { expect, test } from "vitest";
import { fen, zero } from "../kernel/money";
import {
  batchLife,
  batchText,
  blockedBecause,
  carriedOver,
  closingOf,
  earningState,
  eventOfTransfer,
  isOpen,
  mayAdjust,
  mayMove,
  statementLife,
  statementText,
  withdrawalLife,
} from "./rules";
import { fundAccounts, withdrawalStates } from "./schema";

const arrows = (life: Record<string, Record<string, string>>) =>
  Object.entries(life).flatMap(([state, events]) => Object.entries(events).map(([e, to]) => `${state} -${e}→ ${to}`));

test("a statement is sent, confirmed by the supplier, approved, paid; a dispute leads back to being sent", () => {
  expect(arrows(statementLife)).toEqual([
    "draft -send→ sent",
    "sent -confirm→ confirmed",
    "sent -dispute→ disputed",
    "disputed -send→ sent",
    "disputed -confirm→ confirmed",
    "confirmed -approve→ approved",
    "approved -pay→ paying",
    "paying -settle→ paid",
    "paying -bounce→ approved",
  ]);
  expect(["draft", "disputed"].every((s) => mayAdjust(s as "draft"))).toBe(true);
  expect(["sent", "confirmed", "approved", "paying", "paid"].some((s) => mayAdjust(s as "sent"))).toBe(false);
});

test("a withdrawal is checked before it is sent, and ends paid, back with its leader, or refused", () => {
  expect(arrows(withdrawalLife)).toEqual([
    "requested -batch→ batched",
    "requested -reject→ rejected",
    "batched -approve→ approved",
    "batched -unbatch→ requested",
    "approved -submit→ submitted",
    "submitted -await→ waitUserConfirm",
    "submitted -succeed→ succeeded",
    "submitted -fail→ failed",
    "submitted -expire→ expired",
    "submitted -cancel→ cancelled",
    "waitUserConfirm -succeed→ succeeded",
    "waitUserConfirm -fail→ failed",
    "waitUserConfirm -expire→ expired",
    "waitUserConfirm -cancel→ cancelled",
    "succeeded -return→ returned",
  ]);
  expect(withdrawalStates.filter(isOpen)).toEqual(["requested", "batched", "approved", "submitted", "waitUserConfirm"]);
});

test("a batch is approved once and executed once", () => {
  expect(arrows(batchLife)).toEqual([
    "draft -approve→ approved",
    "draft -cancel→ cancelled",
    "approved -execute→ executed",
  ]);
});

test.each([
  ["submitted", "accepted", null, null],
  ["submitted", "processing", null, null],
  ["submitted", "waitUserConfirm", null, "await"],
  ["waitUserConfirm", "waitUserConfirm", null, null],
  ["waitUserConfirm", "transferring", null, null],
  ["waitUserConfirm", "success", null, "succeed"],
  ["submitted", "success", null, "succeed"],
  ["waitUserConfirm", "fail", "OVERDUE_CLOSE", "expire"],
  ["waitUserConfirm", "fail", "PAYEE_ACCOUNT_ABNORMAL", "fail"],
  ["waitUserConfirm", "fail", null, "fail"],
  ["submitted", "cancelled", null, "cancel"],
  ["succeeded", "fail", "RETURNED", "return"],
  ["succeeded", "waitUserConfirm", null, null],
  ["succeeded", "success", null, null],
  ["expired", "success", null, null],
  ["requested", "success", null, null],
] as const)("while %s, the channel's %s (%s) means %s", (state, transfer, reason, event) => {
  expect(eventOfTransfer(state, transfer, reason)).toBe(event);
});

test("a negative closing pays nothing and carries over whole; a positive one is paid whole and carries nothing", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(100_000), fc.nat(120_000), fc.integer({ min: -5_000, max: 5_000 })), { maxLength: 12 }),
      (periods) => {
        let opening = zero;
        let paid = 0;
        let total = 0;
        for (const [receipts, claims, adjustments] of periods) {
          const { closing, payable } = closingOf({
            opening,
            receipts: fen(receipts),
            claims: fen(claims),
            adjustments: fen(adjustments),
          });
          expect(payable).toBe(Math.max(0, closing));
          opening = carriedOver(closing);
          paid += payable;
          total += receipts - claims + adjustments;
        }
        expect(paid + opening).toBe(total);
      },
    ),
  );
});

test("what was seen is bound by its lines and sums, whatever their order; any change is another text", () => {
  const lines = [
    { kind: "receipt", sourceId: "1", quantity: 10, amountFen: fen(3_000) },
    { kind: "claim", sourceId: "clm_1", quantity: 1, amountFen: fen(-120) },
  ];
  const sums = {
    supplierId: "sup_1",
    fromDay: "2026-11-16",
    toDay: "2026-11-22",
    opening: zero,
    receipts: fen(3_000),
    claims: fen(120),
    adjustments: zero,
    closing: fen(2_880),
  };
  const text = statementText({ ...sums, lines });
  expect(statementText({ ...sums, lines: [...lines].reverse() })).toBe(text);
  expect(statementText({ ...sums, lines: lines.map((l) => ({ ...l, quantity: l.quantity + 1 })) })).not.toBe(text);
  expect(statementText({ ...sums, closing: fen(2_881), lines })).not.toBe(text);
  const rows = [{ id: "wdr_1", leaderId: "ldr_1", outBillNo: "wdr1", amountFen: fen(100) }];
  expect(batchText(rows.map((r) => ({ ...r, amountFen: fen(101) })))).not.toBe(batchText(rows));
});

test("money moves from the channel outwards and between bank and payout account, never past a station", () => {
  const paths = fundAccounts.flatMap((from) =>
    fundAccounts.filter((to) => mayMove(from, to)).map((to) => `${from} → ${to}`),
  );
  expect(paths).toEqual([
    "channelPending → channelAvailable",
    "channelAvailable → channelOperation",
    "channelAvailable → bank",
    "channelOperation → bank",
    "bank → channelOperation",
  ]);
});

test("why she cannot withdraw is said in the order she can mend it", () => {
  const able = { available: fen(1_000), owed: zero, minimum: fen(100), hasOpen: false, hasOpenid: true };
  expect(blockedBecause(able)).toBeNull();
  expect(blockedBecause({ ...able, hasOpen: true, owed: fen(1) })).toBe("withdrawalOpen");
  expect(blockedBecause({ ...able, owed: fen(1), hasOpenid: false })).toBe("withdrawalOwed");
  expect(blockedBecause({ ...able, hasOpenid: false })).toBe("openidMissing");
  expect(blockedBecause({ ...able, available: fen(99) })).toBe("withdrawalTooSmall");
});

test("a line's commission is estimated, frozen, released or reversed, and nothing else", () => {
  const at = new Date(0);
  expect(earningState({ completedAt: null, commissionState: "none", netFen: fen(10) })).toBe("estimated");
  expect(earningState({ completedAt: null, commissionState: "none", netFen: zero })).toBe("reversed");
  expect(earningState({ completedAt: at, commissionState: "frozen", netFen: fen(10) })).toBe("frozen");
  expect(earningState({ completedAt: at, commissionState: "frozen", netFen: zero })).toBe("reversed");
  expect(earningState({ completedAt: at, commissionState: "released", netFen: zero })).toBe("released");
  expect(earningState({ completedAt: at, commissionState: "reversed", netFen: zero })).toBe("reversed");
});
