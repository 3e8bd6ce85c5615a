"use client";
import { useCallback, useEffect, useMemo, useSyncExternalStore } from "react";
import { setUnsynced } from "#components/shell/connection";
import type { ActionAnswer, FormAction } from "#lib/kernel/answer";

/**
 * What was done on a device and not yet heard by the server. Every record carries its own request key, so sending it again after
 * a lost answer changes nothing. It lies in localStorage: a closed tab or an empty battery loses nothing.
 */
export type Parcel = {
  requestKey: string;
  /** What it is about, to show it as done already. */
  subject: string;
  /** What a person reads. */
  label: string;
  /** The form's fields as text. */
  fields: Record<string, string>;
  /** On the device's own clock: until then it can still be taken back and is not sent. */
  heldUntil?: number;
  /** Refused by the business: waits for a person to read it. */
  refused: string | null;
};

type Box = { parcels: Parcel[]; listeners: Set<() => void>; sending: boolean };
const boxes = new Map<string, Box>();
const none: Parcel[] = [];

function boxOf(name: string): Box {
  const known = boxes.get(name);
  if (known) return known;
  let parcels: Parcel[] = [];
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(`lintuan.${name}`) ?? "[]");
    if (Array.isArray(stored)) parcels = stored as Parcel[];
  } catch {
    // an unreadable box is an empty box
  }
  const box: Box = { parcels, listeners: new Set(), sending: false };
  boxes.set(name, box);
  return box;
}

function keep(name: string, box: Box, parcels: Parcel[]): void {
  box.parcels = parcels;
  try {
    localStorage.setItem(`lintuan.${name}`, JSON.stringify(parcels));
  } catch {
    // without storage it still lives as long as the page
  }
  setUnsynced(parcels.filter((p) => p.refused === null).length);
  for (const tell of box.listeners) tell();
}

/** A key that no other device makes. */
export const newRequestKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");

const retryMs = 5000;
const deviceNow = (): number => performance.timeOrigin + performance.now();
/** How long a record can be taken back before it is sent. */
export const holdMs = 8000;
const isDue = (p: Parcel): boolean => p.refused === null && (p.heldUntil ?? 0) <= deviceNow();

export type Outbox = {
  parcels: readonly Parcel[];
  /** Sends it at once, or with `hold` after the time in which it can be taken back. */
  put: (parcel: Omit<Parcel, "refused" | "heldUntil">, hold?: boolean) => void;
  drop: (requestKey: string) => void;
  again: (requestKey: string) => void;
};

/**
 * An outbox of one kind of record. Puts are sent at once, in order, and again every few seconds and whenever the network comes
 * back; a refusal stays until somebody has read it. `onSent` hears every answer.
 */
export function useOutbox(
  name: string,
  action: FormAction,
  onSent?: (parcel: Parcel, answer: ActionAnswer) => void,
): Outbox {
  const parcels = useSyncExternalStore(
    useCallback(
      (tell: () => void) => {
        const box = boxOf(name);
        box.listeners.add(tell);
        return () => box.listeners.delete(tell);
      },
      [name],
    ),
    () => boxOf(name).parcels,
    () => none,
  );

  const flush = useCallback(async () => {
    const box = boxOf(name);
    if (box.sending || !navigator.onLine) return;
    box.sending = true;
    try {
      for (let parcel = box.parcels.find(isDue); parcel; parcel = box.parcels.find(isDue)) {
        const form = new FormData();
        for (const [key, value] of Object.entries(parcel.fields)) form.set(key, value);
        const sent = parcel;
        const answer = await action(null, form);
        // a fault of ours is not a refusal: it is sent again later
        if (!answer.ok && answer.requestId) break;
        keep(
          name,
          box,
          answer.ok
            ? box.parcels.filter((p) => p.requestKey !== sent.requestKey)
            : box.parcels.map((p) => (p.requestKey === sent.requestKey ? { ...p, refused: answer.message } : p)),
        );
        onSent?.(sent, answer);
      }
    } catch {
      // the connection dropped: the parcels stay and go out with the next try
    } finally {
      box.sending = false;
    }
  }, [name, action, onSent]);

  useEffect(() => {
    setUnsynced(boxOf(name).parcels.filter((p) => p.refused === null).length);
    void flush();
    const timer = setInterval(() => void flush(), retryMs);
    const online = () => void flush();
    addEventListener("online", online);
    return () => {
      clearInterval(timer);
      removeEventListener("online", online);
    };
  }, [name, flush]);

  return useMemo(
    () => ({
      parcels,
      put: (parcel, hold) => {
        const box = boxOf(name);
        keep(name, box, [
          ...box.parcels,
          { ...parcel, refused: null, ...(hold ? { heldUntil: deviceNow() + holdMs } : {}) },
        ]);
        if (hold) setTimeout(() => void flush(), holdMs + 50);
        else void flush();
      },
      drop: (requestKey) => {
        const box = boxOf(name);
        keep(
          name,
          box,
          box.parcels.filter((p) => p.requestKey !== requestKey),
        );
      },
      again: (requestKey) => {
        const box = boxOf(name);
        keep(
          name,
          box,
          box.parcels.map((p) => (p.requestKey === requestKey ? { ...p, refused: null } : p)),
        );
        void flush();
      },
    }),
    [parcels, name, flush],
  );
}
