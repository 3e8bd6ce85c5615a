import { getTranslations } from "next-intl/server";
import { readList } from "#app/_adapters/list";
import { page } from "#app/_adapters/page";
import { GroupBody, GroupStats } from "#components/promotions/group-panel";
import { groupKind } from "#components/promotions/group-state";
import { GroupTable } from "#components/promotions/group-table";
import { Empty } from "#components/ui/empty";
import { PageFrame } from "#components/ui/page-frame";
import { StateBadge } from "#components/ui/state-badge";
import { slotsById } from "#lib/campaigns/queries/slots";
import type { SearchParams } from "#lib/kernel/list";
import { cities } from "#lib/pickup/queries";
import { today } from "#lib/platform/clock";
import { groupList } from "#lib/promotions/lists/groups";
import { groupsSeen, groupTotals, membersOf } from "#lib/promotions/queries/groups";

export default async function GroupsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const [t, c] = await Promise.all([getTranslations("groups"), getTranslations("campaigns")]);
  const { actor, params, props } = await readList(groupList, await searchParams, t);
  const { slotId } = params.filters;
  const [known, totals, [slot], [peeked]] = await page(() =>
    Promise.all([
      cities(),
      slotId ? groupTotals(actor, slotId) : null,
      slotsById(slotId ? [slotId] : []),
      params.peek ? groupsSeen(actor, [params.peek]) : [],
    ]),
  );
  const members = peeked ? ((await page(() => membersOf([peeked.id]))).get(peeked.id) ?? []) : [];
  return (
    <PageFrame
      title={slot?.name ?? t("list")}
      trail={[
        { label: c("flash.title"), href: "/flash" },
        ...(slot ? [{ label: t("list"), href: "/flash/groups" }] : []),
      ]}
    >
      {totals && <GroupStats totals={totals} />}
      <GroupTable
        {...props}
        today={today()}
        filters={[{ key: "cityId", label: t("city"), options: known.map((o) => ({ value: o.id, label: o.name })) }]}
        peek={
          peeked && {
            title: `${peeked.name} ${peeked.spec}`,
            state: (
              <StateBadge pill kind={groupKind[peeked.state]}>
                {t(`states.${peeked.state}`)}
              </StateBadge>
            ),
            body: <GroupBody group={peeked} members={members} today={today()} />,
          }
        }
        empty={<Empty text={t("empty")} padded={false} />}
      />
    </PageFrame>
  );
}
