import { stringify } from "csv-stringify/sync";
import { getTranslations } from "next-intl/server";
import { currentActor } from "#app/_adapters/session";
import { importReport } from "#lib/catalog/queries";
import { isRefusal } from "#lib/kernel/refusal";

type Context = { params: Promise<{ id: string }> };

/** A cell that a spreadsheet would run as a formula is kept as text. */
const safe = (text: string): string => (/^[=+\-@\t\r＝＋－＠]/.test(text) ? `'${text}` : text);

/** Every kept fault of an import as CSV: cell, level, reason, value, suggestion. */
export async function GET(_request: Request, { params }: Context): Promise<Response> {
  const actor = await currentActor();
  if (!actor) return Response.json({ code: "unauthenticated" }, { status: 401 });
  try {
    const [report, t] = await Promise.all([importReport(actor, (await params).id), getTranslations("catalog.imports")]);
    const rows = report.problems.map((p) => [
      p.cell,
      t(`level.${p.level}`),
      t(`codes.${p.code as "nameMissing"}`),
      safe(p.value),
      safe(p.suggestion),
    ]);
    const text = stringify([[t("cell"), t("state"), t("reason"), t("value"), t("suggestion")], ...rows], {
      quoted: true,
    });
    const name = `${report.fileName.replace(/\.[^.]*$/, "")}-${t("faults")}.csv`;
    return new Response(`\ufeff${text}`, {
      headers: {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
      },
    });
  } catch (error) {
    if (isRefusal(error)) return Response.json({ code: error.code }, { status: 404 });
    throw error;
  }
}
