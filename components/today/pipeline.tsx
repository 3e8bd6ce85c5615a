import Link from "next/link";
import { useTranslations } from "next-intl";
import { Countdown } from "#components/ui/countdown";
import { type Stage, type StageGroup, Steps } from "#components/ui/steps";
import { ordersHref } from "#lib/analytics/rules";
import type { TodayBoard } from "#lib/analytics/schema";
import { clockText, dayText } from "#lib/kernel/time";

type Counted = { total: number; done: number };
const shareOf = ({ total, done }: Counted): number => (total === 0 ? 0 : done / total);

/** The day as its own steps: what is sold today, and today's pickup from purchase to hand-over; what is late is said in words. */
export function DayPipeline({ board }: { board: TodayBoard }) {
  const t = useTranslations("analytics.board");
  const { selling, pickup } = board.pipeline;
  const { day, at } = board;
  const now = at.toISOString();
  const session = selling.sessions[0];
  const sessionHref =
    selling.sessions.length === 1 && session ? `/sessions/${session.id}` : `/sessions?view=all&day=${day}`;
  const idle: Stage["state"] = { kind: "draft", word: t("nothing") };

  const selects: Stage[] = session
    ? [
        {
          key: "open",
          label: t("open"),
          value: (selling.offers - selling.soldOut).toLocaleString("en-US"),
          unit: t("openUnit", { n: selling.offers }),
          done: shareOf({ total: selling.offers, done: selling.offers - selling.soldOut }),
          state:
            at < session.opensAt
              ? { kind: "waiting", word: t("notOpen", { time: clockText(session.opensAt) }) }
              : selling.soldOut > 0
                ? { kind: "attention", word: t("soldOut", { n: selling.soldOut }) }
                : session.state === "published"
                  ? { kind: "progress", word: t("onSale") }
                  : { kind: "done", word: t("over") },
          href: sessionHref,
        },
        {
          key: "cutOff",
          label: t("cutOff"),
          value: clockText(session.cutoffAt),
          done: Math.min(
            1,
            Math.max(
              0,
              (at.getTime() - session.opensAt.getTime()) / (session.cutoffAt.getTime() - session.opensAt.getTime()),
            ),
          ),
          state:
            session.state === "published"
              ? { kind: "waiting", word: <Countdown until={session.cutoffAt.toISOString()} now={now} /> }
              : { kind: "done", word: session.state === "cutOff" ? t("cutOffDone") : t("cutOffLocked") },
          href: sessionHref,
        },
      ]
    : [
        {
          key: "open",
          label: t("open"),
          value: "—",
          done: 0,
          state: { kind: "draft", word: t("nothingPlanned") },
          href: "/sessions",
        },
      ];

  const purchase = (key: string, p: typeof pickup.purchases, href: string): Stage => ({
    key,
    label: t("purchase"),
    value: p.accepted.toLocaleString("en-US"),
    unit: t("purchaseUnit", { n: p.total }),
    done: shareOf({ total: p.total, done: p.accepted }),
    state:
      p.total === 0
        ? idle
        : p.overdue > 0
          ? { kind: "attention", word: t("purchaseOverdue", { n: p.overdue }) }
          : p.accepted < p.total
            ? { kind: "progress", word: t("purchaseWaiting", { n: p.total - p.accepted }) }
            : { kind: "done", word: t("purchaseDone") },
    href,
  });
  if (selling.purchases.total > 0) selects.push(purchase("coming", selling.purchases, "/fulfilment/purchases"));

  const { receipt, sorting, loading, arrival, handed } = pickup;
  const moves: Stage[] = [
    purchase("purchase", pickup.purchases, `/fulfilment/purchases?day=${day}`),
    {
      key: "receipt",
      label: t("receipt"),
      value: receipt.done.toLocaleString("en-US"),
      unit: t("receiptUnit", { n: receipt.total }),
      done: shareOf(receipt),
      state:
        receipt.total === 0
          ? idle
          : receipt.late > 0
            ? { kind: "attention", word: t("receiptLate", { n: receipt.late }) }
            : receipt.missing > 0
              ? { kind: "attention", word: t("receiptShort", { n: receipt.missing }) }
              : receipt.done < receipt.total
                ? { kind: "progress", word: t("receiptWaiting", { n: receipt.total - receipt.done }) }
                : { kind: "done", word: t("receiptDone") },
      href: `/fulfilment/purchases?day=${day}${receipt.late > 0 ? "&view=late" : ""}`,
    },
    {
      key: "sorting",
      label: t("sorting"),
      value: sorting.done.toLocaleString("en-US"),
      unit: t("sortingUnit", { n: sorting.total }),
      done: shareOf(sorting),
      state:
        sorting.total === 0
          ? idle
          : sorting.done < sorting.total
            ? { kind: "progress", word: t("sortingWaiting", { n: sorting.total - sorting.done }) }
            : { kind: "done", word: t("sortingDone") },
      href: `/fulfilment/deliveries?day=${day}`,
    },
    {
      key: "loading",
      label: t("loading"),
      value: loading.done.toLocaleString("en-US"),
      unit: t("loadingUnit", { n: loading.total }),
      done: shareOf(loading),
      state:
        loading.total === 0
          ? idle
          : loading.late > 0
            ? { kind: "attention", word: t("loadingLate", { n: loading.late }) }
            : loading.done < loading.total
              ? { kind: "progress", word: t("loadingWaiting", { n: loading.total - loading.done }) }
              : { kind: "done", word: t("loadingDone") },
      href: `/fulfilment/deliveries?day=${day}${loading.done < loading.total ? "&view=preparing" : ""}`,
    },
    {
      key: "arrival",
      label: t("arrival"),
      value: arrival.done.toLocaleString("en-US"),
      unit: t("arrivalUnit", { n: arrival.total }),
      done: shareOf(arrival),
      state:
        arrival.total === 0
          ? idle
          : arrival.late > 0
            ? { kind: "attention", word: t("arrivalLate", { n: arrival.late }) }
            : arrival.done < arrival.total
              ? { kind: "progress", word: t("arrivalWaiting", { n: arrival.total - arrival.done }) }
              : { kind: "done", word: t("arrivalDone") },
      href: `/fulfilment/deliveries?day=${day}`,
    },
    {
      key: "handed",
      label: t("pickedUp"),
      value: handed.done.toLocaleString("en-US"),
      unit: t("pickedUpUnit", { n: handed.total }),
      done: shareOf(handed),
      state:
        handed.total === 0
          ? idle
          : handed.done < handed.total
            ? { kind: "progress", word: t("pickedUpLeft", { n: handed.total - handed.done }) }
            : { kind: "done", word: t("pickedUpDone") },
      href: `/orders?view=${handed.done < handed.total ? "toPick" : "done"}&pickupDay=${day}`,
    },
  ];

  const rows = (basis: "session" | "pickup", text: string) => (
    <Link
      href={ordersHref({ basis, from: day, to: day, cityId: board.cityId ?? undefined })}
      prefetch={false}
      className="underline"
    >
      {text}
    </Link>
  );
  const groups: StageGroup[] = [
    {
      key: "selling",
      title: session ? t("selling", { day: dayText(day) }) : t("sellingNone"),
      note: session && rows("session", t("sellingNote", { orders: selling.orders, pieces: selling.pieces })),
      stages: selects,
    },
    {
      key: "pickup",
      title: t("pickup", { day: dayText(day) }),
      note: rows("pickup", t("pickupNote", { orders: pickup.orders, pieces: pickup.pieces })),
      stages: moves,
    },
  ];
  return <Steps label={t("pipeline")} groups={groups} />;
}
