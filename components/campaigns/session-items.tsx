"use client";
import { useTranslations } from "next-intl";
import { type ReactNode, startTransition, useState } from "react";
import { useAnswer } from "#components/ui/form";
import { useLive } from "#components/ui/live-query";
import { Money } from "#components/ui/money";
import { type PictureKind, ProductPicture } from "#components/ui/product-picture";
import { Bar } from "#components/ui/progress";
import { StateBadge, Tag } from "#components/ui/state-badge";
import { toast } from "#components/ui/toast";
import type { ItemView, SessionTotals } from "#lib/campaigns/schema";
import type { FormAction } from "#lib/kernel/answer";
import { parseYuan, yuan } from "#lib/kernel/money";
import { BulkEditButton } from "./bulk-edit";
import { type Acting, type ItemActions, ItemDialog, ItemMenu } from "./item-deeds";
import { offerKind } from "./session-state";

type GridActions = ItemActions & { remove: FormAction; bulk: FormAction };

/** A cell that saves itself when it is left: the value as text, what it means, and the form it sends. */
function CellInput({
  label,
  value,
  suffix,
  width,
  read,
  action,
  fields,
  disabled,
}: {
  label: string;
  value: string;
  suffix?: ReactNode;
  width: string;
  /** The value to send, or null when the text cannot be read. */
  read: (text: string) => string | null;
  action: FormAction;
  fields: (value: string) => Record<string, string>;
  disabled?: boolean;
}) {
  const [text, setText] = useState(value);
  const [known, setKnown] = useState(value);
  const [bad, setBad] = useState(false);
  if (known !== value) {
    setKnown(value);
    // somebody else's change does not wipe out what is being typed here
    if (text === known || read(text.trim()) === read(value)) setText(value);
  }
  const { send, pending } = useAnswer(action, (answer) => {
    if (answer.ok) {
      if (answer.message) toast(answer.message);
      return;
    }
    setBad(true);
    const [made] = answer.meanwhile ?? [];
    const changes = made?.changes.map((one) => `${one.field} ${one.before ?? "—"} → ${one.after ?? "—"}`) ?? [];
    toast([answer.message, made?.who, ...changes].filter(Boolean).join(" "), { kind: "failed" });
  });
  function save() {
    if (text.trim() === value) return setBad(false);
    const sent = read(text.trim());
    if (sent === null) return setBad(true);
    setBad(false);
    const form = new FormData();
    for (const [name, one] of Object.entries(fields(sent))) form.set(name, one);
    startTransition(() => send(form));
  }
  return (
    <span
      className={`control-box inline-flex! h-7! min-h-0! ${width}`}
      data-invalid={bad || undefined}
      aria-busy={pending}
    >
      {suffix}
      <input
        aria-label={label}
        aria-invalid={bad || undefined}
        inputMode="decimal"
        autoComplete="off"
        disabled={disabled}
        className="w-full min-w-0 text-right tabular-nums"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onFocus={(event) => event.target.select()}
        onBlur={save}
        onKeyDown={(event) => {
          if (event.key === "Enter") event.currentTarget.blur();
          if (event.key === "Escape") {
            setText(value);
            setBad(false);
          }
        }}
      />
    </span>
  );
}

const whole = (text: string): string | null => (/^\d{1,7}$/.test(text) ? text : null);

/**
 * The items of a session. A draft's price, quota and limit are typed in place; a published session's cells are fixed and each row
 * has its menu. Sold and held follow live while the sale runs.
 */
