import { useTranslations } from "next-intl";
import { TextLink } from "#components/ui/button";
import { type Column, nodeColumn, numberColumn, stateColumn } from "#components/ui/columns";
import { FactList } from "#components/ui/facts";
import { Lines } from "#components/ui/lines";
import { Moment } from "#components/ui/moment";
import { Money } from "#components/ui/money";
import { Stat, StatRow } from "#components/ui/stat";
import { StateNote } from "#components/ui/state-badge";
import type { Day } from "#lib/kernel/time";
import type { GroupMemberView, GroupTotals, GroupView } from "#lib/promotions/schema/groups";
import { memberKind } from "./group-state";

/** How the groups of one campaign have gone. */
export function GroupStats({ totals }: { totals: GroupTotals }) {
  const t = useTranslations("groups.totals");
  return (
    <StatRow>
      <Stat label={t("opened")} value={totals.opened.toLocaleString("en-US")} />
      <Stat label={t("formed")} value={totals.formed.toLocaleString("en-US")} />
      <Stat label={t("failed")} value={totals.failed.toLocaleString("en-US")} />
      <Stat label={t("joined")} value={totals.joined.toLocaleString("en-US")} />
      <Stat label={t("paid")} value={totals.paid.toLocaleString("en-US")} />
      <Stat label={t("conversion")} value={`${(totals.conversionBp / 100).toFixed(1)}%`} />
    </StatRow>
  );
}

/** One group beside the list: its terms and its members with their orders. */
export function GroupBody({
  group,
  members,
  today,
}: {
  group: GroupView;
  members: readonly GroupMemberView[];
  today: Day;
}) {
  const t = useTranslations("groups");
  const columns: Column<GroupMemberView & { id: string }>[] = [
    nodeColumn({
      id: "nickname",
      head: t("members"),
      phone: "title",
      node: (m) => (
        <span>
          <TextLink href={`/orders/${m.orderId}`}>{m.nickname}</TextLink>
          {m.isOpener && <span className="text-muted"> {t("opener")}</span>}
        </span>
      ),
    }),
    numberColumn({ id: "pieces", head: t("pieces"), value: (m) => m.pieces }),
    stateColumn({
      id: "state",
      head: t("state"),
      kind: (m) => memberKind[m.state],
      word: (m) => t(`memberStates.${m.state}`),
    }),
  ];
  return (
    <div className="flex flex-col gap-4">
      {group.state === "failed" && (
        <StateNote kind={group.settledAt ? "done" : "progress"}>
          {t(group.settledAt ? "refunded" : "refunding")}
        </StateNote>
      )}
      <FactList
        facts={[
          { label: t("slot"), value: <TextLink href={`/flash/${group.flashSlotId}`}>{group.slotName}</TextLink> },
          { label: t("price"), value: <Money fen={group.priceFen} /> },
          { label: t("members"), value: t("seats", { paid: group.paid, size: group.size }) },
          group.leaderName !== null && { label: t("leader"), value: group.leaderName },
          { label: t("openedAt"), value: <Moment at={group.openedAt} today={today} /> },
          { label: t("expiresAt"), value: <Moment at={group.expiresAt} today={today} /> },
          group.decidedAt && { label: t("decidedAt"), value: <Moment at={group.decidedAt} today={today} /> },
        ]}
      />
      <div className="-mx-4">
        <Lines label={t("members")} rows={members.map((m) => ({ ...m, id: m.orderId }))} columns={columns} />
      </div>
    </div>
  );
}
