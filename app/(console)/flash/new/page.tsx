import { forbidden } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { SlotForm } from "#components/campaigns/slot-form";
import { LinkButton } from "#components/ui/button";
import { Empty } from "#components/ui/empty";
import { WindowText } from "#components/ui/moment";
import { PageFrame } from "#components/ui/page-frame";
import { Panel } from "#components/ui/panel";
import { sessionRecord } from "#lib/campaigns/queries/sessions";
import { sessionsOn } from "#lib/campaigns/queries/slots";
import { isInside } from "#lib/campaigns/rules";
import { can } from "#lib/identity/rules";
import { readListParams, type SearchParams } from "#lib/kernel/list";
import { addDays, atClock, type Day } from "#lib/kernel/time";
import { cities } from "#lib/pickup/queries";
import { now, today } from "#lib/platform/clock";
import { createSlot } from "../actions";

const spec = { filters: { day: "day", session: "text", from: "text", to: "text", city: "text" } } as const;

const clock = /^([01]\d|2[0-3]):[0-5]\d$/;

/** The window the address names, the end on the next day when it is no later than the beginning. */
function windowAsked(day: Day, from = "", to = ""): { startsAt: Date; endsAt: Date } | undefined {
  if (!clock.test(from) || !clock.test(to)) return undefined;
  return { startsAt: atClock(day, from), endsAt: atClock(to > from ? day : addDays(day, 1), to) };
}

export default async function NewSlotPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor("operator");
  if (!can(actor, "flash.edit")) forbidden();
  const { filters } = readListParams(await searchParams, spec);
  const at = now();
  const current = today();
  const [t, open] = await page(async () =>
    Promise.all([
      getTranslations("campaigns"),
      sessionsOn(actor, filters.day ?? current).then((all) => all.filter((s) => s.cutoffAt > at)),
    ]),
  );
  const asked = windowAsked(filters.day ?? current, filters.from, filters.to);
  const fitting = open.filter(
    (s) => (!asked || isInside(asked, s)) && (!filters.city || s.cityIds.includes(filters.city)),
  );
  const sessionId = filters.session ?? (fitting.length === 1 ? fitting[0]?.id : undefined);
  const trail = [{ label: t("flash.title"), href: `/flash?day=${filters.day ?? current}` }];
  if (!sessionId) {
    return (
      <PageFrame trail={trail} title={t("flash.new")} narrow>
        <Panel title={t("flash.chooseSession")} flush={open.length > 0}>
          {open.length === 0 ? (
            <Empty
              text={t("flash.noSession")}
              action={<LinkButton href="/sessions/new">{t("new")}</LinkButton>}
              padded={false}
            />
          ) : (
            <ul>
              {open.map((s) => (
                <li
                  key={s.id}
                  className="flex flex-wrap items-center gap-3 border-b border-separator px-4 py-2 last:border-0"
                >
                  <b>{s.name}</b>
                  <WindowText from={s.opensAt} to={s.cutoffAt} today={current} />
                  <span className="ml-auto">
                    <LinkButton
                      href={`/flash/new?${new URLSearchParams({ session: s.id, ...(asked ? { day: filters.day ?? current, from: filters.from ?? "", to: filters.to ?? "" } : {}) })}`}
                      size="small"
                    >
                      {t("flash.new")}
                    </LinkButton>
                  </span>
                </li>
              ))}
            </ul>
          )}
        </Panel>
      </PageFrame>
    );
  }
  const [session, known] = await page(() => Promise.all([sessionRecord(actor, sessionId), cities()]));
  const names = Object.fromEntries(known.filter((c) => session.cityIds.includes(c.id)).map((c) => [c.id, c.name]));
  return (
    <PageFrame
      trail={trail}
      title={t("flash.newIn", { name: session.name })}
      meta={<WindowText from={session.opensAt} to={session.cutoffAt} today={current} />}
    >
      <SlotForm
        session={{
          id: session.id,
          opensAt: session.opensAt,
          cutoffAt: session.cutoffAt,
          isPublished: session.state === "published",
        }}
        items={session.items.filter((i) => i.state === "active" || i.state === "draft")}
        slots={session.slots.filter((s) => s.state !== "cancelled")}
        cities={names}
        now={at}
        asked={asked}
        action={createSlot}
      />
    </PageFrame>
  );
}
