import Link from "next/link";
import { useTranslations } from "next-intl";
import { Moment } from "#components/ui/moment";
import { Money } from "#components/ui/money";
import { ProductPicture } from "#components/ui/product-picture";
import { StateBadge } from "#components/ui/state-badge";
import type { CaseRow } from "#lib/aftersales/schema";
import type { Day } from "#lib/kernel/time";
import { caseKind } from "./case-state";

/** The left side of the inbox: one card a case, the most urgent first. `href` keeps the list's own address. */
export function CaseList({
  cases,
  current,
  hrefs,
  today,
}: {
  cases: readonly CaseRow[];
  current: string | null;
  hrefs: Record<string, string>;
  today: Day;
}) {
  const t = useTranslations("aftersales");
  return (
    <nav aria-label={t("list")}>
      <ol className="flex flex-col">
        {cases.map((c) => (
          <li key={c.id} className="border-b border-separator last:border-0">
            <Link
              href={hrefs[c.id] ?? "#"}
              scroll={false}
              prefetch={false}
              aria-current={c.id === current ? "true" : undefined}
              className="flex gap-2.5 px-3 py-2.5 hover:bg-surface-secondary aria-[current]:bg-accent-soft"
            >
              <ProductPicture kind={c.picture} size={40} />
              <span className="min-w-0 flex-1">
                <span className="flex items-center justify-between gap-2">
                  <b className="truncate">
                    {c.name} <span className="font-normal text-muted">{c.spec}</span>
                  </b>
                  <Money fen={c.approvedFen ?? c.requestedFen} size="strong" />
                </span>
                <span className="flex items-center justify-between gap-2 text-xs text-muted">
                  <span className="truncate">
                    {t(`reasons.${c.reason}`)} · {t("pieces", { n: c.quantity })} · {c.residentName} {c.phoneTail}
                  </span>
                </span>
                <span className="mt-0.5 flex items-center justify-between gap-2 text-xs">
                  <StateBadge kind={c.isOverdue ? "attention" : caseKind[c.state]}>
                    {c.isOverdue ? t("overdue") : t(`states.${c.state}`)}
                  </StateBadge>
                  <span className="text-muted">
                    <Moment at={c.state === "applied" ? c.dueAt : (c.decidedAt ?? c.createdAt)} today={today} />
                  </span>
                </span>
              </span>
            </Link>
          </li>
        ))}
      </ol>
    </nav>
  );
}
