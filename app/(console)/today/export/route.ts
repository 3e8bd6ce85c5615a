import { getTranslations } from "next-intl/server";
import { csvFile } from "#app/_adapters/csv";
import { todayBoard } from "#lib/analytics/queries/today";
import { districtsOf } from "#lib/analytics/rules";
import { csvRate, csvYuan } from "#lib/kernel/csv";
import { clockText } from "#lib/kernel/time";

/** The day so far as a sheet: the figures, the steps, the districts. Counted by payment day; steps and districts by pickup day. */
export async function GET(request: Request): Promise<Response> {
  const cityId = new URL(request.url).searchParams.get("cityId") ?? undefined;
  return csvFile(async (actor) => {
    const [t, tb, board] = await Promise.all([
      getTranslations("analytics"),
      getTranslations("analytics.board"),
      todayBoard(actor, { cityId }),
    ]);
    const { figures: f, pipeline: p } = board;
    return {
      name: `${tb("reportFile")} ${board.day}`,
      rows: [
        [t("csv.metric"), t("csv.value"), t("csv.before")],
        [t("metric.gmvFen"), csvYuan(f.gmv.fen), csvYuan(f.gmv.beforeFen)],
        [t("metric.orders"), f.orders.count, f.orders.before],
        [t("metric.buyers"), f.buyers.count, f.buyers.before],
        [tb("onTime"), csvRate(f.onTime.bp), csvRate(f.onTime.beforeBp)],
        [tb("refundRate"), csvRate(f.refunds.bp), csvRate(f.refunds.beforeBp)],
        [t("csv.basis"), t("basis.paid"), `${board.day} ${clockText(board.at)}`],
        [],
        [t("csv.step"), t("csv.done"), t("csv.total")],
        [tb("open"), p.selling.offers - p.selling.soldOut, p.selling.offers],
        [tb("purchase"), p.pickup.purchases.accepted, p.pickup.purchases.total],
        [tb("receipt"), p.pickup.receipt.done, p.pickup.receipt.total],
        [tb("loading"), p.pickup.loading.done, p.pickup.loading.total],
        [tb("arrival"), p.pickup.arrival.done, p.pickup.arrival.total],
        [tb("pickedUp"), p.pickup.handed.done, p.pickup.handed.total],
        [],
        [tb("district"), tb("pointCount"), tb("late"), tb("waiting"), tb("picked")],
        ...districtsOf(board.points).map((d) => [d.id, d.points, d.late, d.waiting, csvRate(d.pickedBp)]),
      ],
    };
  });
}
