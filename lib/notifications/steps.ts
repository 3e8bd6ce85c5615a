import "server-only";
import { newId } from "#lib/kernel/ids";
import { now } from "#lib/platform/clock";
import type { Tx } from "#lib/platform/db";
import { seal } from "#lib/platform/pii";

export type Saying = {
  channel: "sms" | "mail" | "wechat";
  /** "leader", "supplier", "operator", "resident": who it is for, and that person's id. */
  recipientKind: string;
  recipientId: string;
  /** Mobile number, e-mail address or openid; sealed at rest. */
  address: string;
  /** The provider's template, and what the outbox groups by; `signInCode` bodies are blanked once sent. */
  template: string;
  /** The whole sentence in the reader's language. */
  body: string;
};

/** Puts words to a person into the outbox, in the transaction of what they are about. Without a provider they stay there, visible. */
export async function say(tx: Tx, ...sayings: Saying[]): Promise<void> {
  const at = now();
  await tx.message.createMany({
    data: sayings.map(({ address, ...rest }) => ({
      ...rest,
      id: newId("ntf", at),
      state: "queued" as const,
      address: seal(address, "message.address"),
      createdAt: at,
      nextTryAt: at,
    })),
  });
}
