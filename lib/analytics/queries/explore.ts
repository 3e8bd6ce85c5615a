import "server-only";
import { sees } from "#lib/identity/rules";
import type { Actor } from "#lib/identity/schema";
import { addDays, type Day, dateOf, dayFromDate, daysBetween, daysFrom, hour, later } from "#lib/kernel/time";
import { now, today } from "#lib/platform/clock";
import { prisma } from "#lib/platform/db";
import { heard } from "#lib/platform/heard";
import { comparedTo, targetOf } from "../rules/explore";
import { grainOf, sourcesOf, valuesOf } from "../rules/metrics";
import {
  type Annotation,
  type Ask,
  type Compared,
  type Explored,
  type Mark,
  type MetricKey,
  metricKeys,
  type Notice,
  type Parts,
  type Source,
  type Values,
} from "../schema/explore";
import { lunarCompared } from "./calendar";
import { citiesOf } from "./cities";
import { namesOf } from "./names";
import { notesOf, targetsOf } from "./reports";
import { type Counted, countAll } from "./sources";

/** The days a question is held against, or null. */
function heldAgainst(ask: Pick<Ask, "from" | "to" | "compare">): Compared | null {
  if (ask.compare === "none") return null;
  if (ask.compare === "lunar") return lunarCompared(ask.from, ask.to);
  return { ...comparedTo(ask.from, ask.to, ask.compare), anchor: null };
}

/** A period that runs until now is held against what the other had reached by the same time. */
const sameTimeOf = (ask: Pick<Ask, "to">, before: Compared | null): Date | null =>
  before && ask.to >= today() ? later(now(), -before.shift * 24 * hour) : null;

/** Past days without any published session in the actor's cities, or in the city asked about. */
async function daysWithoutSession(actor: Actor, ask: Ask): Promise<Annotation[]> {
  const cities = (await citiesOf(actor)).map((c) => c.id).filter((id) => !ask.cityId || id === ask.cityId);
  const to = ask.to < today() ? ask.to : addDays(today(), -1);
  if (ask.from > to) return [];
  const sold = await prisma.saleSession.findMany({
    where: {
      businessDay: { gte: dateOf(ask.from), lte: dateOf(to) },
      state: { notIn: ["draft", "cancelled"] },
      cityIds: { hasSome: cities },
    },
    select: { businessDay: true },
    distinct: ["businessDay"],
  });
  const open = new Set(sold.map((s) => dayFromDate(s.businessDay)));
  return daysFrom(ask.from, daysBetween(ask.from, to) + 1)
    .filter((day) => !open.has(day))
    .map((day) => ({ day, kind: "noSession", id: `${day}s`, text: "", textEn: null }));
}

/** Festivals, days off, days without a session and what people wrote, in the order of days. */
async function annotationsOf(actor: Actor, ask: Ask): Promise<Annotation[]> {
  const [notes, idle] = await Promise.all([notesOf(actor, ask), daysWithoutSession(actor, ask)]);
  const said = notes.map(({ day, kind, id, text, textEn }): Annotation => ({ day, kind, id, text, textEn }));
  return [...idle, ...said].sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
}

const rankOf = (values: Values, metric: MetricKey): number => values[metric] ?? Number.NEGATIVE_INFINITY;
const hours = Array.from({ length: 24 }, (_, i) => String(i));

function marksOf(ask: Ask, counted: Counted, then: Counted | null, before: Compared | null): Mark[] {
  const mark = (id: string, now: Parts | undefined, then: Parts | undefined, beforeDay: Day | null): Mark => ({
    id,
    name: id,
    note: "",
    now: valuesOf(now ?? counted.blank.keys),
    before: before ? valuesOf(then ?? counted.blank.keys) : null,
    beforeDay,
  });
  if (ask.by === "day") return daysOf(ask, counted.keys, then?.keys, before, mark);
  if (ask.by === "hour") return hours.map((id) => mark(id, counted.keys.get(id), then?.keys.get(id), null));
  return [...new Set([...counted.keys.keys(), ...(then?.keys.keys() ?? [])])]
    .map((id) => mark(id, counted.keys.get(id), then?.keys.get(id), null))
    .sort(
      (a, b) =>
        rankOf(b.now, ask.metric) - rankOf(a.now, ask.metric) ||
        rankOf(b.now, "gmvFen") - rankOf(a.now, "gmvFen") ||
        (a.id < b.id ? -1 : 1),
    );
}

