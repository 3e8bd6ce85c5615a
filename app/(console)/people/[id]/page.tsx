import { getTranslations } from "next-intl/server";
import { History } from "#app/_adapters/history";
import { page } from "#app/_adapters/page";
import { revealField } from "#app/_adapters/reveal";
import { currentSignInId, requireActor } from "#app/_adapters/session";
import { RecordTimeline } from "#components/audit/record-timeline";
import { LinkDialog } from "#components/identity/link-dialog";
import { personKind } from "#components/identity/person-state";
import { ConfirmButton } from "#components/ui/confirm-dialog";
import { FactList } from "#components/ui/facts";
import { CheckboxGroup, TextareaField } from "#components/ui/fields";
import { ActionButton, Form } from "#components/ui/form";
import { Moment } from "#components/ui/moment";
import { Panel } from "#components/ui/panel";
import { RecordFrame } from "#components/ui/record";
import { Reveal } from "#components/ui/reveal";
import { StateBadge, Tag } from "#components/ui/state-badge";
import { timelineOf } from "#lib/audit/queries";
import { personRecord, scopeChoices } from "#lib/identity/queries/people";
import { can, type Deed, policy } from "#lib/identity/rules";
import { roles } from "#lib/identity/schema";
import { today } from "#lib/platform/clock";
import { disable, enable, endSession, newLink, saveRoles, saveScope } from "../actions";

/** Deeds the person may do, by area: the policy table itself, read for one person. */
function powers(person: {
  kind: "operator" | "supplier" | "leader";
  roles: readonly (typeof roles)[number][];
  supplierRole: "owner" | "staff" | null;
}): [area: string, verbs: string[]][] {
  const actor = {
    ...person,
    id: "",
    name: "",
    cityIds: [],
    siteIds: [],
    supplierId: person.kind === "supplier" ? "x" : null,
    leaderId: person.kind === "leader" ? "x" : null,
    origin: null,
  };
  const areas = new Map<string, string[]>();
  for (const deed of Object.keys(policy) as Deed[]) {
    if (!can(actor, deed)) continue;
    const [area = "", verb = ""] = deed.split(".");
    areas.set(area, [...(areas.get(area) ?? []), verb]);
  }
  return [...areas];
}

