"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { MinimumCell, noMinimum, SlotKindFields } from "#components/campaigns/group-terms";
import { Button } from "#components/ui/button";
import { Field, TextField } from "#components/ui/fields";
import { FieldRow, Form, SubmitButton } from "#components/ui/form";
import { Money } from "#components/ui/money";
import { Panel } from "#components/ui/panel";
import { type PictureKind, ProductPicture } from "#components/ui/product-picture";
import { StateNote } from "#components/ui/state-badge";
import { isInside, overlaps } from "#lib/campaigns/rules";
import type { ItemView, SlotView } from "#lib/campaigns/schema";
import type { FormAction } from "#lib/kernel/answer";
import { parseYuan, yuan } from "#lib/kernel/money";
import { atClock, clockText, type Day, dayOf, later, minute, momentText } from "#lib/kernel/time";

type Choice = { price: string; quota: string; limit: string; minimum: typeof noMinimum };
const quarter = 15 * minute;
const wall = (at: Date) => `${dayOf(at)}T${clockText(at)}`;
const instant = (text: string): Date | null =>
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text) ? atClock(text.slice(0, 10) as Day, text.slice(11, 16)) : null;
const count = (text: string): number | null => (/^\d{1,6}$/.test(text.trim()) ? Number(text.trim()) : null);

/** Where a new slot begins: the next quarter of an hour inside the session. */
function firstStart(session: { opensAt: Date; cutoffAt: Date }, now: Date): Date {
  const from = Math.max(session.opensAt.getTime(), now.getTime());
  const start = new Date(Math.ceil(from / quarter) * quarter);
  return start < session.cutoffAt ? start : session.opensAt;
}

/**
 * A flash slot: its window, and per item price, pieces and limit. An overlap with another slot of the session is shown before it is
 * sent, with the rule, the other party and two ways out; the server refuses what is left.
 */
