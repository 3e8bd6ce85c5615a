import { getTranslations } from "next-intl/server";
import { History } from "#app/_adapters/history";
import { page } from "#app/_adapters/page";
import { revealField } from "#app/_adapters/reveal";
import { requireActor } from "#app/_adapters/session";
import { applicationKind } from "#components/leaders/leader-state";
import { LinkButton, TextLink } from "#components/ui/button";
import { nodeColumn, numberColumn } from "#components/ui/columns";
import { ConfirmButton } from "#components/ui/confirm-dialog";
import { FactList } from "#components/ui/facts";
import { SelectField } from "#components/ui/fields";
import { Form } from "#components/ui/form";
import { Lines } from "#components/ui/lines";
import { PointMap } from "#components/ui/map";
import { Moment } from "#components/ui/moment";
import { Panel } from "#components/ui/panel";
import { RecordFrame } from "#components/ui/record";
import { Reveal } from "#components/ui/reveal";
import { StateBadge } from "#components/ui/state-badge";
import { can } from "#lib/identity/rules";
import { applicationRecord } from "#lib/leaders/queries";
import { type ApplicationEvidence, leaderLevels } from "#lib/leaders/schema";
import { pointsOnMap, routes } from "#lib/pickup/queries";
import { boxAround } from "#lib/pickup/rules";
import { today } from "#lib/platform/clock";
import { approve, reject } from "../../actions";

export default async function ApplicationPage({ params }: { params: Promise<{ id: string }> }) {
  const actor = await requireActor("operator");
  const { id } = await params;
  const [t, a] = await page(() => Promise.all([getTranslations("leaders"), applicationRecord(actor, id)]));
  const mayReview = a.state === "submitted" && can(actor, "leaders.review", { cityId: a.cityId });
  const [lines, all] = await Promise.all([
    mayReview ? routes(a.cityId) : [],
    can(actor, "points.see") ? pointsOnMap(actor, { cityId: a.cityId }) : [],
  ]);
  const box = boxAround(a, 2_500);
  const near = all.filter((p) => p.lat > box.south && p.lat < box.north && p.lng > box.west && p.lng < box.east);
  const free = a.evidence.near.filter((p) => p.leaderId === null);
  const sameName = free.find((p) => p.name === a.pointName);
  const day = today();
  return (
    <RecordFrame
      trail={[
        { label: t("title"), href: "/leaders" },
        { label: t("app.title"), href: "/leaders/applications" },
      ]}
      title={a.name}
      state={
        <StateBadge kind={applicationKind[a.state]} pill>
          {t(`app.states.${a.state}`)}
        </StateBadge>
      }
      meta={`${a.cityName} · ${a.district} · ${a.pointName}`}
      primary={a.leaderId && <LinkButton href={`/leaders/${a.leaderId}`}>{t("app.openLeader")}</LinkButton>}
      side={
        <>
          {mayReview && (
            <Panel title={t("app.verdict")}>
              <div className="flex flex-col gap-4">
                <Form action={approve} values={{ id: a.id }} submit={t("app.approve")} guard={false}>
                  <p className="text-muted">{t("app.approveHint")}</p>
                  <SelectField
                    name="pointId"
                    label={t("app.pointChoice")}
                    required={false}
                    defaultValue={sameName?.id}
                    empty={sameName ? undefined : t("app.pointNew", { name: a.pointName })}
                    options={free.map((p) => ({ value: p.id, label: t("app.pointFree", { name: p.name }) }))}
                  />
                  <SelectField
                    name="routeId"
                    label={t("app.route")}
                    required={false}
                    empty={t("app.routeDefault")}
                    options={lines.map((r) => ({ value: r.id, label: `${r.name} · ${r.warehouseName}` }))}
                  />
                  <SelectField
                    name="level"
                    label={t("level")}
                    defaultValue="1"
                    options={leaderLevels.map((n) => ({ value: String(n), label: t("levelOf", { level: n }) }))}
                  />
                </Form>
                <span className="self-start">
                  <ConfirmButton
                    label={t("app.reject")}
                    tone="danger"
                    action={reject}
                    values={{ id: a.id }}
                    confirmation={{
                      title: t("app.rejectTitle", { name: a.name }),
                      text: t("app.rejectText"),
                      verb: t("app.rejectVerb"),
                      tone: "danger-fill",
                      reason: "required",
                    }}
                  />
                </span>
              </div>
            </Panel>
          )}
          {a.decidedAt && (
            <Panel title={t("app.decided")}>
              <FactList
                facts={[
                  { label: t("app.decidedAt"), value: <Moment at={a.decidedAt} today={day} /> },
                  { label: t("app.decidedBy"), value: a.decidedByName ?? "—" },
                  ...(a.decision ? [{ label: t("app.decision"), value: a.decision }] : []),
                ]}
              />
            </Panel>
          )}
        </>
      }
      history={<History kind="leaderApplication" id={a.id} entries={a.timeline} />}
    >
      <Panel title={t("facts")}>
        <FactList
          columns={2}
          facts={[
            {
              label: t("phone"),
              value: (
                <Reveal
                  masked={a.phone}
                  action={can(actor, "pii.reveal") ? revealField : undefined}
                  values={{ field: "leaderApplication.phone", subject: a.id }}
                />
              ),
            },
            { label: t("app.at"), value: <Moment at={a.createdAt} today={day} /> },
            { label: t("app.point"), value: a.pointName },
            { label: t("app.address"), value: `${a.cityName} ${a.district} ${a.address}` },
            { label: t("app.via"), value: a.fromMiniProgram ? t("app.viaMini") : t("app.viaOther") },
            { label: t("app.about"), value: a.about || <span className="text-muted">{t("app.noAbout")}</span> },
          ]}
        />
      </Panel>
      <Panel title={t("app.evidence")} note={t("app.evidenceNote")} flush>
        <PointMap
          label={t("app.evidence")}
          height={260}
          points={[
            ...near.map((p) => ({
              ...p,
              kind: p.leaderId ? ("normal" as const) : ("attention" as const),
              href: `/points/${p.id}`,
            })),
            { id: a.id, name: t("app.mapHere"), lat: a.lat, lng: a.lng, kind: "chosen" as const },
          ]}
        />
        <Lines<ApplicationEvidence["near"][number]>
          label={t("app.evidence")}
          rows={a.evidence.near}
          empty={t("app.evidenceEmpty")}
          columns={[
            nodeColumn({
              id: "point",
              head: t("app.point"),
              grow: true,
              node: (p) => <TextLink href={`/points/${p.id}`}>{p.name}</TextLink>,
            }),
            nodeColumn({
              id: "leader",
              head: t("title"),
              node: (p) =>
                p.leaderId ? (
                  <TextLink href={`/leaders/${p.leaderId}`}>{p.leaderName ?? "—"}</TextLink>
                ) : (
                  <StateBadge kind="attention">{t("noLeader")}</StateBadge>
                ),
            }),
            numberColumn({ id: "distance", head: `${t("app.distance")} (m)`, value: (p) => p.distanceM }),
          ]}
        />
      </Panel>
      {a.evidence.samePhone.length > 0 && (
        <Panel title={t("app.before")} flush>
          <ul>
            {a.evidence.samePhone.map((other) => (
              <li key={other.id} className="flex items-center gap-3 border-b border-separator px-4 py-2 last:border-0">
                <TextLink href={`/leaders/applications/${other.id}`}>
                  <Moment at={other.createdAt} today={day} />
                </TextLink>
                <StateBadge kind={applicationKind[other.state]}>{t(`app.states.${other.state}`)}</StateBadge>
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </RecordFrame>
  );
}