function daysOf(
  ask: Ask,
  now: Map<string, Parts>,
  then: Map<string, Parts> | undefined,
  before: Compared | null,
  mark: (id: string, now: Parts | undefined, then: Parts | undefined, beforeDay: Day | null) => Mark,
): Mark[] {
  return daysFrom(ask.from, daysBetween(ask.from, ask.to) + 1).map((day) => {
    const other = before ? addDays(day, -before.shift) : null;
    return mark(day, now.get(day), other ? then?.get(other) : undefined, other);
  });
}

/** The sources a question is answered from: sales always, and those of its metrics. */
const sourcesFor = (asked: readonly MetricKey[]): Source[] => [
  ...new Set<Source>(["sales", ...asked.flatMap(sourcesOf)]),
];

/** A count by day in place of its split. */
const onDays = (c: Counted): Counted => ({ ...c, keys: c.days, blank: { ...c.blank, keys: c.blank.days } });

/** Targets are set for a city or for all: a narrower question has none. */
const narrowsOnly = (ask: Ask): boolean => !ask.leaderId && !ask.supplierId && !ask.skuId;

/**
 * A question to the sales with its comparison, its days, at most `limit` rows of its split (the largest by the metric), what happened on
 * those days, the target, and the SQL that answered; `also` counts further metrics. Refuses: forbidden.
 */
export async function explore(
  actor: Actor,
  ask: Ask,
  notices: Notice[] = [],
  limit = 50,
  also: readonly MetricKey[] = [],
): Promise<Explored> {
  const before = heldAgainst(ask);
  const until = sameTimeOf(ask, before);
  const sources = sourcesFor([ask.metric, ...(ask.second ? [ask.second] : []), ...also]);
  const q = { basis: ask.basis, by: ask.by, narrow: ask };
  const counting = heard(() =>
    Promise.all([
      countAll(actor, { ...q, from: ask.from, to: ask.to, until: null }, sources),
      before ? countAll(actor, { ...q, from: before.from, to: before.to, until }, sources) : null,
    ]),
  );
  const [{ answer, sql }, annotations, targets] = await Promise.all([
    counting,
    annotationsOf(actor, ask),
    targetsOf(ask.metric, ask),
  ]);
  const [counted, then] = answer;
  const all = marksOf(ask, counted, then, before);
  const kept = ask.by === "day" || ask.by === "hour" ? all : all.slice(0, limit);
  const names = await namesOf(
    ask.by,
    kept.map((m) => m.id),
  );
  const total = valuesOf(counted.total);
  const byDay = { ...ask, by: "day" as const };
  return {
    ask,
    notices,
    before,
    isSameTime: until !== null,
    total,
    totalBefore: then ? valuesOf(then.total) : null,
    days: marksOf(byDay, onDays(counted), then && onDays(then), before),
    marks: kept.map((m) => ({ ...m, ...names.get(m.id) })),
    markCount: all.length,
    annotations,
    target: narrowsOnly(ask) ? targetOf(ask.metric, ask, targets, total[ask.metric] ?? null) : null,
    asOf: counted.asOf ?? now(),
    isFromRollup: counted.isRollup ?? false,
    sql,
  };
}

/** The SQL that counts each metric, as it ran for today by the metric's first split. Refuses: forbidden. */
export async function sqlOfAll(actor: Actor): Promise<Record<MetricKey, string[]>> {
  sees(actor, "analytics.see");
  const day = today();
  const said = new Map<string, Promise<string[]>>();
  const ran = (metric: MetricKey): Promise<string[]> => {
    const sources = sourcesOf(metric);
    const grain = grainOf(metric);
    const by = grain.splits[0] ?? "day";
    const key = `${sources.join()} ${by}`;
    const q = { basis: grain.bases[0] ?? "paid", from: day, to: day, by, narrow: {}, until: null };
    const answer = said.get(key) ?? heard(() => countAll(actor, q, sources)).then(({ sql }) => sql);
    said.set(key, answer);
    return answer;
  };
  const all = await Promise.all(metricKeys.map(async (metric) => [metric, await ran(metric)] as const));
  return Object.fromEntries(all) as Record<MetricKey, string[]>;
}
