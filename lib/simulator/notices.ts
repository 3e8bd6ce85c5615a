import type { Books, Notice } from "./books";
import type { FaultRule, Faults } from "./faults";
import { moment } from "./fields";
import { hour, minute, second } from "./spans";
import { digits, hex, type Wire } from "./wire";

/** Waits between attempts, on the channel's clock: fifteen of them, a day in all. */
export const ladder = [
  15 * second,
  15 * second,
  30 * second,
  3 * minute,
  10 * minute,
  20 * minute,
  30 * minute,
  30 * minute,
  30 * minute,
  hour,
  3 * hour,
  3 * hour,
  3 * hour,
  6 * hour,
  6 * hour,
];

const patience = 5 * second;
const parallel = 16;
const quickest = second;
const slowest = 30 * second;

type News = Pick<Notice, "url" | "eventType" | "originalType" | "summary" | "resource">;
type Telling = {
  lose_notice?: boolean | undefined;
  double_notice?: boolean | undefined;
  delay_ms?: number | undefined;
};

/**
 * Tells merchants what happened, sealed and signed, until they answer 200 or 204. Besides the ladder on the channel's
 * clock, an address where nobody listens is tried again after real seconds, so that a restarted app need not wait.
 */
export function noticeDesk(desk: { books: Books; wire: Wire; faults: Faults; now: () => number; probeEvery: number }) {
  const { books, wire, faults, now } = desk;
  const quick = new Map<string, { at: number; wait: number }>();
  const waiting = new Map<string, Notice>();
  const flying = new Set<string>();
  for (const one of books.notices.values()) if (one.state === "waiting") waiting.set(one.id, one);
  let told = 0;
  let stopped = false;

  function keep(notice: Notice) {
    books.write({ kind: "notice", record: notice });
    if (notice.state === "waiting") waiting.set(notice.id, notice);
    else {
      waiting.delete(notice.id);
      quick.delete(notice.id);
    }
  }

  async function post(url: string, body: string, headers: Record<string, string>): Promise<number | string> {
    try {
      const answer = await fetch(url, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "*/*", "User-Agent": "Mozilla/4.0", ...headers },
        body,
        redirect: "manual",
        signal: AbortSignal.timeout(patience),
      });
      await answer.arrayBuffer();
      return answer.status;
    } catch (problem) {
      return problem instanceof Error && problem.name === "TimeoutError" ? "timeout" : "network";
    }
  }

  function letter(notice: Notice): string {
    return JSON.stringify({
      id: notice.id,
      create_time: moment(notice.createdAt),
      resource_type: "encrypt-resource",
      event_type: notice.eventType,
      summary: notice.summary,
      resource: wire.seal(notice.originalType, notice.resource),
    });
  }

  /** A message like any other but for its signature; whoever says yes to it verifies nothing. */
  async function probe(notice: Notice) {
    const body = letter({ ...notice, id: `probe-${hex(12)}` });
    const headers = await wire.signed(body);
    const status = await post(notice.url, body, {
      ...headers,
      "Wechatpay-Signature": `WECHATPAY/SIGNTEST/${headers["Wechatpay-Signature"]}`,
    });
    if (typeof status === "string") return;
    const before = books.probes();
    const accepted = status < 300;
    books.write({
      kind: "probes",
      record: {
        seq: books.next(),
        id: "probes",
        sent: before.sent + 1,
        rejected: before.rejected + (accepted ? 0 : 1),
        accepted: before.accepted + (accepted ? 1 : 0),
      },
    });
  }

  async function attempt(notice: Notice) {
    const { wait = quickest / 2 } = quick.get(notice.id) ?? {};
    quick.delete(notice.id);
    const asked = faults.take(["probe"], new URL(notice.url).pathname) !== null;
    if (asked || (desk.probeEvery > 0 && told % desk.probeEvery === 0)) await probe(notice);
    told += 1;
    const body = letter(notice);
    const headers: Record<string, string> = { ...(await wire.signed(body)), "Request-ID": wire.requestId() };
    const bent = faults.take(["alterNotice", "staleNotice"], new URL(notice.url).pathname);
    if (bent?.kind === "staleNotice") headers["Wechatpay-Timestamp"] = String(Math.floor(now() / 1000) - 301);
    const sent = bent?.kind === "alterNotice" ? body.replace('"create_time"', '"created_time"') : body;
    const status = await post(notice.url, sent, headers);
    if (stopped) return;
    const late = now() >= notice.dueAt;
    if (status === 200 || status === 204) {
      const left = notice.copies - 1;
      keep({ ...notice, copies: left, state: left > 0 ? "waiting" : "delivered", lastStatus: status });
      return;
    }
    if (status === "network") {
      const longer = Math.min(slowest, wait * 2);
      quick.set(notice.id, { at: Date.now() + longer, wait: longer });
    }
    if (!late) return;
    const attempts = notice.attempts + 1;
    const pause = ladder[attempts - 1];
    if (pause === undefined) keep({ ...notice, attempts, state: "dead", lastStatus: status });
    else keep({ ...notice, attempts, dueAt: now() + pause, lastStatus: status });
  }

  const due = (notice: Notice) =>
    notice.dueAt <= now() || (quick.get(notice.id)?.at ?? Number.POSITIVE_INFINITY) <= Date.now();

  /** Sends what is due, a few at a time. */
  function turn() {
    if (stopped) return;
    for (const notice of waiting.values()) {
      if (flying.size >= parallel) return;
      if (flying.has(notice.id) || !due(notice)) continue;
      flying.add(notice.id);
      void attempt(notice).finally(() => {
        flying.delete(notice.id);
        setImmediate(turn);
      });
    }
  }

  return {
    turn,
    stop: () => {
      stopped = true;
    },
    waiting: () => waiting.size,
    /** Nothing is being sent or due right now. */
    idle: () => flying.size === 0 && ![...waiting.values()].some(due),

    /** Writes a notice down and sends it at once, unless it is to be lost or delayed. */
    tell(news: News, telling: Telling = {}) {
      const path = new URL(news.url).pathname;
      const lost = telling.lose_notice === true || faults.take(["loseNotice"], path) !== null;
      const twice = telling.double_notice === true || faults.take(["doubleNotice"], path) !== null;
      const delayed: FaultRule | null = telling.delay_ms === undefined ? faults.take(["delayNotice"], path) : null;
      const at = now();
      keep({
        seq: books.next(),
        id: `${hex(4)}-${digits(8)}-${hex(6)}`,
        ...news,
        createdAt: at,
        dueAt: at + (telling.delay_ms ?? delayed?.delay_ms ?? 0),
        attempts: 0,
        copies: twice ? 2 : 1,
        state: lost ? "lost" : "waiting",
      });
      setImmediate(turn);
    },
  };
}

export type Notices = ReturnType<typeof noticeDesk>;
