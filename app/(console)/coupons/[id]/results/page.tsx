import { ResultsPage } from "../../../analytics/_results";

export default async function CouponResults({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return <ResultsPage of={{ templateId: id }} home={`/coupons/${id}`} />;
}