export function SlotForm({
  session,
  items,
  slots,
  cities,
  now,
  asked,
  action,
}: {
  session: { id: string; opensAt: Date; cutoffAt: Date; isPublished: boolean };
  items: ItemView[];
  slots: SlotView[];
  cities: Record<string, string>;
  now: Date;
  /** The window it was begun for, where somebody pointed at one. */
  asked?: { startsAt: Date; endsAt: Date } | undefined;
  action: FormAction;
}) {
  const t = useTranslations("campaigns");
  const tGroups = useTranslations("groups");
  const [kind, setKind] = useState<SlotView["kind"]>("flash");
  const start = asked?.startsAt ?? firstStart(session, now);
  const [from, setFrom] = useState(wall(start));
  const [to, setTo] = useState(
    wall(asked?.endsAt ?? new Date(Math.min(later(start, 2 * 60 * minute).getTime(), session.cutoffAt.getTime()))),
  );
  const [chosen, setChosen] = useState<ReadonlyMap<string, Choice>>(new Map());
  const [filter, setFilter] = useState("");
  const startsAt = instant(from);
  const endsAt = instant(to);
  const window = startsAt && endsAt && startsAt < endsAt ? { startsAt, endsAt } : null;
  const manyCities = Object.keys(cities).length > 1;
  const shown = items.filter((i) => filter.trim() === "" || i.name.includes(filter.trim()));

  const conflicts = (window ? slots : [])
    .filter((slot) => window && slot.kind === kind && overlaps(slot, window))
    .map((slot) => ({
      slot,
      items: items.filter(
        (i) =>
          chosen.has(i.id) &&
          slot.items.some((o) => o.skuId === i.skuId && o.cityId === i.cityId && o.state !== "closed"),
      ),
    }))
    .filter((c) => c.items.length > 0);
  const clashing = new Set(conflicts.flatMap((c) => c.items.map((i) => i.id)));

  const problemOf = (item: ItemView, choice: Choice): string | null => {
    const price = parseYuan(choice.price);
    const quota = count(choice.quota);
    if (price === null || price <= 0 || price >= item.priceFen) return t("flash.dearOrEqual");
    if (quota === null || quota < 1 || quota > item.available) return t("flash.tooMany", { available: item.available });
    return null;
  };
  const set = (id: string, change: Partial<Choice> | null) => {
    const next = new Map(chosen);
    if (change === null) next.delete(id);
    else next.set(id, { ...(next.get(id) ?? { price: "", quota: "", limit: "", minimum: noMinimum }), ...change });
    setChosen(next);
  };
  const toggle = (item: ItemView) =>
    chosen.has(item.id)
      ? set(item.id, null)
      : set(item.id, {
          price: yuan(Math.max(1, Math.floor((item.priceFen * 0.8) / 10) * 10), { symbol: false }),
          quota: String(Math.max(1, Math.min(item.available, Math.ceil(item.available * 0.3)))),
          limit: item.perPersonLimit === null ? "" : String(item.perPersonLimit),
          minimum: noMinimum,
        });

  const sent = items.flatMap((item) => {
    const choice = chosen.get(item.id);
    if (!choice) return [];
    return [
      {
        offerId: item.id,
        priceFen: parseYuan(choice.price),
        quota: count(choice.quota),
        perPersonLimit: count(choice.limit),
        minimum: choice.minimum.count.trim() === "" ? null : choice.minimum,
      },
    ];
  });
  const isOut = window !== null && !isInside(window, session);
  const lowest = [...chosen].reduce<{ fen: number; name: string } | null>((deepest, [id, choice]) => {
    const item = items.find((i) => i.id === id);
    const price = parseYuan(choice.price);
    if (!item || price === null || price >= item.priceFen) return deepest;
    return deepest === null || price < deepest.fen ? { fen: price, name: item.name } : deepest;
  }, null);
  const isReady =
    window !== null &&
    !isOut &&
    chosen.size > 0 &&
    conflicts.length === 0 &&
    items.every((i) => !chosen.has(i.id) || problemOf(i, chosen.get(i.id) as Choice) === null);

  /** Moves the window behind the other slot, as long as it was. */
  const moveBehind = (slot: SlotView) => {
    if (!window) return;
    const begin = slot.endsAt;
    setFrom(wall(begin));
    setTo(
      wall(
        new Date(
          Math.min(begin.getTime() + (window.endsAt.getTime() - window.startsAt.getTime()), session.cutoffAt.getTime()),
        ),
      ),
    );
  };

  return (
    <Form action={action} values={{ sessionId: session.id }} submit={null} className="flex flex-col gap-3">
      <input type="hidden" name="json:items" value={JSON.stringify(sent)} />
      <input type="hidden" name="startsAt" value={startsAt?.toISOString() ?? ""} />
      <input type="hidden" name="endsAt" value={endsAt?.toISOString() ?? ""} />
      <Panel>
        <div className="flex flex-col gap-3">
          <SlotKindFields kind={kind} onKind={setKind} />
          <FieldRow columns={3}>
            <TextField key={kind} name="name" label={t("name")} defaultValue={t(`slotKinds.${kind}`)} maxLength={60} />
            <Field
              name="startsAt"
              label={t("flash.startsAt")}
              hint={t("flash.insideHint", {
                opensAt: momentText(session.opensAt),
                cutoffAt: momentText(session.cutoffAt),
              })}
            >
              {(wiring) => (
                <input
                  type="datetime-local"
                  className="control"
                  value={from}
                  onChange={(event) => setFrom(event.target.value)}
                  {...wiring}
                />
              )}
            </Field>
            <Field
              name="endsAt"
              label={t("flash.endsAt")}
              problem={
                startsAt && endsAt && startsAt >= endsAt ? t("flash.backwards") : isOut ? t("flash.outside") : null
              }
            >
              {(wiring) => (
                <input
                  type="datetime-local"
                  className="control"
                  value={to}
                  onChange={(event) => setTo(event.target.value)}
                  {...wiring}
                />
              )}
            </Field>
          </FieldRow>
          {!session.isPublished && <StateNote kind="draft">{t("flash.draftHint")}</StateNote>}
          {conflicts.map((conflict) => (
            <StateNote
              key={conflict.slot.id}
              kind="failed"
              action={
                <span className="flex flex-wrap gap-2">
                  {conflict.slot.endsAt < session.cutoffAt && (
                    <Button size="small" onClick={() => moveBehind(conflict.slot)}>
                      {t("flash.fixMove", { time: clockText(conflict.slot.endsAt) })}
                    </Button>
                  )}
                  <Button
                    size="small"
                    onClick={() => {
                      const next = new Map(chosen);
                      for (const item of conflict.items) next.delete(item.id);
                      setChosen(next);
                    }}
                  >
                    {t("flash.fixDrop", { count: conflict.items.length })}
                  </Button>
                </span>
              }
            >
              {t("flash.conflict", {
                names: conflict.items.map((i) => i.name).join("、"),
                other: conflict.slot.name,
                window: `${momentText(conflict.slot.startsAt)}–${clockText(conflict.slot.endsAt)}`,
              })}{" "}
              {t("flash.conflictRule")}
            </StateNote>
          ))}
        </div>
      </Panel>
      <Panel
        title={t("flash.pick")}
        note={t("flash.pickNote")}
        flush
        actions={
          <input
            type="search"
            className="control w-40!"
            value={filter}
            onChange={(event) => setFilter(event.target.value)}
            placeholder={t("flash.filter")}
            aria-label={t("flash.filter")}
          />
        }
        foot={
          <div className="flex flex-wrap items-center gap-3">
            <span className="text-muted">{t("flash.chosen", { count: chosen.size })}</span>
            {lowest && (
              <span className="text-muted">{t("flash.capNote", { price: `${lowest.name} ${yuan(lowest.fen)}` })}</span>
            )}
            <span className="ml-auto flex gap-2">
              <SubmitButton
                tone={session.isPublished ? "plain" : "primary"}
                name="json:publish"
                value="false"
                disabled={!isReady}
              >
                {t("flash.create")}
              </SubmitButton>
              {session.isPublished && (
                <SubmitButton name="json:publish" value="true" disabled={!isReady}>
                  {t("flash.createAndPublish")}
                </SubmitButton>
              )}
            </span>
          </div>
        }
      >
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
        <section className="overflow-x-auto" aria-label={t("flash.pick")} tabIndex={0}>
          <table className="list-table roomy">
            <thead>
              <tr>
                <th scope="col">
                  <span className="sr-only">{t("flash.pick")}</span>
                </th>
                <th scope="col">{t("items")}</th>
                {manyCities && <th scope="col">{t("city")}</th>}
                <th scope="col" data-align="right" className="max-sm:hidden">
                  {t("supplyPrice")}
                </th>
                <th scope="col" data-align="right">
                  {t("sessionPrice")}
                </th>
                <th scope="col" data-align="right">
                  {t("flash.leftInSession")}
                </th>
                <th scope="col" data-align="right">
                  {kind === "group" ? tGroups("price") : t("flash.flashPrice")}
                </th>
                <th scope="col" data-align="right">
                  {t("flash.flashQuota")}
                </th>
                <th scope="col" data-align="right">
                  {t("limit")}
                </th>
                <th scope="col" data-align="right">
                  {tGroups("minimum.label")}
                </th>
              </tr>
            </thead>
            <tbody>
              {shown.map((item) => {
                const choice = chosen.get(item.id);
                const problem = choice && problemOf(item, choice);
                const price = choice ? parseYuan(choice.price) : null;
                return (
                  <tr
                    key={item.id}
                    data-selected={choice !== undefined}
                    className={clashing.has(item.id) ? "bg-danger-soft" : ""}
                  >
                    <td>
                      <input
                        type="checkbox"
                        aria-label={item.name}
                        checked={choice !== undefined}
                        disabled={item.available < 1}
                        onChange={() => toggle(item)}
                      />
                    </td>
                    <td style={{ width: "100%" }}>
                      <span className="flex min-w-40 items-center gap-2.5">
                        <ProductPicture kind={item.picture as PictureKind} size={28} />
                        <span>
                          {item.name} <span className="text-muted">{item.spec}</span>
                          {problem && <span className="block text-xs text-danger-soft-foreground">{problem}</span>}
                        </span>
                      </span>
                    </td>
                    {manyCities && <td>{cities[item.cityId]}</td>}
                    <td data-align="right" className="max-sm:hidden">
                      <Money fen={item.supplyPriceFen} muted />
                    </td>
                    <td data-align="right">
                      <Money fen={item.priceFen} />
                    </td>
                    <td data-align="right">{item.available.toLocaleString("en-US")}</td>
                    <td data-align="right">
                      {choice && (
                        <span className="inline-flex items-center gap-2">
                          {price !== null && price < item.priceFen && (
                            <span className="text-xs text-muted">
                              {t("flash.off", {
                                percent: `${Math.round(((item.priceFen - price) * 100) / item.priceFen)}%`,
                              })}
                            </span>
                          )}
                          <input
                            className="control h-7! min-h-0! w-20! text-right"
                            inputMode="decimal"
                            aria-label={`${item.name} ${t("flash.flashPrice")}`}
                            value={choice.price}
                            onChange={(event) => set(item.id, { price: event.target.value })}
                          />
                        </span>
                      )}
                    </td>
                    <td data-align="right">
                      {choice && (
                        <input
                          className="control h-7! min-h-0! w-18! text-right"
                          inputMode="numeric"
                          aria-label={`${item.name} ${t("flash.flashQuota")}`}
                          value={choice.quota}
                          onChange={(event) => set(item.id, { quota: event.target.value })}
                        />
                      )}
                    </td>
                    <td data-align="right">
                      {choice && (
                        <input
                          className="control h-7! min-h-0! w-14! text-right"
                          inputMode="numeric"
                          aria-label={`${item.name} ${t("limit")}`}
                          value={choice.limit}
                          onChange={(event) => set(item.id, { limit: event.target.value })}
                        />
                      )}
                    </td>
                    <td data-align="right">
                      {choice && (
                        <MinimumCell
                          label={item.name}
                          value={choice.minimum}
                          onChange={(minimum) => set(item.id, { minimum })}
                        />
                      )}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </section>
      </Panel>
    </Form>
  );
}
