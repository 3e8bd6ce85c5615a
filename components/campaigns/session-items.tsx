"use client";
import { MoreHorizontal } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, startTransition, useState } from "react";
import { Dialog } from "#components/ui/dialog";
import { MoneyField, NumberField, TextareaField } from "#components/ui/fields";
import { ActionButton, Form, useAnswer } from "#components/ui/form";
import { CloseOnSuccess } from "#components/ui/form-state";
import { Icon } from "#components/ui/icon";
import { useLive } from "#components/ui/live-query";
import { Menu, type MenuItem } from "#components/ui/menu";
import { Money } from "#components/ui/money";
import { type PictureKind, ProductPicture } from "#components/ui/product-picture";
import { Bar } from "#components/ui/progress";
import { StateBadge, Tag } from "#components/ui/state-badge";
import { toast } from "#components/ui/toast";
import type { ItemView, SessionTotals } from "#lib/campaigns/schema";
import type { FormAction } from "#lib/kernel/answer";
import { parseYuan, yuan } from "#lib/kernel/money";
import { offerKind } from "./session-state";

export type ItemActions = Record<"change" | "reprice" | "remove" | "pause" | "resume", FormAction>;

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
  actions,
  empty,
}: {
  sessionId: string;
  items: ItemView[];
  /** Names by id; with more than one the column appears. */
  cities: Record<string, string>;
  mode: "draft" | "published" | "read";
  isLive: boolean;
  actions: ItemActions;
  empty: ReactNode;
}) {
  const t = useTranslations("campaigns");
  const totals = useLive<SessionTotals>(
    "sessionTotals",
    { id: sessionId },
    { topics: ["order", "session"], enabled: isLive },
  );
  const [chosen, setActing] = useState<{ id: string; what: "reprice" | "quota" } | null>(null);
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
  const sum = (pick: (item: ItemView) => number) => rows.reduce((all, item) => all + pick(item), 0);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className="overflow-x-auto" aria-label={t("items")} tabIndex={0}>
        <table className="list-table roomy">
          <thead>
            <tr>
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
                  className={`max-sm:hidden ${item.marginBp < 0 ? "text-danger-soft-foreground" : item.marginBp < 500 ? "text-warning-soft-foreground" : ""}`}
                >
                  {(item.marginBp / 100).toFixed(1)}%
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
                  {mode === "draft" && (
                    <ActionButton action={actions.remove} values={{ offerIds: item.id }} tone="quiet" size="small">
                      {t("removeItem")}
                    </ActionButton>
                  )}
                  {mode === "published" && (
                    <RowMenu item={item} actions={actions} onChoose={(what) => setActing({ id: item.id, what })} />
                  )}
                </td>
              </tr>
            ))}
          </tbody>
          {mode !== "draft" && (
            <tfoot>
              <tr>
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
      {acting && (
        <Dialog
          open
          onOpenChange={(open) => !open && setActing(null)}
          title={t(acting.what === "reprice" ? "repriceTitle" : "moreQuotaTitle", { name: acting.item.name })}
          size="small"
        >
          <CloseOnSuccess.Provider value={() => setActing(null)}>
            {acting.what === "reprice" ? (
              <Form
                merge
                action={actions.reprice}
                values={{ offerId: acting.item.id, seenFen: acting.item.priceFen }}
                submit={t("repriceSubmit")}
                guard={false}
              >
                <MoneyField
                  name="priceFen"
                  label={t("price")}
                  hint={t("repriceHint", { price: yuan(acting.item.priceFen) })}
                />
                <TextareaField
                  name="reason"
                  label={t("raiseReason")}
                  hint={t("raiseReasonHint")}
                  required={false}
                  rows={2}
                />
              </Form>
            ) : (
              <Form
                merge
                action={actions.change}
                values={{ offerId: acting.item.id, seenQuota: acting.item.quota }}
                submit={t("moreQuotaSubmit")}
                guard={false}
              >
                <NumberField
                  name="quota"
                  label={t("newQuota")}
                  hint={t("moreQuotaHint", { quota: acting.item.quota, used: acting.item.held + acting.item.sold })}
                  defaultValue={acting.item.quota}
                  min={acting.item.quota}
                />
              </Form>
            )}
          </CloseOnSuccess.Provider>
        </Dialog>
      )}
    </>
  );
}

function RowMenu({
  item,
  actions,
  onChoose,
}: {
  item: ItemView;
  actions: ItemActions;
  onChoose: (what: "reprice" | "quota") => void;
}) {
  const t = useTranslations("campaigns");
  const answered = (answer: { ok: boolean; message?: string }) =>
    toast(answer.message ?? "", { kind: answer.ok ? "done" : "failed" });
  const pausing = useAnswer(actions.pause, answered);
  const resuming = useAnswer(actions.resume, answered);
  const send = (one: typeof pausing) => {
    const form = new FormData();
    form.set("offerId", item.id);
    startTransition(() => one.send(form));
  };
  const menu: MenuItem[] = [
    { id: "reprice", label: t("reprice"), onSelect: () => onChoose("reprice") },
    { id: "quota", label: t("moreQuota"), onSelect: () => onChoose("quota") },
    item.state === "paused"
      ? { id: "resume", label: t("resume"), onSelect: () => send(resuming) }
      : { id: "pause", label: t("pause"), onSelect: () => send(pausing) },
  ];
  return (
    <Menu
      trigger={<Icon of={MoreHorizontal} />}
      label={`${item.name} ${t("more")}`}
      items={menu}
      tone="quiet"
      size="small"
    />
  );
}
