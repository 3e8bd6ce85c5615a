import { useTranslations } from "next-intl";
import { ActionButton } from "#components/ui/form";
import { Panel } from "#components/ui/panel";
import { StateNote } from "#components/ui/state-badge";
import type { PriceRequestView } from "#lib/campaigns/schema";
import type { FormAction } from "#lib/kernel/answer";
import { yuan } from "#lib/kernel/money";

/** Prices under the rule that wait for a second person; whoever asked may only take it back. */
export function PriceRequests({
  requests,
  me,
  mayApprove,
  action,
}: {
  requests: readonly PriceRequestView[];
  me: string;
  mayApprove: boolean;
  action: FormAction;
}) {
  const t = useTranslations("planning");
  if (requests.length === 0) return null;
  return (
    <Panel title={t("requests.title")}>
      <div className="flex flex-col gap-2">
        {requests.map((r) => (
          <StateNote
            key={r.id}
            kind="attention"
            action={
              mayApprove && (
                <span className="flex gap-2">
                  {r.requestedBy !== me && (
                    <ActionButton action={action} values={{ requestId: r.id, approve: "1" }} size="small">
                      {t("requests.approve")}
                    </ActionButton>
                  )}
                  <ActionButton action={action} values={{ requestId: r.id, approve: "0" }} size="small" tone="quiet">
                    {t("requests.decline")}
                  </ActionButton>
                </span>
              )
            }
          >
            {t("requests.line", {
              name: r.name,
              from: yuan(r.fromFen),
              to: yuan(r.priceFen),
              margin: `${(r.marginBp / 100).toFixed(1)}%`,
              by: r.byName,
            })}{" "}
            {r.lossReason && t(`review.reasons.${r.lossReason}`)} {r.lossNote} {r.reason}
          </StateNote>
        ))}
      </div>
    </Panel>
  );
}
