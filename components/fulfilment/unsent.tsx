"use client";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button";
import { StateNote } from "#components/ui/state-badge";
import type { Outbox } from "./outbox";

/** What still waits to be sent, and what was refused: nobody has to guess whether it counted. */
export function Unsent({ outbox }: { outbox: Outbox }) {
  const t = useTranslations("fulfilment.site");
  const waiting = outbox.parcels.filter((p) => p.refused === null && p.heldUntil === undefined).length;
  const refused = outbox.parcels.filter((p) => p.refused !== null);
  if (waiting === 0 && refused.length === 0) return null;
  return (
    <div className="flex flex-col gap-2" role="status">
      {waiting > 0 && <StateNote kind="attention">{t("unsent", { n: waiting })}</StateNote>}
      {refused.map((p) => (
        <StateNote
          key={p.requestKey}
          kind="failed"
          action={
            <span className="flex gap-2">
              <Button onClick={() => outbox.again(p.requestKey)}>{t("retry")}</Button>
              <Button tone="quiet" onClick={() => outbox.drop(p.requestKey)}>
                {t("discard")}
              </Button>
            </span>
          }
        >
          <b>{p.label}</b> {t("failed", { message: p.refused ?? "" })}
        </StateNote>
      ))}
    </div>
  );
}
