import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { PrintPage, PrintSheet } from "#components/ui/print-sheet";
import { tailOf } from "#lib/kernel/ids";
import { yuan } from "#lib/kernel/money";
import { clockText, parseDay } from "#lib/kernel/time";
import { today } from "#lib/platform/clock";
import { buyingLists } from "#lib/procurement/queries";

export default async function BuyingSheets({ searchParams }: { searchParams: Promise<{ day?: string }> }) {
  const actor = await requireActor();
  const day = parseDay((await searchParams).day ?? "") ?? today();
  const [t, lists] = await page(() => Promise.all([getTranslations("procurement"), buyingLists(actor, day)]));
  const cell = "border border-neutral-400 px-2 py-1 align-top";
  return (
    <PrintPage>
      {lists.length === 0 && <p className="mx-auto max-w-[210mm] py-8">{t("printEmpty")}</p>}
      {lists.map((list) => (
        <PrintSheet
          key={list.warehouseId}
          title={t("printTitle", { warehouse: list.warehouseName })}
          meta={t("printMeta", { day: list.pickupDay, address: list.warehouseAddress })}
          signatures={[t("signSupplier"), t("signReceiver")]}
        >
          {list.suppliers.map((s) => (
            <section key={s.purchaseOrderId} className="mb-4 break-inside-avoid">
              <h2>{`${s.supplierName} · ${tailOf(s.purchaseOrderId)} · ${clockText(s.unloadFromAt)}–${clockText(s.unloadToAt)}`}</h2>
              <table className="mt-1 w-full border-collapse">
                <thead>
                  <tr>
                    <th className={`${cell} text-left`}>{t("item")}</th>
                    <th className={`${cell} w-24 text-right`}>{t("cases")}</th>
                    <th className={`${cell} w-20 text-right`}>{t("bought")}</th>
                    <th className={`${cell} w-24 text-right`}>{t("amount")}</th>
                    <th className={`${cell} w-20 text-right`}>{t("accepted")}</th>
                  </tr>
                </thead>
                <tbody>
                  {s.lines.map((l) => (
                    <tr key={l.id}>
                      <td className={cell}>{`${l.name} ${l.spec}`}</td>
                      <td className={`${cell} text-right tabular-nums`}>{`${l.cases} × ${l.casePack}`}</td>
                      <td className={`${cell} text-right tabular-nums`}>{l.pieces}</td>
                      <td className={`${cell} text-right tabular-nums`}>{yuan(l.amountFen)}</td>
                      <td className={cell}>{l.isReceived ? l.accepted : ""}</td>
                    </tr>
                  ))}
                  <tr>
                    <td className={`${cell} font-semibold`} colSpan={3}>
                      {t("printSum")}
                    </td>
                    <td className={`${cell} text-right font-semibold tabular-nums`}>{yuan(s.totalFen)}</td>
                    <td className={cell} />
                  </tr>
                </tbody>
              </table>
            </section>
          ))}
          <p className="text-right font-semibold">{`${t("printSum")} ${yuan(list.totalFen)}`}</p>
        </PrintSheet>
      ))}
    </PrintPage>
  );
}
