import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { SlotList } from "#components/campaigns/slot-list";
import { LinkButton } from "#components/ui/button";
import { Empty } from "#components/ui/empty";
import { LiveRefresh } from "#components/ui/live";
import { PageFrame } from "#components/ui/page-frame";
import { Panel } from "#components/ui/panel";
import { LinkTabs } from "#components/ui/tabs";
import { offersOfSession } from "#lib/campaigns/queries";
import { sessionsOn, slotsOn, slotsPerDay } from "#lib/campaigns/queries/slots";
import { can } from "#lib/identity/rules";
import { readListParams, type SearchParams } from "#lib/kernel/list";
import { addDays, daysFrom, dayText } from "#lib/kernel/time";
import { now, today } from "#lib/platform/clock";
import { cancelSlotAction, publishSlotAction } from "./actions";

const spec = { filters: { day: "day" } } as const;

export default async function FlashPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor("operator");
  const params = readListParams(await searchParams, spec);
  const current = today();
  const day = params.filters.day ?? current;
  const first = day < addDays(current, -1) || day > addDays(current, 5) ? addDays(day, -3) : addDays(current, -1);
  const strip = daysFrom(first, 7);
  const [t, slots, counts, sessions] = await page(() =>
    Promise.all([
      getTranslations("campaigns"),
      slotsOn(actor, day),
      slotsPerDay(actor, first, strip.at(-1) ?? day),
      sessionsOn(actor, day),
    ]),
  );
  const sessionIds = [...new Set(slots.map((s) => s.saleSessionId))];
  const items = (await Promise.all(sessionIds.map((id) => offersOfSession(id)))).flat();
  const published = new Set(sessions.filter((s) => s.state === "published").map((s) => s.id));
  const mayEdit = can(actor, "flash.edit");
  const mayAdd = mayEdit && sessions.some((s) => s.cutoffAt > now());
  const newSlot = mayAdd && (
    <LinkButton href={`/flash/new?day=${day}`} tone="primary">
      {t("flash.new")}
    </LinkButton>
  );
  return (
    <PageFrame
      title={t("flash.title")}
      actions={
        <>
          <LinkButton href="/flash/list">{t("flash.all")}</LinkButton>
          {newSlot}
        </>
      }
      tabs={
        <LinkTabs
          label={t("flash.dayStrip")}
          tabs={strip.map((d) => ({
            href: `/flash?day=${d}`,
            label: d === current ? t("flash.today") : dayText(d, current),
            count: counts.get(d) ?? 0,
            current: d === day,
          }))}
        />
      }
    >
      {day === current && slots.length > 0 && <LiveRefresh topics={["order", "session"]} seconds={10} />}
      {slots.length === 0 ? (
        <Panel>
          <Empty
            text={sessions.length === 0 ? t("flash.noSession") : t("flash.empty")}
            action={
              sessions.length === 0 ? mayEdit && <LinkButton href="/sessions/new">{t("new")}</LinkButton> : newSlot
            }
          />
        </Panel>
      ) : (
        <Panel flush label={t("flash.title")}>
          <SlotList
            slots={slots}
            sessionItems={items}
            now={now()}
            today={current}
            mayEdit={mayEdit}
            published={published}
            showSession
            actions={{ publish: publishSlotAction, cancel: cancelSlotAction }}
          />
        </Panel>
      )}
    </PageFrame>
  );
}
