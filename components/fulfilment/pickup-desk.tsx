"use client";
import { Check, ScanLine, Search, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useCallback, useEffect, useRef, useState, useTransition } from "react";
import { useOnline } from "#components/shell/connection";
import { Button } from "#components/ui/button";
import { Icon } from "#components/ui/icon";
import { ProductPicture } from "#components/ui/product-picture";
import { QuantityStepper } from "#components/ui/quantity-stepper";
import { StateNote, Tag } from "#components/ui/state-badge";
import { readSearch } from "#lib/fulfilment/rules";
import type { PickupBundle } from "#lib/fulfilment/schema";
import type { ActionAnswer, FormAction } from "#lib/kernel/answer";
import { newRequestKey, type Parcel, useOutbox } from "./outbox";
import { Scanner } from "./scanner";
import { Unsent } from "./unsent";

const keyOf = (b: Pick<PickupBundle, "residentId" | "pickupPointId" | "pickupDay">) =>
  `${b.pickupPointId} ${b.pickupDay} ${b.residentId}`;

/** Those among the known whom a text means: exact codes, tails and bags; any part of what of the name is shown. */
function matching(bundles: readonly PickupBundle[], q: string): PickupBundle[] {
  const search = readSearch(q);
  if (!search) return [...bundles];
  const { kind, value } = search;
  return bundles.filter((b) =>
    kind === "code"
      ? b.code === value
      : kind === "phone"
        ? b.phoneTail === value
        : kind === "bag"
          ? String(b.bagNo) === value
          : b.name.startsWith(value[0] ?? ""),
  );
}

type Result = {
  requestKey: string;
  who: string;
  tail: string;
  pieces: number;
  missing: number;
  state: "sending" | "done" | "queued" | "refused";
  message: string | null;
};

/**
 * The hand-over desk: find a resident by code, tail, bag or name, tick what she takes, one big key, one big answer. Everybody's
 * goods are known beforehand, so it works without a connection; what was handed over goes out when it is back.
 */
