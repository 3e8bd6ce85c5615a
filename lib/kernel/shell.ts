import type { Day } from "./time";

/** A queue's number beside a navigation entry; `attention` when somebody must act (amber and bold). */
export type NavCount = { count: number; attention: boolean };

/** One line of the bell: a sentence, a link to the thing, the instant (ISO), whether it was read and whether it waits for the reader. */
export type Notice = {
  id: string;
  title: string;
  detail?: string;
  href: string;
  at: string;
  read: boolean;
  needs: boolean;
};

/** What every frame shows around a page. Instants are ISO strings so that the value crosses to the browser. */
export type ShellFacts = {
  /** The business clock at the moment of rendering. */
  now: string;
  today: Day;
  /** The session that closes next: its opening and cut-off. Null when none is scheduled. */
  cutOff: { opensAt: string; closesAt: string } | null;
  me: { name: string; title: string };
  /** Paths this person may open (`/orders`, `/supplier/statements`, …); the rest are not drawn. */
  visible: string[];
  /** By path. */
  counts: Record<string, NavCount>;
  notices: { unread: number; latest: Notice[] };
  /** Background jobs now running for this person. */
  running: number;
  /** True while demo data is loaded: a ribbon says so. */
  demo: boolean;
};

/**
 * One hit of `GET /api/console/search?q=`: the palette shows `kind` as a tag and opens `href`. `match`: the word that was found when
 * neither title nor detail shows it (pinyin, a product of the order).
 */
export type SearchHit = {
  id: string;
  kind: string;
  title: string;
  detail?: string;
  state?: string;
  match?: string;
  href: string;
};