export function SessionItems({
  sessionId,
  items,
  cities,
  mode,
  isLive,
  rule,
  actions,
  empty,
}: {
  sessionId: string;
  items: ItemView[];
  /** Names by id; with more than one the column appears. */
  cities: Record<string, string>;
  mode: "draft" | "published" | "read";
  isLive: boolean;
  rule: { defaultBp: number; floorBp: number };
  actions: GridActions;
  empty: ReactNode;
}) {
  const t = useTranslations("campaigns");
  const tp = useTranslations("planning");
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const totals = useLive<SessionTotals>(
    "sessionTotals",
    { id: sessionId },
    { topics: ["order", "session"], enabled: isLive },
  );
  const [chosen, setActing] = useState<{ id: string; what: Acting } | null>(null);
  const live = new Map((isLive ? (totals.data?.offers ?? []) : []).map((o) => [o.id, o]));
  const shown = items.filter((i) => i.state !== "closed" || mode === "read");
  const closed = items.length - shown.length;
  // on a phone a running sale shows what is sold, a draft what is typed
  const onDesk = mode === "draft" ? "" : "max-sm:hidden";
  const manyCities = Object.keys(cities).length > 1;
  if (shown.length === 0) return <div className="p-4">{empty}</div>;
  const rows = shown.map((item) => ({ ...item, ...live.get(item.id) }));
  const acted = items.find((item) => item.id === chosen?.id);
  const acting = chosen && acted ? { what: chosen.what, item: acted } : null;
  const edited = mode === "read" ? [] : shown.filter((item) => picked.has(item.id));
  const pick = (ids: readonly string[], isOn: boolean) => {
    const next = new Set(picked);
    for (const id of ids) isOn ? next.add(id) : next.delete(id);
    setPicked(next);
  };
  const sum = (pick: (item: ItemView) => number) => rows.reduce((all, item) => all + pick(item), 0);
  return (
    <>
      {edited.length > 0 && (
        <div className="flex flex-wrap items-center gap-3 border-b border-separator px-4 py-2">
          <span className="text-muted">{tp("bulk.chosen", { count: edited.length })}</span>
          <BulkEditButton
            sessionId={sessionId}
            items={edited}
            isDraft={mode === "draft"}
            rule={rule}
            action={actions.bulk}
            onDone={() => setPicked(new Set())}
          />
        </div>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className="overflow-x-auto" aria-label={t("items")} tabIndex={0}>
        <table className="list-table roomy">
          <thead>
            <tr>
              {mode !== "read" && (
                <th scope="col" className="max-sm:hidden">
                  <input
                    type="checkbox"
                    aria-label={tp("bulk.all")}
                    checked={edited.length === shown.length}
                    onChange={(event) =>
                      pick(
                        shown.map((i) => i.id),
                        event.target.checked,
                      )
                    }
                  />
                </th>
              )}
              <th scope="col">{t("items")}</th>
              {manyCities && <th scope="col">{t("city")}</th>}
              <th scope="col" className="max-sm:hidden">
                {t("state")}
              </th>
              <th scope="col" data-align="right" className="max-sm:hidden">
                {t("supplyPrice")}
              </th>
              <th scope="col" data-align="right">
                {t("price")}
              </th>
              <th scope="col" data-align="right" className="max-sm:hidden">
                {t("margin")}
              </th>
              <th scope="col" data-align="right" className={onDesk}>
                {t("quota")}
              </th>
              <th scope="col" data-align="right" title={t("limitHint")} className="max-sm:hidden">
                {t("limit")}
              </th>
              {mode !== "draft" && (
                <>
                  <th scope="col" data-align="right">
                    {t("sold")}
                  </th>
                  <th scope="col" data-align="right">
                    {t("held")}
                  </th>
                </>
              )}
              <th scope="col">
                <span className="sr-only">{t("more")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((item) => (
              <tr
                key={item.id}
                className={
                  item.state === "draft" && (!item.isListed || !item.supplierIsActive || item.quota === 0)
                    ? "bg-warning-soft"
                    : ""
                }
              >
                {mode !== "read" && (
                  <td className="max-sm:hidden">
                    <input
                      type="checkbox"
                      aria-label={`${tp("bulk.button")} ${item.name}`}
                      checked={picked.has(item.id)}
                      onChange={(event) => pick([item.id], event.target.checked)}
                    />
                  </td>
                )}
                <td style={{ width: "100%" }}>
                  <span className="flex min-w-36 sm:min-w-44 items-center gap-2.5">
                    <ProductPicture kind={item.picture as PictureKind} size={28} />
                    <span className="min-w-0">
                      <b>{item.name}</b> <span className="text-muted">{item.spec}</span>
                      <span className="block text-xs text-muted">
                        {item.supplierName}
                        {item.leadDays > 0 && ` · ${t("leadDays")} +${item.leadDays}`}
                      </span>
                    </span>
                  </span>
                </td>
                {manyCities && <td>{cities[item.cityId]}</td>}
                <td className="max-sm:hidden">
                  <StateBadge kind={offerKind[item.state]}>{t(`offerStates.${item.state}`)}</StateBadge>
                </td>
                <td data-align="right" className="max-sm:hidden">
                  <Money fen={item.supplyPriceFen} muted />
                </td>
                <td data-align="right">
                  {mode === "draft" ? (
                    <CellInput
                      label={`${item.name} ${t("price")}`}
                      value={yuan(item.priceFen, { symbol: false })}
                      suffix={
                        <span className="text-muted" aria-hidden="true">
                          ¥
                        </span>
                      }
                      width="w-24!"
                      read={(text) => {
                        const fen = parseYuan(text);
                        return fen === null || fen <= 0 ? null : String(fen);
                      }}
                      action={actions.reprice}
                      fields={(priceFen) => ({ offerId: item.id, priceFen, seenFen: String(item.priceFen) })}
                    />
                  ) : (
                    <span className="inline-flex flex-col items-end">
                      <Money fen={item.priceFen} size="strong" />
                      {item.listPriceFen !== null && (
                        <span
                          className="text-xs text-muted"
                          title={item.listPriceBasis ? t(`basis.${item.listPriceBasis}`) : undefined}
                        >
                          <Money fen={item.listPriceFen} muted struck />
                        </span>
                      )}
                    </span>
                  )}
                </td>
                <td
                  data-align="right"
                  className={`max-sm:hidden ${item.marginBp < 0 ? "text-danger-soft-foreground" : item.marginBp < rule.floorBp ? "text-warning-soft-foreground" : ""}`}
                >
                  {(item.marginBp / 100).toFixed(1)}%
                  {item.priceFen < item.supplyPriceFen && (
                    <span className="block text-xs">
                      {item.lossReason && <Tag>{tp(`review.reasons.${item.lossReason}`)}</Tag>}{" "}
                    </span>
                  )}
                </td>
                <td data-align="right" className={onDesk}>
                  {mode === "draft" ? (
                    <CellInput
                      label={`${item.name} ${t("quota")}`}
                      value={String(item.quota)}
                      width="w-20!"
                      read={whole}
                      action={actions.change}
                      fields={(quota) => ({ offerId: item.id, quota, seenQuota: String(item.quota) })}
                    />
                  ) : (
                    <span className="inline-flex flex-col items-end gap-0.5">
                      {item.quota.toLocaleString("en-US")}
                      <span className="w-14">
                        <Bar value={item.quota === 0 ? 0 : (item.sold + item.held) / item.quota} />
                      </span>
                    </span>
                  )}
                </td>
                <td data-align="right" className="max-sm:hidden">
                  {mode === "draft" ? (
                    <CellInput
                      label={`${item.name} ${t("limit")}`}
                      value={item.perPersonLimit === null ? "" : String(item.perPersonLimit)}
                      width="w-16!"
                      read={(text) => (text === "" ? "null" : whole(text))}
                      action={actions.change}
                      fields={(limit) => ({
                        offerId: item.id,
                        "json:perPersonLimit": limit,
                        "json:seenLimit": String(item.perPersonLimit),
                      })}
                    />
                  ) : (
                    (item.perPersonLimit ?? <span className="text-muted">{t("noLimit")}</span>)
                  )}
                </td>
                {mode !== "draft" && (
                  <>
                    <td data-align="right">
                      <b>{item.sold.toLocaleString("en-US")}</b>
                    </td>
                    <td data-align="right" className={item.held === 0 ? "text-muted" : ""}>
                      {item.held.toLocaleString("en-US")}
                    </td>
                  </>
                )}
                <td>
                  {mode !== "read" && (
                    <ItemMenu item={item} actions={actions} onChoose={(what) => setActing({ id: item.id, what })} />
                  )}
                </td>
              </tr>
            ))}
          </tbody>
          {mode !== "draft" && (
            <tfoot>
              <tr>
                {mode !== "read" && <td className="max-sm:hidden" />}
                <td>
                  {t("itemCount")} {rows.length} {closed > 0 && <Tag>{t("closedHidden", { count: closed })}</Tag>}
                </td>
                {manyCities && <td />}
                <td className="max-sm:hidden" />
                <td className="max-sm:hidden" />
                <td />
                <td className="max-sm:hidden" />
                <td data-align="right" className={onDesk}>
                  {sum((i) => i.quota).toLocaleString("en-US")}
                </td>
                <td className="max-sm:hidden" />
                <td data-align="right">{sum((i) => i.sold).toLocaleString("en-US")}</td>
                <td data-align="right">{sum((i) => i.held).toLocaleString("en-US")}</td>
                <td />
              </tr>
            </tfoot>
          )}
        </table>
      </section>
      {acting && <ItemDialog acting={acting} actions={actions} onClose={() => setActing(null)} />}
    </>
  );
}