export default async function PersonPage({ params }: { params: Promise<{ id: string }> }) {
  const actor = await requireActor("operator");
  const { id } = await params;
  const person = await page(() => personRecord(actor, id));
  const mayEdit = can(actor, "people.edit");
  const isSelf = person.id === actor.id;
  const seen = { userId: person.id, version: person.version };
  const [t, tm, timeline, choices, here] = await Promise.all([
    getTranslations("identity"),
    getTranslations("ui.merge"),
    timelineOf("user", person.id),
    mayEdit ? scopeChoices(actor) : { cities: [], sites: [] },
    currentSignInId(),
  ]);
  const { name } = person;
  const reason = <TextareaField name="reason" label={t("people.reason")} hint={t("people.reasonHint")} rows={2} />;
  const words = (scope: "deeds" | "deedVerbs", key: string) =>
    t.has(`${scope}.${key}` as "deeds.orders") ? t(`${scope}.${key}` as "deeds.orders") : key;
  return (
    <RecordFrame
      trail={[{ label: t("people.title"), href: "/people" }]}
      title={name}
      state={
        <StateBadge kind={personKind[person.state]} pill>
          {t(`people.states.${person.state}`)}
        </StateBadge>
      }
      meta={person.login}
      deeds={
        mayEdit && !isSelf
          ? [
              ...(person.kind === "operator" && person.state !== "disabled"
                ? [
                    {
                      id: "roles",
                      label: t("people.changeRoles"),
                      title: t("people.changeRolesTitle", { name }),
                      dialog: (
                        <Form merge action={saveRoles} submit={t("people.changeRolesSubmit")} values={seen}>
                          <CheckboxGroup
                            name="roles"
                            label={t("people.roles")}
                            hint={t("people.rolesHint")}
                            options={roles.map((role) => ({
                              value: role,
                              label: `${t(`roles.${role}`)} · ${t(`roleNotes.${role}`)}`,
                            }))}
                            defaultValues={person.roles}
                          />
                          {reason}
                        </Form>
                      ),
                    },
                    {
                      id: "limit",
                      label: t("people.limit"),
                      title: t("people.limitTitle", { name }),
                      dialog: (
                        <Form merge action={saveScope} submit={t("people.limitSubmit")} values={seen}>
                          <CheckboxGroup
                            name="cityIds"
                            label={t("people.cities")}
                            hint={t("people.citiesHint")}
                            columns={3}
                            options={choices.cities.map((c) => ({ value: c.id, label: c.name }))}
                            defaultValues={person.cityIds}
                          />
                          <CheckboxGroup
                            name="siteIds"
                            label={t("people.sites")}
                            hint={t("people.sitesHint")}
                            columns={2}
                            options={choices.sites.map((s) => ({ value: s.id, label: s.name }))}
                            defaultValues={person.siteIds}
                          />
                          {reason}
                        </Form>
                      ),
                    },
                  ]
                : []),
              person.state !== "disabled" && {
                id: "disable",
                label: t("people.disable"),
                tone: "danger",
                action: disable,
                values: { userId: person.id },
                confirmation: {
                  title: t("people.disableTitle", { name }),
                  text: t("people.disableText"),
                  verb: t("people.disableSubmit"),
                  tone: "danger-fill",
                  reason: "required",
                },
              },
            ]
          : []
      }
      primary={
        mayEdit &&
        !isSelf &&
        (person.state === "disabled" ? (
          <ConfirmButton
            label={t("people.enable")}
            action={enable}
            values={{ userId: person.id }}
            confirmation={{
              title: t("people.enableTitle", { name }),
              verb: t("people.enableSubmit"),
              reason: "required",
            }}
          />
        ) : (
          person.email && (
            <LinkDialog
              label={t("people.inviteAgain")}
              title={t("people.inviteAgainTitle", { name })}
              text={t("people.inviteAgainText")}
              submit={t("people.inviteAgainSubmit")}
              action={newLink}
              values={{ userId: person.id }}
              tone={person.state === "invited" ? "primary" : "plain"}
            />
          )
        ))
      }
      side={
        <Panel title={t("people.may")} note={t("people.mayHint")}>
          <FactList
            facts={powers(person).map(([area, verbs]) => ({
              label: words("deeds", area),
              value: verbs.map((verb) => words("deedVerbs", verb)).join(tm("and")),
            }))}
          />
        </Panel>
      }
      history={
        can(actor, "people.see") ? (
          <History kind="user" id={person.id} entries={timeline} />
        ) : (
          <Panel title={t("people.timeline")}>
            <RecordTimeline entries={timeline} today={today()} />
          </Panel>
        )
      }
    >
      <Panel title={t("people.facts")}>
        <FactList
          columns={2}
          facts={[
            { label: t("people.kind"), value: t(`people.kinds.${person.kind}`), note: person.belongsTo ?? undefined },
            {
              label: t("people.roles"),
              value:
                person.kind === "operator" ? (
                  <span className="flex flex-wrap gap-1">
                    {person.roles.map((role) => (
                      <Tag key={role}>{t(`roles.${role}`)}</Tag>
                    ))}
                  </span>
                ) : (
                  (person.supplierRole && t(`people.supplierRoles.${person.supplierRole}`)) ||
                  t(`people.kinds.${person.kind}`)
                ),
            },
            { label: t("people.email"), value: person.email ?? "—" },
            {
              label: t("people.phone"),
              value: (
                <Reveal
                  masked={person.phoneMasked}
                  action={
                    person.hasPhone && can(actor, "pii.reveal") && can(actor, "people.see") ? revealField : undefined
                  }
                  values={{ field: "user.phone", subject: person.id }}
                />
              ),
            },
            ...(person.kind === "operator"
              ? [
                  { label: t("people.cities"), value: person.cities.join(tm("and")) || t("people.allCities") },
                  { label: t("people.sites"), value: person.sites.join(tm("and")) || t("people.allSites") },
                ]
              : []),
            { label: t("people.created"), value: <Moment at={person.createdAt} /> },
            {
              label: t("people.lastSignIn"),
              value: person.lastSignInAt ? <Moment at={person.lastSignInAt} /> : t("people.never"),
            },
          ]}
        />
      </Panel>
      <Panel title={t("people.sessions")} flush>
        {person.sessions.length === 0 ? (
          <p className="p-4 text-muted">{t("people.sessionsNone")}</p>
        ) : (
          <ul className="divide-y divide-separator">
            {person.sessions.map((session) => (
              <li key={session.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2">
                <span className="min-w-0 flex-1">
                  <b>{session.device}</b> {session.id === here && <Tag>{t("people.thisDevice")}</Tag>}
                  <span className="block text-xs text-muted">
                    {t.has(`people.viaWords.${session.via}` as "people.viaWords.sms")
                      ? t(`people.viaWords.${session.via}` as "people.viaWords.sms")
                      : session.via}{" "}
                    · {session.ip ?? "—"} · {t("people.since")} <Moment at={session.createdAt} /> · {t("people.seen")}{" "}
                    <Moment at={session.lastSeenAt} />
                  </span>
                </span>
                {(mayEdit || isSelf) && (
                  <ActionButton action={endSession} values={{ signInId: session.id }} size="small">
                    {t("people.revoke")}
                  </ActionButton>
                )}
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </RecordFrame>
  );
}
