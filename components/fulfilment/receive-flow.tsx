"use client";
import { Check } from "lucide-react";
import { useTranslations } from "next-intl";
import { useMemo, useState } from "react";
import { Button, LinkButton } from "#components/ui/button";
import { FileField } from "#components/ui/file-field";
import { Icon } from "#components/ui/icon";
import { ProductPicture } from "#components/ui/product-picture";
import { QuantityStepper } from "#components/ui/quantity-stepper";
import { StateBadge } from "#components/ui/state-badge";
import type { FormAction } from "#lib/kernel/answer";
import { newRequestKey, useOutbox } from "./outbox";
import { Unsent } from "./unsent";

export type Countable = {
  id: string;
  name: string;
  spec: string;
  unit: string;
  picture: string;
  cases: number;
  casePack: number;
  pieces: number;
  accepted: number;
  short: number;
  damaged: number;
  isReceived: boolean;
};

/** Counts a purchase order in, one line at a time: what came, what is broken, one big key. Works without a connection. */
export function ReceiveFlow({
  order,
  receive,
  upload,
}: {
  order: { id: string; supplierName: string; lines: readonly Countable[] };
  receive: FormAction;
  upload: FormAction;
}) {
  const t = useTranslations("fulfilment.site");
  const outbox = useOutbox("receipts", receive);
  const noted = new Set(outbox.parcels.filter((p) => p.refused === null).map((p) => p.subject));
  const isDone = (l: Countable) => l.isReceived || noted.has(l.id);
  const open = order.lines.filter((l) => !isDone(l));
  const [chosen, setChosen] = useState<string | null>(null);
  const current = open.find((l) => l.id === chosen) ?? open[0] ?? null;
  const held = outbox.parcels.findLast(
    (p) => p.heldUntil !== undefined && p.refused === null && order.lines.some((l) => l.id === p.subject),
  );

  return (
    <div className="flex flex-1 flex-col gap-4">
      <Unsent outbox={outbox} />
      {current ? (
        <CountLine
          key={`${current.id} ${current.accepted}`}
          line={current}
          place={order.lines.indexOf(current) + 1}
          whole={order.lines.length}
          upload={upload}
          onSkip={open.length > 1 ? () => setChosen(open[(open.indexOf(current) + 1) % open.length]?.id ?? null) : null}
          onCount={(counted) => {
            const requestKey = newRequestKey();
            outbox.put(
              {
                requestKey,
                subject: current.id,
                label: `${current.name} ${current.spec}`,
                fields: {
                  purchaseOrderId: order.id,
                  requestKey,
                  "json:lines": JSON.stringify([{ purchaseOrderLineId: current.id, ...counted }]),
                },
              },
              true,
            );
            setChosen(null);
          }}
        />
      ) : (
        <section className="flex flex-col items-center gap-4 py-10 text-center">
          <span className="grid size-20 place-items-center rounded-full bg-success-soft text-success-soft-foreground">
            <Icon of={Check} size={44} />
          </span>
          <h2 className="text-[28px] leading-9 font-semibold">{t("allDone")}</h2>
          <p className="text-muted">{t("allDoneText", { supplier: order.supplierName, n: order.lines.length })}</p>
          <LinkButton href="/site/receiving" tone="primary" size="huge" wide>
            {t("back")}
          </LinkButton>
        </section>
      )}
      {held && (
        <div
          className="sticky bottom-[68px] flex items-center justify-between gap-3 rounded-bar bg-surface-tertiary px-4 py-2"
          role="status"
        >
          <span className="min-w-0 truncate">{t("saved", { name: held.label })}</span>
          <Button tone="quiet" size="large" onClick={() => outbox.drop(held.requestKey)}>
            {t("undo")}
          </Button>
        </div>
      )}
      <section>
        <h2 className="mb-1">{t("jump")}</h2>
        <ul className="card">
          {order.lines.map((l) => (
            <li key={l.id} className="border-b border-separator last:border-0">
              <button
                type="button"
                disabled={isDone(l)}
                aria-current={l.id === current?.id ? "true" : undefined}
                onClick={() => setChosen(l.id)}
                className="flex min-h-14 w-full items-center gap-3 px-4 py-2 text-left aria-[current]:bg-accent-soft"
              >
                <ProductPicture kind={l.picture} size={40} />
                <span className="min-w-0 flex-1">
                  <span className="block truncate">{l.name}</span>
                  <span className="text-sm text-muted">
                    {l.spec} · {t("expected", { n: l.pieces, unit: l.unit })}
                  </span>
                </span>
                {isDone(l) && (
                  <StateBadge kind={l.isReceived && l.short + l.damaged > 0 ? "attention" : "done"}>
                    {l.isReceived ? t("finished", { accepted: l.accepted, missing: l.short + l.damaged }) : t("done")}
                  </StateBadge>
                )}
              </button>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

type Counted = { accepted: number; short: number; damaged: number; photoFileId: string | null };

function CountLine({
  line,
  place,
  whole,
  upload,
  onCount,
  onSkip,
}: {
  line: Countable;
  place: number;
  whole: number;
  upload: FormAction;
  onCount: (counted: Counted) => void;
  onSkip: (() => void) | null;
}) {
  const t = useTranslations("fulfilment.site");
  const rest = line.pieces - line.accepted - line.short - line.damaged;
  const [accepted, setAccepted] = useState(rest);
  const [damaged, setDamaged] = useState(0);
  const [hasDamage, setHasDamage] = useState(false);
  const [photoFileId, setPhoto] = useState<string | null>(null);
  const short = rest - accepted - damaged;
  const verb = useMemo(() => {
    if (damaged > 0) return t("confirmBad", { n: accepted, short, damaged });
    return short > 0 ? t("confirmShort", { n: accepted, short }) : t("confirm", { n: accepted, unit: line.unit });
  }, [accepted, damaged, short, line.unit, t]);

  async function keep(file: File | null) {
    setPhoto(null);
    if (!file) return;
    const form = new FormData();
    form.set("photo", file);
    const answer = await upload(null, form).catch(() => null);
    if (answer?.ok && answer.value) setPhoto(answer.value);
  }

  return (
    <section className="flex flex-col gap-4" aria-label={line.name}>
      <div className="flex items-center gap-4">
        <ProductPicture kind={line.picture} size={72} />
        <div className="min-w-0">
          <p className="text-sm text-muted">{t("line", { i: place, n: whole })}</p>
          <h2 className="text-[28px] leading-9 font-semibold">
            {line.name} <span className="font-normal">{line.spec}</span>
          </h2>
          <p>
            {t("expected", { n: rest, unit: line.unit })}
            {line.casePack > 1 && (
              <span className="text-muted">
                {" "}
                · {t("cases", { cases: Math.round(rest / line.casePack), pack: line.casePack })}
              </span>
            )}
          </p>
        </div>
      </div>
      <div>
        <p className="mb-1 text-muted">{t("count")}</p>
        <QuantityStepper
          large
          name="accepted"
          label={line.name}
          defaultValue={rest}
          max={rest - damaged}
          onChange={setAccepted}
        />
      </div>
      {hasDamage && (
        <div className="flex flex-col gap-3">
          <div>
            <p className="mb-1 text-muted">{t("damagedCount")}</p>
            <QuantityStepper
              large
              name="damaged"
              label={t("damagedCount")}
              max={rest - accepted}
              onChange={setDamaged}
            />
          </div>
          <FileField
            name="photo"
            label={t("photo")}
            accept="image/*"
            kinds="JPG、PNG"
            capture
            required={false}
            onPick={(file) => void keep(file)}
          />
        </div>
      )}
      <Button tone="primary" size="huge" wide onClick={() => onCount({ accepted, short, damaged, photoFileId })}>
        {verb}
      </Button>
      <div className="grid grid-cols-2 gap-2">
        {!hasDamage && (
          <Button size="large" wide onClick={() => setHasDamage(true)}>
            {t("hasDamage")}
          </Button>
        )}
        {short > 0 && accepted + damaged > 0 && (
          <Button size="large" wide onClick={() => onCount({ accepted, short: 0, damaged, photoFileId })}>
            {t("later")}
          </Button>
        )}
        {onSkip && (
          <Button size="large" tone="quiet" wide onClick={onSkip}>
            {t("skip")}
          </Button>
        )}
      </div>
    </section>
  );
}
