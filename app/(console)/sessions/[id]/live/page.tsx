import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { SaleBoard } from "#components/campaigns/sale-board";
import { saleBoard } from "#lib/orders/queries/board";

export async function generateMetadata() {
  return { title: (await getTranslations("watch.board"))("title") };
}

export default async function LivePage({ params }: { params: Promise<{ id: string }> }) {
  const actor = await requireActor("operator");
  const of = { sessionId: (await params).id };
  const board = await page(() => saleBoard(actor, of));
  return <SaleBoard of={of} initial={board} back={`/sessions/${board.sessionId}`} />;
}
