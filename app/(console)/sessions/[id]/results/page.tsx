import { ResultsPage } from "../../../analytics/_results";

export default async function SessionResults({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return <ResultsPage of={{ sessionId: id }} home={`/sessions/${id}`} />;
}
