import { ResultsPage } from "../../../analytics/_results";

export default async function SlotResults({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return <ResultsPage of={{ slotId: id }} home={`/flash/${id}`} />;
}
