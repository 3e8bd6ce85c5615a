import { useLocale, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { momentColumn, moneyColumn, numberColumn, stateColumn, textColumn } from "#components/ui/columns";
import { FactList, SumList } from "#components/ui/facts";
import { FileLink } from "#components/ui/file-link";
import { Lines } from "#components/ui/lines";
import { Moment } from "#components/ui/moment";
import { Money } from "#components/ui/money";
import { StateBadge } from "#components/ui/state-badge";
import type { Day } from "#lib/kernel/time";
import type { ClaimView, ContractView, DocumentView, SupplierRecord } from "#lib/suppliers/schema";
import { claimKind, validityKind } from "./supplier-state";

type Masked = (field: "phone" | "identity" | "bankAccount", text: string) => ReactNode;

/** Who the supplier is; `masked` draws a sealed value (with its reveal button where allowed). */
export function SupplierFacts({ supplier, masked }: { supplier: SupplierRecord; masked: Masked }) {
  const t = useTranslations("suppliers");
  return (
    <FactList
      columns={2}
      labelWidth={112}
      facts={[
        { label: t("fields.subjectType"), value: t(`subjectTypes.${supplier.subjectType}`) },
        supplier.creditCode ? { label: t("fields.creditCode"), value: supplier.creditCode } : null,
        supplier.identity ? { label: t("fields.identityNumber"), value: masked("identity", supplier.identity) } : null,
        supplier.legalName ? { label: t("fields.legalName"), value: supplier.legalName } : null,
        { label: t("fields.contactName"), value: supplier.contactName },
        { label: t("fields.phone"), value: masked("phone", supplier.phone) },
        { label: t("fields.address"), value: supplier.address },
      ]}
    />
  );
}

export function AccountFacts({ supplier, masked }: { supplier: SupplierRecord; masked: Masked }) {
  const t = useTranslations("suppliers");
  return (
    <FactList
      columns={2}
      labelWidth={112}
      facts={[
        { label: t("fields.bankHolder"), value: supplier.bankHolder },
        { label: t("fields.bankName"), value: supplier.bankName },
        {
          label: t("fields.bankAccount"),
          value: supplier.bankAccount ? masked("bankAccount", supplier.bankAccount) : null,
        },
      ]}
    />
  );
}

export function TermFacts({ supplier, names }: { supplier: SupplierRecord; names: Record<string, string> }) {
  const t = useTranslations("suppliers");
  const locale = useLocale();
  const words = (ids: string[]) => ids.map((id) => names[id] ?? id).join(locale === "en" ? ", " : "、");
  return (
    <FactList
      labelWidth={112}
      facts={[
        { label: t("fields.categoryIds"), value: words(supplier.categoryIds) || null },
        { label: t("fields.cityIds"), value: words(supplier.cityIds) || t("record.allCities") },
        { label: t("record.autoAccept"), value: t("record.autoAcceptMinutes", { count: supplier.autoAcceptMinutes }) },
      ]}
    />
  );
}

/** Papers with their state; the newest of a kind first. */
export function DocumentList({ documents }: { documents: DocumentView[] }) {
  const t = useTranslations("suppliers");
  if (documents.length === 0) return <p className="text-muted">{t("record.noDocuments")}</p>;
  return (
    <ul className="flex flex-col divide-y divide-separator">
      {documents.toReversed().map((d) => (
        <li key={d.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2 first:pt-0 last:pb-0">
          <span className="min-w-0 flex-1 basis-48">
            <FileLink
              href={`/api/files/${d.fileId}`}
              name={t(`documents.${d.kind}`)}
              note={[d.number, d.fileName].filter(Boolean).join(" · ")}
            />
          </span>
          <span className="text-muted">{d.expiresDay}</span>
          <StateBadge kind={validityKind[d.validity]}>{t(`validity.${d.validity}`)}</StateBadge>
        </li>
      ))}
    </ul>
  );
}

export function ContractFacts({ contract, today }: { contract: ContractView | null; today: Day }) {
  const t = useTranslations("suppliers.contract");
  if (!contract) return <p className="text-muted">{t("none")}</p>;
  return (
    <FactList
      labelWidth={96}
      facts={[
        {
          label: t("model"),
          value:
            contract.model === "takeRate" && contract.takeRateBp !== null
              ? `${t("models.takeRate")} ${contract.takeRateBp / 100}%`
              : t(`models.${contract.model}`),
          note: t(`modelNotes.${contract.model}`),
        },
        { label: t("cycle"), value: t("cycleDays", { count: contract.cycleDays }) },
        { label: t("penalty"), value: `${contract.shortagePenaltyBp / 100}%` },
        {
          label: t("version", { version: contract.version }),
          value: <Moment at={contract.effectiveFrom} today={today} />,
        },
      ]}
    />
  );
}

export function Balances({ supplier }: { supplier: SupplierRecord }) {
  const t = useTranslations("suppliers.record");
  return (
    <SumList
      rows={[
        { label: t("pending"), value: <Money fen={supplier.pendingFen} /> },
        { label: t("payable"), value: <Money fen={supplier.payableFen} /> },
        { label: t("owes"), value: <Money fen={supplier.owesFen} /> },
      ]}
    />
  );
}

/** Deductions with what they come from. */
export function ClaimLines({ claims, today }: { claims: ClaimView[]; today: Day }) {
  const t = useTranslations("suppliers.record");
  if (claims.length === 0) return <p className="p-4 text-muted">{t("noClaims")}</p>;
  return (
    <Lines
      label={t("claims")}
      rows={claims}
      columns={[
        textColumn<ClaimView>({
          id: "kind",
          head: t("claimKind"),
          text: (c) => t(`claimKinds.${c.kind}`),
          note: (c) => String(c.evidence.name ?? c.evidence.note ?? ""),
          grow: true,
          phone: "title",
        }),
        stateColumn<ClaimView>({
          id: "state",
          head: t("state"),
          kind: (c) => claimKind[c.state],
          word: (c) => t(`claimStates.${c.state}`),
        }),
        numberColumn<ClaimView>({ id: "pieces", head: t("pieces"), value: (c) => c.quantity }),
        momentColumn<ClaimView>({ id: "at", head: t("at"), at: (c) => c.createdAt, today }),
        moneyColumn<ClaimView>({ id: "amount", head: t("amount"), fen: (c) => c.amountFen }),
      ]}
    />
  );
}
