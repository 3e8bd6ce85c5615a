import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { ReceiveFlow } from "#components/fulfilment/receive-flow";
import { PhonePage } from "#components/shell/phone-page";
import { purchaseRecord } from "#lib/procurement/queries";
import { receive, uploadPhoto } from "../../actions";

export default async function ReceiveOrder({ params }: { params: Promise<{ id: string }> }) {
  const actor = await requireActor("operator");
  const { id } = await params;
  const order = await page(() => purchaseRecord(actor, id));
  const lines = order.lines
    .filter((l) => l.pieces > 0)
    .map(({ id: line, name, spec, unit, picture, cases, casePack, pieces, accepted, short, damaged, isReceived }) => ({
      id: line,
      name,
      spec,
      unit,
      picture,
      cases,
      casePack,
      pieces,
      accepted,
      short,
      damaged,
      isReceived,
    }));
  return (
    <PhonePage title={order.supplierName} back="/site/receiving">
      <ReceiveFlow
        order={{ id: order.id, supplierName: order.supplierName, lines }}
        receive={receive}
        upload={uploadPhoto}
      />
    </PhonePage>
  );
}
