import { stringify } from "csv-stringify/sync";
import { currentActor } from "#app/_adapters/session";
import { priceListTemplate } from "#lib/catalog/queries";

/** The price list to fill in, with two sample rows; UTF-8 with mark, so that Excel opens it right. */
export async function GET(): Promise<Response> {
  if (!(await currentActor())) return Response.json({ code: "unauthenticated" }, { status: 401 });
  return new Response(`\ufeff${stringify(priceListTemplate())}`, {
    headers: {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent("价目表模板.csv")}`,
    },
  });
}
