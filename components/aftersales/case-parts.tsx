import { useTranslations } from "next-intl";
import { FactList } from "#components/ui/facts";
import { DayText, Moment } from "#components/ui/moment";
import { Money } from "#components/ui/money";
import { ProductPicture } from "#components/ui/product-picture";
import { Tag } from "#components/ui/state-badge";
import type { CaseRecord } from "#lib/aftersales/schema";
import { yuan } from "#lib/kernel/money";
import type { Day } from "#lib/kernel/time";

/** What was said and shown: the goods, the words, the photos side by side. */
export function CaseEvidence({ record }: { record: CaseRecord }) {
  const t = useTranslations("aftersales");
  return (
    <div className="flex flex-col gap-3">
      <div className="flex items-center gap-3">
        <ProductPicture kind={record.picture} size={56} />
        <div className="min-w-0">
          <p className="text-base font-semibold">
            {record.name} <span className="font-normal text-muted">{record.spec}</span>
          </p>
          <p className="text-muted">
            {t(`reasons.${record.reason}`)} · {t("pieces", { n: record.quantity })} /{" "}
            {t("ordered", { n: record.line.ordered })}
          </p>
        </div>
      </div>
      <p className="max-w-[60ch] whitespace-pre-wrap">
        {record.description || <span className="text-muted">{t("noDescription")}</span>}
      </p>
      {record.photos.length === 0 ? (
        <p className="text-muted">{t("noPhotos")}</p>
      ) : (
        <ul className="grid grid-cols-2 gap-2 sm:grid-cols-3">
          {record.photos.map((p, i) => (
            <li key={p.id}>
              <a
                href={`/api/files/${p.id}`}
                target="_blank"
                rel="noreferrer"
                className="block overflow-hidden rounded-card border border-border"
              >
                {/* biome-ignore lint/performance/noImgElement: a private file served by our own handler */}
                <img
                  src={`/api/files/${p.id}`}
                  alt={t("photo", { n: i + 1 })}
                  className="aspect-[4/3] w-full object-cover"
                  loading="lazy"
                />
              </a>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

export function CaseFacts({ record, today }: { record: CaseRecord; today: Day }) {
  const t = useTranslations("aftersales");
  const { line } = record;
  return (
    <FactList
      columns={2}
      facts={[
        {
          label: t("order"),
          value: (
            <a className="link" href={`/orders/${record.orderId}`}>
              {record.orderNo}
            </a>
          ),
        },
        {
          label: t("customer"),
          value: `${record.residentName} ${record.phoneTail}`,
          note: record.reportedByLeader ? t("byLeader") : undefined,
        },
        { label: t("reported"), value: <Moment at={record.createdAt} today={today} /> },
        { label: t("pickupDay"), value: <DayText day={line.pickupDay} today={today} /> },
        { label: t("point"), value: record.pointName },
        { label: t("leader"), value: record.leaderName },
        { label: t("supplier"), value: record.supplierName },
        {
          label: t("completed"),
          value: line.completedAt ? <Moment at={line.completedAt} today={today} /> : t("notCompleted"),
          note: line.completedBy ? t(`completedBy.${line.completedBy as "scan"}`) : undefined,
        },
        {
          label: t("paid"),
          value: <Money fen={line.paidFen} />,
          note: line.refundedFen > 0 ? `${t("refunded")} ${yuan(line.refundedFen)}` : undefined,
        },
        { label: t("until"), value: <Moment at={line.afterSaleUntil} today={today} /> },
      ]}
    />
  );
}

/** What is known besides: the resident's record and the goods' way here. */
export function CaseContext({ record }: { record: CaseRecord }) {
  const t = useTranslations("aftersales");
  const { history, trail } = record;
  return (
    <dl className="flex flex-col gap-3">
      <div>
        <dt className="text-muted">{t("history")}</dt>
        <dd>
          {t("historyText", {
            orders: history.orders,
            cases: history.cases,
            automatic: history.automatic,
            amount: yuan(history.refundedFen),
          })}
        </dd>
      </div>
      <div>
        <dt className="text-muted">{t("trail")}</dt>
        <dd>{t("trailReceipt", { short: trail.receiptShort, damaged: trail.receiptDamaged })}</dd>
        <dd>{t("trailSigned", { short: trail.signedShort, damaged: trail.signedDamaged })}</dd>
        <dd>{t("trailCases", { n: trail.lineCases })}</dd>
      </div>
      <div>
        <dt className="text-muted">{t("policy")}</dt>
        <dd className="text-xs text-muted">{t("policyText")}</dd>
      </div>
    </dl>
  );
}

/** How a case ended: amounts, the party, the claim, the refund. */
export function CaseOutcome({ record, today }: { record: CaseRecord; today: Day }) {
  const t = useTranslations("aftersales");
  const ro = useTranslations("orders.refundStates");
  return (
    <FactList
      facts={[
        { label: t("asked"), value: <Money fen={record.requestedFen} /> },
        { label: t("granted"), value: <Money fen={record.approvedFen} size="strong" /> },
        ...(record.responsible ? [{ label: t("responsible"), value: t(`parties.${record.responsible}`) }] : []),
        { label: t("claim"), value: record.claimFen > 0 ? <Money fen={record.claimFen} /> : t("noClaim") },
        ...(record.refundState ? [{ label: t("refundState"), value: ro(record.refundState as "success") }] : []),
        {
          label: t("decidedBy"),
          value: record.isAutomatic ? t("auto") : (record.decidedByName ?? "—"),
          note: <Moment at={record.decidedAt} today={today} />,
        },
        ...(record.decision
          ? [{ label: t("why"), value: record.isAutomatic ? <Tag>{record.decision}</Tag> : record.decision }]
          : []),
      ]}
    />
  );
}
