import { getTranslations } from "next-intl/server";
import { History } from "#app/_adapters/history";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { CalendarPanel } from "#components/pickup/calendar-panel";
import { PointFields } from "#components/pickup/point-fields";
import { dotKind, standingKind, standingWord } from "#components/pickup/point-state";
import { LinkButton, TextLink } from "#components/ui/button";
import { DialogButton } from "#components/ui/dialog";
import { FactList } from "#components/ui/facts";
import { SelectField, TextareaField } from "#components/ui/fields";
import { ActionButton, Form } from "#components/ui/form";
import { PointMap } from "#components/ui/map";
import { Panel } from "#components/ui/panel";
import { RecordFrame } from "#components/ui/record";
import { StateBadge } from "#components/ui/state-badge";
import { can } from "#lib/identity/rules";
import { allows } from "#lib/kernel/states";
import { leaderChoices, leaderNames } from "#lib/leaders/queries";
import { cities, pointRecord, pointsOnMap, routes } from "#lib/pickup/queries";
import { boxAround, pointTable } from "#lib/pickup/rules";
import { today } from "#lib/platform/clock";
import { changeState, edit, saveCalendar, transfer } from "../actions";

export default async function PointPage({ params }: { params: Promise<{ id: string }> }) {
  const actor = await requireActor("operator");
  const { id } = await params;
  const [t, point] = await page(() => Promise.all([getTranslations("pickup"), pointRecord(actor, id)]));
  const target = { cityId: point.cityId };
  const [mayEdit, mayAssign, maySeeLeaders] = [
    can(actor, "points.edit", target),
    can(actor, "leaders.edit", target),
    can(actor, "leaders.see", target),
  ];
  const [known, lines, choices, names, around] = await Promise.all([
    mayEdit ? cities() : [],
    mayEdit ? routes() : [],
    mayAssign ? leaderChoices(actor, point.cityId) : [],
    leaderNames(point.leaderId ? [point.leaderId] : []),
    pointsOnMap(actor, { cityId: point.cityId }),
  ]);
  const box = boxAround(point, 2_500);
  const near = around.filter((p) => p.lat > box.south && p.lat < box.north && p.lng > box.west && p.lng < box.east);
  const { name } = point;
  const day = today();
  const scopes = [
    { scope: `point:${point.id}`, label: `${t("scopes.point")} ${name}` },
    { scope: `route:${point.routeId}`, label: `${t("scopes.route")} ${point.routeName}` },
    { scope: `warehouse:${point.warehouseId}`, label: `${t("scopes.warehouse")} ${point.warehouseName}` },
    ...(actor.cityIds.length === 0 ? [{ scope: "all", label: t("scopes.all") }] : []),
  ];
  return (
    <RecordFrame
      trail={[{ label: t("title"), href: "/points" }]}
      title={name}
      state={
        <StateBadge kind={standingKind(point)} pill>
          {t(standingWord(point))}
        </StateBadge>
      }
      meta={`${point.cityName} · ${point.district}`}
      deeds={[
        mayEdit && {
          id: "edit",
          label: t("edit"),
          size: "wide",
          dialog: (
            <Form merge action={edit} values={{ id: point.id, version: point.version }} submit={t("save")}>
              <PointFields
                facts={point}
                cities={known.filter((c) => lines.some((r) => r.cityId === c.id))}
                routes={lines}
              />
            </Form>
          ),
        },
        mayEdit &&
          allows(pointTable, point.state, "pause") && {
            id: "pause",
            label: t("pause"),
            action: changeState,
            values: { id: point.id, event: "pause" },
            confirmation: {
              title: t("pauseTitle", { name }),
              text: t("pauseText"),
              verb: t("pauseVerb"),
              reason: "required",
            },
          },
        mayEdit &&
          allows(pointTable, point.state, "close") && {
            id: "close",
            label: t("close"),
            tone: "danger",
            action: changeState,
            values: { id: point.id, event: "close" },
            confirmation: {
              title: t("closeTitle", { name }),
              text: t("closeText"),
              verb: t("closeVerb"),
              tone: "danger-fill",
              reason: "required",
            },
          },
      ]}
      primary={
        mayEdit &&
        allows(pointTable, point.state, "open") &&
        point.leaderId && (
          <ActionButton action={changeState} values={{ id: point.id, event: "open" }} tone="primary">
            {t("open")}
          </ActionButton>
        )
      }
      side={
        <Panel title={t("nearby")} flush>
          <PointMap
            label={t("nearby")}
            height={280}
            points={near.map((p) => ({
              ...p,
              kind: p.id === point.id ? ("chosen" as const) : dotKind(p),
              href: p.id === point.id ? undefined : `/points/${p.id}`,
            }))}
          />
        </Panel>
      }
      history={<History kind="point" id={point.id} entries={point.timeline} />}
    >
      <Panel title={t("facts")}>
        <FactList
          columns={2}
          facts={[
            { label: t("address"), value: point.address },
            { label: t("hours"), value: `${point.opensAt}–${point.closesAt}` },
            { label: t("route"), value: point.routeName },
            { label: t("warehouse"), value: point.warehouseName },
            { label: t("leadDays"), value: `${point.routeLeadDays} ${t("days")}`, note: t("leadDaysHint") },
            { label: `${t("lat")} / ${t("lng")}`, value: `${point.lat}, ${point.lng}`, note: "GCJ-02" },
          ]}
        />
      </Panel>
      <Panel
        title={t("leader")}
        actions={
          mayAssign &&
          point.state !== "closed" && (
            <DialogButton
              label={point.leaderId ? t("transfer") : t("assign")}
              size="small"
              title={t("transferTitle", { name })}
            >
              <Form action={transfer} values={{ pointId: point.id }} submit={t("transferSubmit")} guard={false}>
                <p className="text-muted">{t("transferHint")}</p>
                <SelectField
                  name="toLeaderId"
                  label={t("transferTo")}
                  options={choices
                    .filter((c) => c.id !== point.leaderId)
                    .map((c) => ({ value: c.id, label: `${c.name} ${c.phone}` }))}
                />
                <TextareaField name="reason" label={t("reason")} rows={2} />
              </Form>
            </DialogButton>
          )
        }
      >
        {point.leaderId ? (
          maySeeLeaders ? (
            <TextLink href={`/leaders/${point.leaderId}`}>{names.get(point.leaderId) ?? ""}</TextLink>
          ) : (
            names.get(point.leaderId)
          )
        ) : (
          <span className="flex flex-wrap items-center gap-3">
            <StateBadge kind="attention">{t("noLeader")}</StateBadge>
            {maySeeLeaders && (
              <LinkButton href="/leaders/applications" size="small">
                {t("assign")}
              </LinkButton>
            )}
          </span>
        )}
      </Panel>
      <CalendarPanel rows={point.calendar} scopes={scopes} today={day} mayEdit={mayEdit} action={saveCalendar} />
    </RecordFrame>
  );
}