export function PickupDesk({
  bundles,
  chosen,
  verify,
  search,
}: {
  bundles: readonly PickupBundle[];
  chosen: string | null;
  verify: FormAction;
  search: (q: string) => Promise<PickupBundle[]>;
}) {
  const t = useTranslations("fulfilment.pickup");
  const online = useOnline();
  const [q, setQ] = useState("");
  const [found, setFound] = useState<PickupBundle[] | null>(null);
  const [picked, setPicked] = useState<string | null>(() =>
    bundles.find((b) => b.residentId === chosen)
      ? keyOf(bundles.find((b) => b.residentId === chosen) as PickupBundle)
      : null,
  );
  const [scanning, setScanning] = useState(false);
  const [result, setResult] = useState<Result | null>(null);
  const [searching, startSearch] = useTransition();
  const input = useRef<HTMLInputElement>(null);

  const onSent = useCallback((parcel: Parcel, answer: ActionAnswer) => {
    setResult((shown) =>
      shown?.requestKey === parcel.requestKey
        ? {
            ...shown,
            state: answer.ok ? "done" : "refused",
            message: answer.ok ? (answer.message ?? null) : answer.message,
          }
        : shown,
    );
  }, []);
  const outbox = useOutbox("pickups", verify, onSent);
  const gone = new Set(outbox.parcels.filter((p) => p.refused === null).map((p) => p.subject));
  const known = bundles.filter((b) => !gone.has(keyOf(b)));
  const hits = found ?? matching(known, q);
  const current = hits.find((b) => keyOf(b) === picked) ?? (q !== "" && hits.length === 1 ? (hits[0] ?? null) : null);

  // an answer that takes its time is as good as queued: the resident need not wait
  useEffect(() => {
    if (result?.state !== "sending") return;
    const timer = setTimeout(
      () => setResult((shown) => (shown?.state === "sending" ? { ...shown, state: "queued" } : shown)),
      4000,
    );
    return () => clearTimeout(timer);
  }, [result]);

  function look(text: string) {
    setQ(text);
    setFound(null);
    setPicked(null);
  }
  function over() {
    setResult(null);
    look("");
    input.current?.focus();
  }

  if (result) return <Answer result={result} onNext={over} />;
  return (
    <div className="flex flex-1 flex-col gap-3">
      {scanning && (
        <Scanner
          onClose={() => setScanning(false)}
          onCode={(code) => {
            setScanning(false);
            look(code);
          }}
        />
      )}
      <div className="flex gap-2">
        <span className="control-box min-w-0 flex-1">
          <Icon of={Search} size={20} />
          <input
            ref={input}
            type="search"
            inputMode="text"
            value={q}
            onChange={(event) => look(event.target.value)}
            placeholder={t("search")}
            aria-label={t("search")}
            autoComplete="off"
            className="text-lg"
          />
        </span>
        {!scanning && (
          <Button size="large" icon={<Icon of={ScanLine} size={20} />} onClick={() => setScanning(true)}>
            {t("scan")}
          </Button>
        )}
      </div>
      <Unsent outbox={outbox} />
      {current ? (
        <HandOver
          key={keyOf(current)}
          bundle={current}
          onBack={hits.length > 1 || q === "" ? () => setPicked(null) : null}
          onGive={(lines, missing) => {
            const requestKey = newRequestKey();
            const search = readSearch(q);
            const pieces = lines.reduce((n, l) => n + l.quantity, 0);
            setResult({
              requestKey,
              who: current.name,
              tail: current.phoneTail,
              pieces,
              missing: missing.reduce((n, l) => n + l.quantity, 0),
              state: "sending",
              message: null,
            });
            outbox.put({
              requestKey,
              subject: keyOf(current),
              label: `${current.name} ${current.phoneTail}`,
              fields: {
                requestKey,
                pickupPointId: current.pickupPointId,
                residentId: current.residentId,
                pickupDay: current.pickupDay,
                method: search?.kind ?? "list",
                "json:lines": JSON.stringify(lines),
                "json:missing": JSON.stringify(missing),
              },
            });
          }}
        />
      ) : hits.length === 0 ? (
        <div className="card flex flex-col items-start gap-3 p-4">
          <p>{q === "" ? t("nobody") : t("notFound", { q })}</p>
          {q !== "" && found === null && online && (
            <Button
              onClick={() =>
                startSearch(async () => {
                  setFound((await search(q).catch(() => [])) ?? []);
                })
              }
              disabled={searching}
            >
              {t("searchAll")}
            </Button>
          )}
        </div>
      ) : (
        <section>
          <p className="mb-1 text-sm text-muted">{t("waiting", { n: hits.length })}</p>
          <ul className="card">
            {hits.slice(0, 200).map((b) => (
              <li key={keyOf(b)} className="border-b border-separator last:border-0">
                <button
                  type="button"
                  onClick={() => setPicked(keyOf(b))}
                  className="flex min-h-14 w-full items-center gap-3 px-4 py-2 text-left"
                >
                  <span className="grid size-11 flex-none place-items-center rounded-card bg-foreground text-lg font-semibold text-background">
                    {b.bagNo ?? "—"}
                  </span>
                  <span className="min-w-0 flex-1">
                    <b>{b.name}</b> <span className="text-muted">{t("tail", { tail: b.phoneTail })}</span>
                    <span className="block truncate text-sm text-muted">{b.lines.map((l) => l.name).join("、")}</span>
                  </span>
                  <b>× {b.pieces}</b>
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

type Taken = { lineId: string; quantity: number };

function HandOver({
  bundle,
  onGive,
  onBack,
}: {
  bundle: PickupBundle;
  onGive: (lines: Taken[], missing: Taken[]) => void;
  onBack: (() => void) | null;
}) {
  const t = useTranslations("fulfilment.pickup");
  const there = bundle.lines.filter((l) => l.remaining > 0);
  const [amounts, setAmounts] = useState<Record<string, number>>(() =>
    Object.fromEntries(there.map((l) => [l.lineId, l.remaining])),
  );
  const [missing, setMissing] = useState<Record<string, boolean>>({});
  const lines = there.flatMap((l) =>
    (amounts[l.lineId] ?? 0) > 0 ? [{ lineId: l.lineId, quantity: amounts[l.lineId] ?? 0 }] : [],
  );
  const lost = there.flatMap((l) =>
    missing[l.lineId] && (amounts[l.lineId] ?? 0) < l.remaining
      ? [{ lineId: l.lineId, quantity: l.remaining - (amounts[l.lineId] ?? 0) }]
      : [],
  );
  const pieces = lines.reduce((n, l) => n + l.quantity, 0);
  const lostPieces = lost.reduce((n, l) => n + l.quantity, 0);
  const verb =
    pieces === 0
      ? lostPieces > 0
        ? t("onlyMissing", { missing: lostPieces })
        : t("choose")
      : lostPieces > 0
        ? t("giveMissing", { n: pieces, missing: lostPieces })
        : t("give", { n: pieces });
  const set = (id: string, n: number) => setAmounts((before) => ({ ...before, [id]: n }));
  return (
    <section className="flex flex-1 flex-col" aria-label={bundle.name}>
      <div className="flex items-center justify-between gap-3 pb-2">
        <div>
          <h2 className="text-xl leading-7 font-semibold">
            {bundle.name}{" "}
            <span className="text-lg font-normal text-muted">{t("tail", { tail: bundle.phoneTail })}</span>
          </h2>
          <p className="text-sm text-muted">{bundle.orders > 1 ? t("orders", { n: bundle.orders }) : t("oneOrder")}</p>
        </div>
        <p className="flex items-center gap-1.5">
          <span className="grid h-11 min-w-11 place-items-center rounded-card bg-foreground px-2 text-2xl font-semibold text-background">
            {bundle.bagNo ?? "—"}
          </span>
          <span className="text-sm text-muted">{t("bags")}</span>
        </p>
      </div>
      {bundle.isMarked && <StateNote kind="frozen">{t("marked")}</StateNote>}
      {bundle.waiting > 0 && <StateNote kind="attention">{t("notSigned", { n: bundle.waiting })}</StateNote>}
      <ul className="border-t border-border">
        {there.map((l) => {
          const amount = amounts[l.lineId] ?? 0;
          return (
            <li key={l.lineId} className="border-b border-separator py-2">
              <label className="flex min-h-12 items-center gap-3">
                <input
                  type="checkbox"
                  className="size-[26px] flex-none accent-accent"
                  checked={amount > 0}
                  onChange={(event) => set(l.lineId, event.target.checked ? l.remaining : 0)}
                />
                <ProductPicture kind={l.picture} size={44} />
                <span className="min-w-0 flex-1">
                  <span className="block text-[17px] leading-6">
                    {l.name} {l.spec}
                  </span>
                  {l.isFresh && <Tag>{t("fresh")}</Tag>}
                </span>
                <b className="text-lg">
                  × {amount === l.remaining || amount === 0 ? l.remaining : `${amount} / ${l.remaining}`}
                </b>
              </label>
              {l.remaining > 1 && amount > 0 && (
                <div className="flex justify-end pt-1">
                  <QuantityStepper
                    name={`take-${l.lineId}`}
                    label={l.name}
                    defaultValue={amount}
                    min={1}
                    max={l.remaining}
                    onChange={(n) => set(l.lineId, n)}
                  />
                </div>
              )}
              {amount < l.remaining && (
                <div className="mt-1 ml-10 flex items-center justify-between gap-2">
                  {missing[l.lineId] ? (
                    <StateNote
                      kind="attention"
                      action={
                        <Button tone="quiet" onClick={() => setMissing((m) => ({ ...m, [l.lineId]: false }))}>
                          {t("undoMissing")}
                        </Button>
                      }
                    >
                      {t("missingOn", { n: l.remaining - amount })}
                    </StateNote>
                  ) : (
                    <Button tone="quiet" onClick={() => setMissing((m) => ({ ...m, [l.lineId]: true }))}>
                      {t("missing")}
                    </Button>
                  )}
                </div>
              )}
            </li>
          );
        })}
      </ul>
      <div className="sticky bottom-[68px] z-10 -mx-4 mt-auto flex flex-col gap-2 border-t border-border bg-surface px-4 py-2.5">
        <Button
          tone="primary"
          size="huge"
          wide
          disabled={pieces + lostPieces === 0}
          onClick={() => onGive(lines, lost)}
        >
          {verb}
        </Button>
        {onBack && (
          <Button tone="quiet" wide onClick={onBack}>
            {t("back")}
          </Button>
        )}
      </div>
    </section>
  );
}

const faces = {
  sending: "bg-surface-tertiary text-foreground",
  done: "bg-success-soft text-success-soft-foreground",
  queued: "bg-warning-soft text-warning-soft-foreground",
  refused: "bg-danger-soft text-danger-soft-foreground",
};

/** The whole screen says whether the goods may leave. */
function Answer({ result, onNext }: { result: Result; onNext: () => void }) {
  const t = useTranslations("fulfilment.pickup");
  const next = useRef<HTMLDivElement>(null);
  useEffect(() => next.current?.querySelector("button")?.focus(), []);
  const head =
    result.state === "refused"
      ? t("refused")
      : result.pieces > 0
        ? t("done", { n: result.pieces })
        : t("missingOn", { n: result.missing });
  return (
    <section
      role="status"
      className={`-mx-4 -mb-4 flex flex-1 flex-col items-center justify-center gap-4 px-6 py-10 text-center ${faces[result.state]}`}
    >
      <span className="grid size-24 place-items-center rounded-full border-4 border-current">
        <Icon of={result.state === "refused" ? X : Check} size={56} />
      </span>
      <h2 className="text-[32px] leading-10 font-semibold">{head}</h2>
      <p className="text-xl">
        {result.who} {t("tail", { tail: result.tail })}
      </p>
      {result.state === "queued" && <p>{t("queued")}</p>}
      {result.message && <p className="text-lg">{result.message}</p>}
      {result.missing > 0 && result.pieces > 0 && result.state !== "refused" && (
        <p>{t("missingOn", { n: result.missing })}</p>
      )}
      <div ref={next} className="mt-4 w-full">
        <Button tone="primary" size="huge" wide onClick={onNext}>
          {t("next")}
        </Button>
      </div>
    </section>
  );
}
