import "server-only";
import { peopleWho } from "#lib/identity/queries/people";
import type { Target } from "#lib/identity/rules";
import { newId } from "#lib/kernel/ids";
import { now } from "#lib/platform/clock";
import type { Tx } from "#lib/platform/db";
import { tellWith } from "#lib/platform/live";
import { seal, unseal } from "#lib/platform/pii";
import { noticeWords } from "./notice-words";
import { type NoticeKind, noticeKinds } from "./schema";

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

export type Noticing = {
  kind: NoticeKind;
  /** What it is about, as `<id>` or `<id>#<anything>`: nobody is told twice under one key. */
  key: string;
  /** The values of the words. */
  params: Record<string, string | number>;
  /** Where it is done or seen: a path. */
  href: string;
  /** These people, or by `to` everybody who may do the kind's deed there. */
  userIds?: readonly string[];
  to?: Target;
  /** Whoever did it need not be told. */
  except?: string;
};

/**
 * Puts a line on the bells of those who can do something about it, in the transaction of what it is about; each person once, as
 * they want it (bell, message or neither), heard at commit.
 */
export async function notify(tx: Tx, ...noticings: Noticing[]): Promise<void> {
  for (const { kind, key, params, href, userIds, to, except } of noticings) {
    const { who, deed } = noticeKinds[kind];
    const able = userIds
      ? await tx.user.findMany({ where: { id: { in: [...userIds] }, state: "active" } })
      : who && deed
        ? await peopleWho(tx, who, deed, to)
        : [];
    const people = able.filter((user) => user.id !== except);
    const chosen = new Map(
      (await tx.noticePreference.findMany({ where: { kind, userId: { in: people.map((p) => p.id) } } })).map((row) => [
        row.userId,
        row,
      ]),
    );
    const at = now();
    const wanted = people.filter((p) => chosen.get(p.id)?.inApp !== false || chosen.get(p.id)?.byMessage);
    const told = await tx.notice.createManyAndReturn({
      data: wanted.map(({ id }) => ({
        id: newId("ntc", at),
        userId: id,
        kind,
        key,
        params,
        href,
        at,
        // by message only: it stays in the list, and rings nowhere
        readAt: chosen.get(id)?.inApp === false ? at : null,
      })),
      skipDuplicates: true,
      select: { userId: true },
    });
    const fresh = new Set(told.map((row) => row.userId));
    const byMessage = wanted.filter(
      (p) => fresh.has(p.id) && chosen.get(p.id)?.byMessage && (p.email || p.phoneCipher),
    );
    if (byMessage.length > 0)
      await say(
        tx,
        ...byMessage.map((user) => {
          const { message } = noticeWords(user.locale === "en" ? "en" : "zh-CN", kind, params);
          return {
            channel: user.email ? ("mail" as const) : ("sms" as const),
            recipientKind: user.kind,
            recipientId: user.id,
            address: user.email ?? unseal(user.phoneCipher ?? "", "app_user.phone"),
            template: `notice.${kind}`,
            body: message,
          };
        }),
      );
    if (fresh.size > 0) await tellWith(tx, ...[...fresh].map((id) => `notices:${id}`));
  }
}
