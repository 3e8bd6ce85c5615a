import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { PrintPage, PrintSheet } from "#components/ui/print-sheet";
import { Qr } from "#components/ui/qr";
import { deliverySheets } from "#lib/fulfilment/queries/deliveries";
import { parseDay } from "#lib/kernel/time";
import { env } from "#lib/platform/env";

type Search = { id?: string; day?: string; route?: string };

export default async function DeliverySheets({ searchParams }: { searchParams: Promise<Search> }) {
  const actor = await requireActor();
  const { id, day: text, route } = await searchParams;
  const day = text ? parseDay(text) : null;
  const narrow = id ? { id } : day ? { day, ...(route ? { routeId: route } : {}) } : null;
  const [t, sheets] = await page(() =>
    Promise.all([getTranslations("fulfilment"), narrow ? deliverySheets(actor, narrow) : []]),
  );
  const cell = "border border-neutral-400 px-2 py-1 align-top";
  return (
    <PrintPage>
      {sheets.length === 0 && <p className="mx-auto max-w-[210mm] py-8">{t("sheet.none")}</p>}
      {sheets.map((s) => (
        <PrintSheet
          key={s.id}
          title={t("sheet.title", { point: s.pointName })}
          meta={
            <>
              <p>{t("sheet.meta", { day: s.pickupDay, route: s.routeName, leader: s.leaderName || "—" })}</p>
              <p>{`${s.district} ${s.address}`}</p>
              <p>{t("sheet.sum", { lines: s.lineCount, pieces: s.pieces })}</p>
            </>
          }
          qr={<Qr text={`${env().NEXTAUTH_URL}/delivery/${s.token}`} size={112} label={t("sheet.qr")} />}
          signatures={[t("sheet.signDriver"), t("sheet.signLeader")]}
        >
          <h2>{t("sheet.goods")}</h2>
          <table className="mt-2 w-full border-collapse">
            <thead>
              <tr>
                <th className={`${cell} text-left`}>{t("item")}</th>
                <th className={`${cell} w-20 text-right`}>{t("sheet.quantity")}</th>
                <th className={`${cell} w-20 text-right`}>{t("sheet.ok")}</th>
                <th className={`${cell} w-20 text-right`}>{t("short")}</th>
                <th className={`${cell} w-20 text-right`}>{t("damaged")}</th>
              </tr>
            </thead>
            <tbody>
              {s.lines
                .filter((l) => l.expected > 0)
                .map((l) => (
                  <tr key={l.id}>
                    <td className={cell}>{`${l.name} ${l.spec}`}</td>
                    <td className={`${cell} text-right tabular-nums`}>{l.expected}</td>
                    <td className={cell}>{s.state === "signed" ? l.signed : ""}</td>
                    <td className={cell}>{s.state === "signed" && l.short > 0 ? l.short : ""}</td>
                    <td className={cell}>{s.state === "signed" && l.damaged > 0 ? l.damaged : ""}</td>
                  </tr>
                ))}
            </tbody>
          </table>
          <h2 className="mt-5">{t("sheet.bags")}</h2>
          <table className="mt-2 w-full border-collapse">
            <thead>
              <tr>
                <th className={`${cell} w-14 text-right`}>{t("bagNo")}</th>
                <th className={`${cell} w-28 text-left`}>{t("resident")}</th>
                <th className={`${cell} text-left`}>{t("item")}</th>
                <th className={`${cell} w-16 text-right`}>{t("sheet.quantity")}</th>
              </tr>
            </thead>
            <tbody>
              {s.bags.map((b) => (
                <tr key={b.residentId} className="break-inside-avoid">
                  <td className={`${cell} text-right font-semibold tabular-nums`}>{b.bagNo ?? "—"}</td>
                  <td className={cell}>{`${b.name} ${b.phoneTail}`}</td>
                  <td className={cell}>{b.lines.map((l) => `${l.name} ${l.spec} × ${l.quantity}`).join("；")}</td>
                  <td className={`${cell} text-right tabular-nums`}>{b.pieces}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </PrintSheet>
      ))}
    </PrintPage>
  );
}
