import { stringify } from "csv-stringify/sync";
import { getTranslations } from "next-intl/server";
import { currentActor } from "#app/_adapters/session";
import { yuan } from "#lib/kernel/money";
import { isRefusal } from "#lib/kernel/refusal";
import { statementRecord } from "#lib/settlement/queries/statements";

type Context = { params: Promise<{ id: string }> };

/** A cell that a spreadsheet could read as a formula is quoted with an apostrophe. */
const cell = (value: string | number): string | number =>
  typeof value === "string" && /^[=+\-@\t\r＝＋－＠]/.test(value) ? `'${value}` : value;
const plain = (fen: number) => yuan(fen, { symbol: false }).replaceAll(",", "").replace("−", "-");

/** The statement as CSV: its sums, then every line with its evidence. For whoever may open the statement itself. */
export async function GET(_request: Request, { params }: Context): Promise<Response> {
  const { id } = await params;
  const actor = await currentActor();
  if (!actor) return Response.json({ code: "unauthenticated" }, { status: 401 });
  try {
    const [t, s] = await Promise.all([getTranslations("settlement"), statementRecord(actor, id)]);
    const sums = [
      [t("supplier"), s.supplierName],
      [t("period"), t("periodText", { from: s.fromDay, to: s.toDay })],
      [t("opening"), Number(plain(s.openingFen))],
      [t("receipts"), Number(plain(s.receiptsFen))],
      [t("claims"), Number(plain(-s.claimsFen))],
      [t("adjustments"), Number(plain(s.adjustmentsFen))],
      [t("closing"), Number(plain(s.closingFen))],
    ];
    const kinds = { receipt: t("receipts"), claim: t("claims"), adjustment: t("adjustments") };
    const rows = s.lines.map((l) => [
      l.day,
      kinds[l.kind],
      l.words,
      l.quantity,
      Number(l.evidence.short ?? 0),
      Number(l.evidence.damaged ?? 0),
      Number(plain(Number(l.evidence.unitPriceFen ?? 0))),
      Number(plain(l.amountFen)),
      l.sourceId,
    ]);
    const head = [
      t("day"),
      t("claims"),
      t("what"),
      t("quantity"),
      t("short"),
      t("damaged"),
      t("unitPrice"),
      t("amount"),
      t("no"),
    ];
    const body = stringify(
      [...sums, [], head, ...rows].map((row) => row.map(cell)),
      { quoted_string: true },
    );
    return new Response(`\uFEFF${body}`, {
      headers: {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(`${s.supplierName} ${s.fromDay} ${s.toDay}.csv`)}`,
        "cache-control": "no-store",
      },
    });
  } catch (error) {
    if (isRefusal(error))
      return Response.json({ code: error.code }, { status: error.code === "forbidden" ? 403 : 404 });
    throw error;
  }
}
