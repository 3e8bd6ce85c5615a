import "server-only";
import { record } from "#lib/audit/steps";
import { authorise } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { newId } from "#lib/kernel/ids";
import { fen, minus, zero } from "#lib/kernel/money";
import { Refusal } from "#lib/kernel/refusal";
import { platformBalances } from "#lib/ledger/queries";
import { capitalPaidIn, channelSettled, fundsMoved } from "#lib/ledger/rules";
import { post } from "#lib/ledger/steps";
import { now } from "#lib/platform/clock";
import { transact } from "#lib/platform/db";
import { mayMove } from "../rules";
import type { FundAccount } from "../schema";

/** The owner put money into the company's bank account. Refuses: reasonRequired. */
export async function payInCapital(actor: Actor, input: { amountFen: number; reason: string }): Promise<void> {
  await transact(async (tx) => {
    authorise(actor, "funds.move");
    if (input.reason.trim().length < 2) throw new Refusal("reasonRequired");
    const key = newId("fnd", now());
    await post(tx, capitalPaidIn({ key, amount: fen(input.amountFen) }));
    await record(tx, actor, {
      deed: "funds.capital",
      subjectType: "funds",
      subjectId: key,
      after: { amountFen: input.amountFen },
      reason: input.reason,
    });
  });
}

/**
 * Books a movement between our own accounts, as it was made at the bank or on the channel's merchant page.
 * Refuses: fundsPath (no such movement), fundsShort (the account does not hold that much), reasonRequired.
 */
export async function moveFunds(
  actor: Actor,
  input: { from: FundAccount; to: FundAccount; amountFen: number; reason: string },
): Promise<void> {
  await transact(async (tx) => {
    authorise(actor, "funds.move");
    if (input.reason.trim().length < 2) throw new Refusal("reasonRequired");
    if (!mayMove(input.from, input.to)) throw new Refusal("fundsPath", {}, [{ field: "to", code: "fundsPath" }]);
    await tx.$queryRaw`select pg_advisory_xact_lock(hashtext('funds'))::text as locked`;
    const amount = fen(input.amountFen);
    const balances = await platformBalances(tx, [input.from, "payoutInTransit"]);
    const promised = input.from === "channelOperation" ? (balances.payoutInTransit ?? zero) : zero;
    const held = minus(balances[input.from] ?? zero, promised);
    if (held < amount) throw new Refusal("fundsShort", { heldFen: held }, [{ field: "amountFen", code: "fundsShort" }]);
    const key = newId("fnd", now());
    if (input.from === "channelPending") await post(tx, channelSettled({ key, amount }));
    else
      await post(
        tx,
        fundsMoved({ key, from: input.from, to: input.to === "bank" ? "bank" : "channelOperation", amount }),
      );
    await record(tx, actor, {
      deed: "funds.move",
      subjectType: "funds",
      subjectId: key,
      after: { from: input.from, to: input.to, amountFen: amount },
      reason: input.reason,
    });
  });
}
