"use client";
import { Wifi, WifiOff } from "lucide-react";
import { useTranslations } from "next-intl";
import { useSyncExternalStore } from "react";
import { Icon } from "#components/ui/icon";

const subscribe = (tell: () => void) => {
  addEventListener("online", tell);
  addEventListener("offline", tell);
  return () => {
    removeEventListener("online", tell);
    removeEventListener("offline", tell);
  };
};

/** Whether the browser has a network. True on the server. */
export const useOnline = (): boolean =>
  useSyncExternalStore(
    subscribe,
    () => navigator.onLine,
    () => true,
  );

let waiting = 0;
const listeners = new Set<() => void>();
/** Says how many records wait to be sent; every connection pill shows it. */
export function setUnsynced(count: number): void {
  waiting = count;
  for (const tell of listeners) tell();
}
const useUnsynced = (): number =>
  useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => waiting,
    () => 0,
  );

/** A pill: connected, or offline with what waits to be sent. Never a wall. `quiet` hides it while all is well. */
export function ConnectionPill({ quiet }: { quiet?: boolean }) {
  const t = useTranslations("shell");
  const online = useOnline();
  const unsynced = useUnsynced();
  if (online && unsynced === 0)
    return quiet ? null : (
      <span role="status" className="inline-flex items-center gap-1.5 text-xs text-success-soft-foreground">
        <Icon of={Wifi} size={14} />
        {t("online")}
      </span>
    );
  return (
    <span
      role="status"
      className="inline-flex items-center gap-1.5 rounded-card bg-warning px-2 py-0.5 text-xs font-semibold text-warning-foreground"
    >
      <Icon of={WifiOff} size={14} />
      {unsynced > 0 ? t("offline", { count: unsynced }) : t("offlineNone")}
    </span>
  );
}
