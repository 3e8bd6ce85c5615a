import { getTranslations } from "next-intl/server";
import { History } from "#app/_adapters/history";
import { Minimums } from "#app/_adapters/minimums";
import { page } from "#app/_adapters/page";
import { PlanPanels, PublishBrief } from "#app/_adapters/plan";
import { requireActor } from "#app/_adapters/session";
import { ConflictList } from "#components/campaigns/conflict-list";
import { PriceRequests } from "#components/campaigns/price-requests";
import { SeriesFields } from "#components/campaigns/series-fields";
import { slotKind } from "#components/campaigns/session-state";
import { SlotItems } from "#components/campaigns/slot-items";
import { LinkButton, TextLink } from "#components/ui/button";
import { ConfirmButton } from "#components/ui/confirm-dialog";
import { Countdown } from "#components/ui/countdown";
import { FactList } from "#components/ui/facts";
import { DatetimeField, SelectField, TextField } from "#components/ui/fields";
import { FieldRow, Form } from "#components/ui/form";
import { LiveRefresh } from "#components/ui/live";
import { DayText, WindowText } from "#components/ui/moment";
import { Panel } from "#components/ui/panel";
import { RecordFrame } from "#components/ui/record";
import { StateBadge, StateNote } from "#components/ui/state-badge";
import { slotRecord } from "#lib/campaigns/queries/slots";
import { blocking, movable, needsSecond, slotPhase } from "#lib/campaigns/rules";
import { can } from "#lib/identity/rules";
import { addDays, momentText } from "#lib/kernel/time";
import { now, today } from "#lib/platform/clock";
import { change, decide, keepTemplate, pause, reprice, resume, stop } from "../../sessions/actions";
import {
  alterSeries,
  approve,
  cancelSlotAction,
  copy,
  dropSeries,
  end,
  hold,
  move,
  publishSlotAction,
  release,
  repeat,
  sendBack,
} from "../actions";

