import { getTranslations } from "next-intl/server";
import { History } from "#app/_adapters/history";
import { page } from "#app/_adapters/page";
import { revealField } from "#app/_adapters/reveal";
import { requireActor } from "#app/_adapters/session";
import { leaderKind } from "#components/leaders/leader-state";
import { TextLink } from "#components/ui/button";
import { DialogButton } from "#components/ui/dialog";
import { FactList } from "#components/ui/facts";
import { SelectField, TextareaField } from "#components/ui/fields";
import { ActionButton, Form } from "#components/ui/form";
import { Moment } from "#components/ui/moment";
import { Panel } from "#components/ui/panel";
import { RecordFrame } from "#components/ui/record";
import { Reveal } from "#components/ui/reveal";
import { StateBadge } from "#components/ui/state-badge";
import { can } from "#lib/identity/rules";
import { allows } from "#lib/kernel/states";
import { leaderChoices, leaderRecord } from "#lib/leaders/queries";
import { leaderTable } from "#lib/leaders/rules";
import { leaderLevels } from "#lib/leaders/schema";
import { today } from "#lib/platform/clock";
import { transfer } from "../../points/actions";
import { changeState, saveLevel } from "../actions";

export default async function LeaderPage({ params }: { params: Promise<{ id: string }> }) {
  const actor = await requireActor("operator");
  const { id } = await params;
  const [t, tp, leader] = await page(() =>
    Promise.all([getTranslations("leaders"), getTranslations("pickup"), leaderRecord(actor, id)]),
  );
  const mayEdit = can(actor, "leaders.edit", { cityId: leader.cityId });
  const choices =
    mayEdit && leader.points.length > 0
      ? (await leaderChoices(actor, leader.cityId)).filter((c) => c.id !== leader.id)
      : [];
  const { name } = leader;
  const day = today();
  return (
    <RecordFrame
      trail={[{ label: t("title"), href: "/leaders" }]}
      title={name}
      state={
        <StateBadge kind={leaderKind[leader.state]} pill>
          {t(`states.${leader.state}`)}
        </StateBadge>
      }
      meta={`${leader.cityName} · ${t("levelOf", { level: leader.level })}`}
      deeds={[
        mayEdit &&
          leader.state !== "left" && {
            id: "level",
            label: t("setLevel"),
            title: t("setLevelTitle", { name }),
            dialog: (
              <Form
                merge
                action={saveLevel}
                values={{ id: leader.id, version: leader.version }}
                submit={t("setLevelSubmit")}
              >
                <SelectField
                  name="level"
                  label={t("level")}
                  hint={t("setLevelHint")}
                  defaultValue={String(leader.level)}
                  options={leaderLevels.map((n) => ({ value: String(n), label: t("levelOf", { level: n }) }))}
                />
                <TextareaField name="reason" label={t("reason")} rows={2} />
              </Form>
            ),
          },
        mayEdit &&
          allows(leaderTable, leader.state, "pause") && {
            id: "pause",
            label: t("pause"),
            action: changeState,
            values: { id: leader.id, event: "pause" },
            confirmation: {
              title: t("pauseTitle", { name }),
              text: t("pauseText"),
              verb: t("pauseVerb"),
              reason: "required",
            },
          },
        mayEdit &&
          allows(leaderTable, leader.state, "leave") &&
          leader.points.length === 0 && {
            id: "leave",
            label: t("leave"),
            tone: "danger",
            action: changeState,
            values: { id: leader.id, event: "leave" },
            confirmation: {
              title: t("leaveTitle", { name }),
              text: t("leaveText"),
              verb: t("leaveVerb"),
              tone: "danger-fill",
              reason: "required",
            },
          },
      ]}
      primary={
        mayEdit &&
        allows(leaderTable, leader.state, "resume") && (
          <ActionButton action={changeState} values={{ id: leader.id, event: "resume" }} tone="primary">
            {t("resume")}
          </ActionButton>
        )
      }
      history={<History kind="leader" id={leader.id} entries={leader.timeline} />}
    >
      <Panel title={t("facts")}>
        <FactList
          columns={2}
          facts={[
            {
              label: t("phone"),
              value: (
                <Reveal
                  masked={leader.phone}
                  action={can(actor, "pii.reveal") ? revealField : undefined}
                  values={{ field: "leader.phone", subject: leader.id }}
                />
              ),
            },
            { label: t("city"), value: leader.cityName },
            { label: t("level"), value: t("levelOf", { level: leader.level }) },
            {
              label: t("payable"),
              value: leader.canBePaid ? t("payableYes") : <StateBadge kind="attention">{t("payableNo")}</StateBadge>,
            },
            { label: t("since"), value: <Moment at={leader.createdAt} today={day} /> },
            {
              label: t("orders"),
              value: <TextLink href={`/orders?leaderId=${leader.id}`}>{t("openOrders")}</TextLink>,
            },
          ]}
        />
      </Panel>
      <Panel title={t("points")} flush={leader.points.length > 0}>
        {leader.points.length === 0 ? (
          <StateBadge kind="attention">{t("noPoints")}</StateBadge>
        ) : (
          <ul>
            {leader.points.map((point) => (
              <li
                key={point.id}
                className="flex min-h-11 flex-wrap items-center gap-3 border-b border-separator px-4 py-1.5 last:border-0"
              >
                <TextLink href={`/points/${point.id}`}>{point.name}</TextLink>
                {choices.length > 0 && (
                  <span className="ml-auto">
                    <DialogButton label={tp("transfer")} size="small" title={tp("transferTitle", { name: point.name })}>
                      <Form
                        action={transfer}
                        values={{ pointId: point.id }}
                        submit={tp("transferSubmit")}
                        guard={false}
                      >
                        <p className="text-muted">{tp("transferHint")}</p>
                        <SelectField
                          name="toLeaderId"
                          label={tp("transferTo")}
                          options={choices.map((c) => ({ value: c.id, label: `${c.name} ${c.phone}` }))}
                        />
                        <TextareaField name="reason" label={tp("reason")} rows={2} />
                      </Form>
                    </DialogButton>
                  </span>
                )}
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </RecordFrame>
  );
}