export default async function SlotPage({ params }: { params: Promise<{ id: string }> }) {
  const actor = await requireActor("operator");
  const { id } = await params;
  const [t, tp, tg, slot] = await page(() =>
    Promise.all([
      getTranslations("campaigns"),
      getTranslations("planning"),
      getTranslations("groups"),
      slotRecord(actor, id),
    ]),
  );
  const at = now();
  const day = today();
  const phase = slotPhase(slot, at);
  const target = { cityIds: slot.session.cityIds };
  const [mayEdit, mayApprove] = [can(actor, "flash.edit", target), can(actor, "sessions.approve", target)];
  const blocks = blocking(slot.conflicts);
  const isAsking = needsSecond(slot.conflicts);
  const isOnSale = phase === "scheduled" || phase === "live";
  const how = movable(slot, at);
  const standing = slot.items.filter((i) => i.state !== "closed");
  const perSku = [...new Map(standing.map((o) => [o.skuId, o])).values()].map(
    ({ skuId, priceFen, quota, perPersonLimit }) => ({ skuId, priceFen, quota, perPersonLimit }),
  );
  const sessions = slot.elsewhere.map((s, i) => ({
    value: s.id,
    label: i === 0 ? tp("move.same") : `${s.businessDay} · ${s.name}`,
  }));
  const times = (
    <FieldRow>
      <DatetimeField name="startsAt" label={tp("move.startsAt")} defaultAt={slot.startsAt} />
      <DatetimeField name="endsAt" label={tp("move.endsAt")} defaultAt={slot.endsAt} />
    </FieldRow>
  );
  const into = (
    <SelectField name="sessionId" label={tp("move.into")} defaultValue={slot.saleSessionId} options={sessions} />
  );
  return (
    <RecordFrame
      trail={[{ label: t("flash.title"), href: `/flash?day=${slot.businessDay}` }]}
      title={slot.name}
      state={
        <StateBadge kind={slotKind[phase]} pill>
          {t(`slotPhases.${phase}`)}
        </StateBadge>
      }
      next={
        isOnSale ? (
          <span>
            <span className="text-muted">{tp(phase === "live" ? "move.endsAt" : "move.startsAt")}</span>{" "}
            <Countdown until={(phase === "live" ? slot.endsAt : slot.startsAt).toISOString()} now={at.toISOString()} />
          </span>
        ) : undefined
      }
      deeds={[
        mayEdit &&
          how !== "none" && {
            id: "move",
            label: tp("move.slot"),
            title: tp("move.title"),
            dialog: (
              <Form merge action={move} values={{ slotId: slot.id, version: slot.version }} submit={tp("move.submit")}>
                {how === "end" ? (
                  <>
                    <p className="text-muted">{tp("move.liveHint")}</p>
                    <input type="hidden" name="startsAt" value={slot.startsAt.toISOString()} />
                    <DatetimeField name="endsAt" label={tp("move.endsAt")} defaultAt={slot.endsAt} />
                  </>
                ) : (
                  <>
                    {times}
                    {into}
                  </>
                )}
              </Form>
            ),
          },
        mayEdit && {
          id: "copy",
          label: tp("move.copy"),
          dialog: (
            <Form action={copy} values={{ slotId: slot.id }} submit={tp("move.copySubmit")} guard={false}>
              {times}
              {into}
            </Form>
          ),
        },
        mayEdit &&
          perSku.length > 0 && {
            id: "repeat",
            label: tp("series.button"),
            title: tp("series.title"),
            dialog: (
              <Form action={repeat} values={{ name: slot.name }} submit={tp("series.create")} guard={false}>
                <input type="hidden" name="json:items" value={JSON.stringify(perSku)} />
                <SeriesFields
                  fromDay={addDays(slot.businessDay >= day ? slot.businessDay : day, 1)}
                  minutes={Math.round((slot.endsAt.getTime() - slot.startsAt.getTime()) / 60_000)}
                />
              </Form>
            ),
          },
        mayEdit &&
          slot.seriesId !== null &&
          perSku.length > 0 && {
            id: "alterSeries",
            label: tp("series.change"),
            dialog: (
              <Form
                action={alterSeries}
                values={{ seriesId: slot.seriesId }}
                submit={tp("series.change")}
                guard={false}
              >
                <input type="hidden" name="json:items" value={JSON.stringify(perSku)} />
                <p>{tp("series.changeText")}</p>
              </Form>
            ),
          },
        mayEdit &&
          perSku.length > 0 && {
            id: "template",
            label: tp("templates.save"),
            dialog: (
              <Form action={keepTemplate} values={{ slotId: slot.id }} submit={tp("templates.save")} guard={false}>
                <TextField name="name" label={tp("templates.name")} maxLength={60} />
              </Form>
            ),
          },
        mayEdit &&
          isOnSale &&
          (slot.pausedAt
            ? { id: "release", label: tp("hold.resume"), action: release, values: { slotId: slot.id } }
            : {
                id: "hold",
                label: tp("hold.pause"),
                action: hold,
                values: { slotId: slot.id },
                confirmation: {
                  title: tp("hold.pauseTitle", { name: slot.name }),
                  text: tp("hold.pauseText"),
                  verb: tp("hold.pause"),
                  tone: "danger-fill",
                  reason: "required",
                },
              }),
        mayEdit &&
          phase === "live" && {
            id: "end",
            label: tp("hold.end"),
            tone: "danger",
            action: end,
            values: { slotId: slot.id },
            confirmation: {
              title: tp("hold.endTitle", { name: slot.name }),
              text: tp("hold.endText"),
              verb: tp("hold.end"),
              tone: "danger-fill",
              reason: "required",
            },
          },
        mayApprove &&
          phase === "inReview" && {
            id: "return",
            label: tp("review.sendBack"),
            action: sendBack,
            values: { slotId: slot.id },
            confirmation: {
              title: tp("review.sendBackTitle", { name: slot.name }),
              verb: tp("review.sendBack"),
              reason: "required",
            },
          },
        mayEdit &&
          slot.seriesId !== null && {
            id: "dropSeries",
            label: tp("series.cancel"),
            tone: "danger",
            action: dropSeries,
            values: { seriesId: slot.seriesId },
            confirmation: {
              title: tp("series.cancelTitle"),
              text: tp("series.cancelText"),
              verb: tp("series.cancel"),
              tone: "danger-fill",
              reason: "required",
            },
          },
        mayEdit &&
          phase !== "ended" &&
          phase !== "cancelled" && {
            id: "cancel",
            label: t("flash.cancel"),
            tone: "danger",
            action: cancelSlotAction,
            values: { slotId: slot.id },
            confirmation: {
              title: t("flash.cancelTitle", { name: slot.name }),
              text: t("flash.cancelText"),
              verb: t("flash.cancelVerb"),
              tone: "danger-fill",
              reason: "optional",
            },
          },
      ]}
      primary={
        mayApprove && phase === "inReview" && slot.submittedBy !== actor.id && blocks.length === 0 ? (
          <ConfirmButton
            label={tp("review.approve")}
            tone="primary"
            action={approve}
            values={{ slotId: slot.id }}
            confirmation={{
              title: tp("review.approveTitle", { name: slot.name }),
              text: (
                <div className="flex flex-col gap-3">
                  <p>{tp("review.approveText")}</p>
                  <PublishBrief of={{ slotId: slot.id }} />
                </div>
              ),
              verb: tp("review.approve"),
            }}
          />
        ) : (
          mayEdit &&
          phase === "draft" &&
          slot.session.state === "published" &&
          blocks.length === 0 && (
            <ConfirmButton
              label={isAsking ? tp("review.submit") : t("flash.publish")}
              tone="primary"
              action={publishSlotAction}
              values={{ slotId: slot.id }}
              confirmation={{
                title: t("publishTitle", { name: slot.name }),
                text: <PublishBrief of={{ slotId: slot.id }} />,
                verb: isAsking ? tp("review.submit") : t("flash.publish"),
              }}
            />
          )
        )
      }
      notes={
        <>
          {isOnSale && <LiveRefresh topics={["order", "session"]} seconds={10} />}
          {slot.pausedAt && <StateNote kind="frozen">{tp("hold.isPaused")}</StateNote>}
          {phase === "inReview" && (
            <StateNote kind="attention">
              {tp("review.waits", {
                name: slot.submittedByName ?? "",
                at: slot.submittedAt ? momentText(slot.submittedAt, day) : "",
              })}
            </StateNote>
          )}
          {phase === "draft" && slot.reviewNote && (
            <StateNote kind="attention">{tp("review.returned", { note: slot.reviewNote })}</StateNote>
          )}
          {phase === "draft" && slot.session.state === "draft" && (
            <StateNote kind="draft">{t("flash.draftHint")}</StateNote>
          )}
        </>
      }
      side={
        <Panel title={tp("slot.facts")}>
          <FactList
            facts={[
              {
                label: tp("slot.session"),
                value: <TextLink href={`/sessions/${slot.saleSessionId}`}>{slot.sessionName}</TextLink>,
              },
              { label: t("businessDay"), value: <DayText day={slot.businessDay} today={day} /> },
              { label: tp("slot.window"), value: <WindowText from={slot.startsAt} to={slot.endsAt} today={day} /> },
              { label: tp("slot.kind"), value: tp(`slot.kinds.${slot.kind}`) },
              ...(slot.group ? [{ label: tp("slot.kinds.group"), value: tp("slot.group", slot.group) }] : []),
              { label: tp("slot.createdBy"), value: slot.createdByName },
              ...(slot.seriesId ? [{ label: tp("series.button"), value: tp("series.part") }] : []),
            ]}
          />
          {phase !== "draft" && phase !== "inReview" && (
            <span className="mt-3 flex gap-2">
              {phase !== "cancelled" && (
                <LinkButton href={`/flash/${slot.id}/live`} size="small">
                  {tp("slot.live")}
                </LinkButton>
              )}
              {slot.kind === "group" && (
                <LinkButton href={`/flash/groups?slotId=${slot.id}&view=all`} size="small">
                  {tg("list")}
                </LinkButton>
              )}
              <LinkButton href={`/flash/${slot.id}/results`} size="small">
                {tp("slot.results")}
              </LinkButton>
            </span>
          )}
        </Panel>
      }
      history={<History kind="slot" id={slot.id} entries={slot.timeline} />}
    >
      <ConflictList conflicts={slot.conflicts} {...(mayEdit && phase === "draft" ? { lower: change } : {})} />
      <Minimums of={{ slotId: slot.id }} />
      <PriceRequests requests={slot.requests} me={actor.id} mayApprove={mayApprove} action={decide} />
      <Panel title={tp("slot.items")} flush>
        <SlotItems
          items={phase === "ended" || phase === "cancelled" ? slot.items : standing}
          homes={slot.homes}
          mode={!mayEdit ? "read" : phase === "draft" ? "draft" : isOnSale ? "published" : "read"}
          actions={{ change, reprice, pause, resume, stop }}
        />
      </Panel>
      {phase !== "cancelled" && (
        <PlanPanels of={{ slotId: slot.id }} offers={standing} isDraft={phase === "draft" || phase === "inReview"} />
      )}
    </RecordFrame>
  );
}
