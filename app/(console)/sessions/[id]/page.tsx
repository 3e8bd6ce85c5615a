import { getTranslations } from "next-intl/server";
import { History } from "#app/_adapters/history";
import { Minimums } from "#app/_adapters/minimums";
import { page } from "#app/_adapters/page";
import { PlanPanels, PublishBrief } from "#app/_adapters/plan";
import { requireActor } from "#app/_adapters/session";
import { ConflictList } from "#components/campaigns/conflict-list";
import { ItemPicker } from "#components/campaigns/item-picker";
import { PriceRequests } from "#components/campaigns/price-requests";
import { SessionFields } from "#components/campaigns/session-fields";
import { SessionItems } from "#components/campaigns/session-items";
import { phaseKind } from "#components/campaigns/session-state";
import { SlotList } from "#components/campaigns/slot-list";
import { TemplateFill } from "#components/campaigns/template-fill";
import { LinkButton, TextLink } from "#components/ui/button";
import { ConfirmButton } from "#components/ui/confirm-dialog";
import { Countdown } from "#components/ui/countdown";
import { DialogButton } from "#components/ui/dialog";
import { Empty } from "#components/ui/empty";
import { FactList } from "#components/ui/facts";
import { DateField, DatetimeField, TextField } from "#components/ui/fields";
import { FieldRow, Form } from "#components/ui/form";
import { DayText, Moment } from "#components/ui/moment";
import { Panel } from "#components/ui/panel";
import { RecordFrame } from "#components/ui/record";
import { StateBadge, StateNote } from "#components/ui/state-badge";
import { type SessionRecord, sessionRecord } from "#lib/campaigns/queries/sessions";
import { templatesOf } from "#lib/campaigns/queries/templates";
import { blocking, needsSecond, sessionPhase } from "#lib/campaigns/rules";
import { can } from "#lib/identity/rules";
import { yuan } from "#lib/kernel/money";
import { addDays, hour, later, momentText } from "#lib/kernel/time";
import { priceDropsOf } from "#lib/orders/queries/price-drops";
import { cities, servedCities } from "#lib/pickup/queries";
import { now, today } from "#lib/platform/clock";
import { cancelSlotAction, publishSlotAction } from "../../flash/actions";
import {
  add,
  approve,
  bulkEdit,
  cancel,
  change,
  clone,
  cutOffNow,
  decide,
  edit,
  fill,
  forgetTemplate,
  hold,
  keepTemplate,
  move,
  pause,
  publish,
  refundDrop,
  release,
  remove,
  reprice,
  resume,
  sendBack,
  stop,
} from "../actions";

export default async function SessionPage({ params }: { params: Promise<{ id: string }> }) {
  const actor = await requireActor("operator");
  const { id } = await params;
  const [t, tp, session, known, served, templates, slotTemplates, drops] = await page(() =>
    Promise.all([
      getTranslations("campaigns"),
      getTranslations("planning"),
      sessionRecord(actor, id),
      cities(),
      servedCities(),
      templatesOf(actor, "session"),
      templatesOf(actor, "slot"),
      priceDropsOf(actor, id),
    ]),
  );
  const at = now();
  const day = today();
  const phase = sessionPhase(session, at);
  const target = { cityIds: session.cityIds };
  const [mayEdit, mayPublish, mayCutOff, mayFlash, mayApprove] = [
    can(actor, "sessions.edit", target),
    can(actor, "sessions.publish", target),
    can(actor, "sessions.cutOff", target),
    can(actor, "flash.edit", target),
    can(actor, "sessions.approve", target),
  ];
  const isDraft = session.state === "draft";
  const isOpen = isDraft || session.state === "published";
  const standing = session.items.filter((i) => i.state !== "closed");
  const isWaiting = session.state === "inReview";
  const blocks = blocking(session.conflicts);
  const asking = session.conflicts.filter((c) => c.code === "belowCost" || c.code === "marginUnderRule").length;
  const isAsking = needsSecond(session.conflicts);
  const cityNames = Object.fromEntries(known.filter((c) => session.cityIds.includes(c.id)).map((c) => [c.id, c.name]));
  const plan = { sessionId: session.id, againstId: session.difference?.against.id ?? null };
  const opensAt = momentText(session.opensAt, day);
  const cutoffAt = momentText(session.cutoffAt, day);
  return (
    <RecordFrame
      trail={[{ label: t("title"), href: "/sessions" }]}
      title={session.name}
      state={
        <StateBadge kind={phaseKind[phase]} pill>
          {t(`phases.${phase}`)}
        </StateBadge>
      }
      next={
        phase === "live" || phase === "scheduled" ? (
          <span>
            <span className="text-muted">{t(phase === "live" ? "cutoffAt" : "opensAt")}</span>{" "}
            <Countdown
              until={(phase === "live" ? session.cutoffAt : session.opensAt).toISOString()}
              now={at.toISOString()}
            />
          </span>
        ) : undefined
      }
      deeds={[
        session.publishedAt !== null && {
          id: "live",
          label: (await getTranslations("watch.board"))("open"),
          href: `/sessions/${session.id}/live`,
        },
        session.publishedAt !== null && {
          id: "results",
          label: (await getTranslations("price"))("results.open"),
          href: `/sessions/${session.id}/results`,
        },
        mayEdit &&
          isDraft && {
            id: "edit",
            label: t("edit"),
            size: "wide",
            dialog: (
              <Form merge action={edit} values={{ id: session.id, version: session.version }} submit={t("save")}>
                <SessionFields
                  facts={session}
                  cities={known.filter((c) => session.cityIds.includes(c.id) || served.some((s) => s.id === c.id))}
                />
              </Form>
            ),
          },
        mayEdit && {
          id: "clone",
          label: t("clone"),
          dialog: (
            <Form action={clone} values={{ fromId: session.id }} submit={t("cloneSubmit")} guard={false}>
              <DateField
                name="businessDay"
                label={t("cloneTo")}
                defaultValue={addDays(session.businessDay >= day ? session.businessDay : day, 1)}
                hint={t("cloneHint")}
              />
            </Form>
          ),
        },
        mayEdit &&
          (isDraft || phase === "scheduled" || phase === "live") && {
            id: "move",
            label: tp("move.session"),
            dialog: (
              <Form
                merge
                action={move}
                values={{ sessionId: session.id, version: session.version }}
                submit={tp("move.submit")}
              >
                {phase === "live" && <p className="text-muted">{tp("move.liveHint")}</p>}
                <DateField
                  name="businessDay"
                  label={t("businessDay")}
                  defaultValue={session.businessDay}
                  disabled={phase === "live"}
                />
                <FieldRow>
                  {phase === "live" ? (
                    <input type="hidden" name="opensAt" value={session.opensAt.toISOString()} />
                  ) : (
                    <DatetimeField name="opensAt" label={t("opensAt")} defaultAt={session.opensAt} />
                  )}
                  <DatetimeField name="cutoffAt" label={t("cutoffAt")} defaultAt={session.cutoffAt} />
                </FieldRow>
              </Form>
            ),
          },
        mayPublish &&
          (phase === "live" || phase === "scheduled") &&
          (session.pausedAt
            ? { id: "release", label: tp("hold.resume"), action: release, values: { sessionId: session.id } }
            : {
                id: "hold",
                label: tp("hold.pause"),
                action: hold,
                values: { sessionId: session.id },
                confirmation: {
                  title: tp("hold.pauseTitle", { name: session.name }),
                  text: tp("hold.pauseText"),
                  verb: tp("hold.pause"),
                  tone: "danger-fill",
                  reason: "required",
                },
              }),
        mayApprove &&
          isWaiting && {
            id: "return",
            label: tp("review.sendBack"),
            action: sendBack,
            values: { sessionId: session.id },
            confirmation: {
              title: tp("review.sendBackTitle", { name: session.name }),
              verb: tp("review.sendBack"),
              reason: "required",
            },
          },
        mayEdit &&
          standing.length > 0 && {
            id: "template",
            label: tp("templates.save"),
            dialog: (
              <Form
                action={keepTemplate}
                values={{ sessionId: session.id }}
                submit={tp("templates.save")}
                guard={false}
              >
                <TextField name="name" label={tp("templates.name")} maxLength={60} />
              </Form>
            ),
          },
        mayCutOff &&
          session.state === "published" &&
          phase === "live" && {
            id: "cutOff",
            label: t("cutOffNow"),
            action: cutOffNow,
            values: { sessionId: session.id },
            confirmation: {
              title: t("cutOffTitle"),
              text: t("cutOffText", { cutoffAt }),
              verb: t("cutOffVerb"),
              tone: "danger-fill",
              reason: "required",
            },
          },
        mayPublish &&
          (isOpen || isWaiting) && {
            id: "cancel",
            label: t("cancel"),
            tone: "danger",
            action: cancel,
            values: { sessionId: session.id },
            confirmation: {
              title: t("cancelTitle", { name: session.name }),
              text: isDraft ? t("cancelDraftText") : t("cancelText"),
              verb: t("cancelVerb"),
              tone: "danger-fill",
              reason: "required",
            },
          },
      ]}
      primary={
        mayApprove && isWaiting && session.submittedBy !== actor.id && blocks.length === 0 ? (
          <ConfirmButton
            label={tp("review.approve")}
            tone="primary"
            action={approve}
            values={{ sessionId: session.id }}
            confirmation={{
              title: tp("review.approveTitle", { name: session.name }),
              text: (
                <div className="flex flex-col gap-3">
                  <p>{tp("review.approveText")}</p>
                  <PublishBrief of={plan} />
                </div>
              ),
              verb: tp("review.approve"),
            }}
          />
        ) : (
          mayPublish &&
          isDraft &&
          blocks.length === 0 && (
            <ConfirmButton
              label={isAsking ? tp("review.submit") : t("publish")}
              tone="primary"
              action={publish}
              values={{ sessionId: session.id, opens: opensAt }}
              confirmation={{
                title: t("publishTitle", { name: session.name }),
                text: (
                  <div className="flex flex-col gap-3">
                    <p>{t("publishText", { items: standing.length, opensAt, cutoffAt })}</p>
                    {isAsking && <p>{tp("review.submitText", { count: asking })}</p>}
                    <PublishBrief of={plan} />
                  </div>
                ),
                verb: isAsking ? tp("review.submit") : t("publishVerb", { items: standing.length }),
              }}
            />
          )
        )
      }
      notes={
        <>
          {session.pausedAt && <StateNote kind="frozen">{tp("hold.isPaused")}</StateNote>}
          {isWaiting && (
            <StateNote kind="attention">
              {tp("review.waits", {
                name: session.submittedByName ?? "",
                at: session.submittedAt ? momentText(session.submittedAt, day) : "",
              })}
            </StateNote>
          )}
          {isDraft && session.reviewNote && (
            <StateNote kind="attention">{tp("review.returned", { note: session.reviewNote })}</StateNote>
          )}
        </>
      }
      side={
        <>
          <Panel title={t("facts")}>
            <FactList
              facts={[
                { label: t("businessDay"), value: <DayText day={session.businessDay} today={day} /> },
                { label: t("opensAt"), value: <Moment at={session.opensAt} today={day} /> },
                { label: t("cutoffAt"), value: <Moment at={session.cutoffAt} today={day} /> },
                { label: t("lateNotice"), value: `${session.lateNoticeMinutes} ${t("minutes")}` },
                { label: t("cities"), value: Object.values(cityNames).join("、") },
                ...(isDraft
                  ? []
                  : [
                      {
                        label: t("orders"),
                        value: <TextLink href={`/orders?saleSessionId=${session.id}`}>{t("openOrders")}</TextLink>,
                      },
                    ]),
              ]}
            />
          </Panel>
          {session.difference && (
            <Panel
              title={t("difference", { name: session.difference.against.name })}
              note={<DayText day={session.difference.against.businessDay} today={day} />}
            >
              <DifferenceFacts difference={session.difference} />
            </Panel>
          )}
        </>
      }
      history={<History kind="session" id={session.id} entries={session.timeline} />}
    >
      <ConflictList conflicts={session.conflicts} {...(mayEdit && isDraft ? { remove, lower: change } : {})} />
      {isDraft && session.conflicts.length === 0 && <StateNote kind="done">{t("ready")}</StateNote>}
      <Minimums of={{ sessionId: session.id }} />
      <PriceRequests requests={session.requests} me={actor.id} mayApprove={mayApprove} action={decide} />
      {drops.length > 0 && (
        <Panel title={tp("drops.title")}>
          <div className="flex flex-col gap-2">
            {drops.map((d) => (
              <StateNote
                key={d.changeId}
                kind="attention"
                action={
                  <ConfirmButton
                    label={tp("drops.refund")}
                    size="small"
                    action={refundDrop}
                    values={{ changeId: d.changeId }}
                    confirmation={{
                      title: tp("drops.confirmTitle"),
                      text: tp("drops.confirmText", { orders: d.orders, amount: yuan(d.amountFen) }),
                      verb: tp("drops.verb", { amount: yuan(d.amountFen) }),
                      typeAmountFen: d.amountFen,
                    }}
                  />
                }
              >
                {tp("drops.line", {
                  name: d.name,
                  from: yuan(d.fromFen),
                  to: yuan(d.toFen),
                  orders: d.orders,
                  amount: yuan(d.amountFen),
                })}
              </StateNote>
            ))}
          </div>
        </Panel>
      )}
      <Panel
        title={t("items")}
        note={session.state === "published" ? t("totalsNote") : undefined}
        flush
        actions={
          mayEdit &&
          isDraft && (
            <>
              <TemplateFill templates={templates} sessionId={session.id} fill={fill} drop={forgetTemplate} />
              <DialogButton
                label={t("addItems")}
                title={t("addItemsTitle", { name: session.name })}
                size="small"
                tone={standing.length === 0 ? "primary" : "plain"}
              >
                <ItemPicker sessionId={session.id} action={add} />
              </DialogButton>
            </>
          )
        }
      >
        <SessionItems
          sessionId={session.id}
          items={session.items}
          cities={cityNames}
          mode={mayEdit && isDraft ? "draft" : mayEdit && session.state === "published" ? "published" : "read"}
          isLive={session.state === "published"}
          rule={session.rule}
          actions={{ change, reprice, remove, pause, resume, stop, bulk: bulkEdit }}
          empty={<Empty text={t("itemsEmpty")} padded={false} />}
        />
      </Panel>
      <Panel
        title={t("flash.title")}
        flush
        actions={
          mayFlash &&
          isOpen &&
          phase !== "closing" &&
          standing.length > 0 && (
            <>
              <TemplateFill
                templates={slotTemplates}
                sessionId={session.id}
                window={firstWindow(session, at)}
                fill={fill}
                drop={forgetTemplate}
              />
              <LinkButton href={`/flash/new?session=${session.id}`} size="small">
                {t("flash.new")}
              </LinkButton>
            </>
          )
        }
      >
        <SlotList
          slots={session.slots}
          sessionItems={session.items}
          now={at}
          today={day}
          mayEdit={mayFlash && isOpen}
          published={new Set(session.state === "published" ? [session.id] : [])}
          actions={{ publish: publishSlotAction, cancel: cancelSlotAction }}
        />
      </Panel>
      <PlanPanels of={plan} offers={standing} isDraft={isDraft || isWaiting} />
    </RecordFrame>
  );
}

/** An hour for a new slot: the next full one in which the session sells, or its last. */
function firstWindow(session: { opensAt: Date; cutoffAt: Date }, at: Date) {
  const next = new Date(Math.ceil(Math.max(at.getTime(), session.opensAt.getTime()) / hour) * hour);
  const endsAt = new Date(Math.min(later(next, hour).getTime(), session.cutoffAt.getTime()));
  return { startsAt: next < endsAt ? next : later(endsAt, -hour), endsAt };
}

async function DifferenceFacts({ difference }: { difference: SessionRecord["difference"] }) {
  const t = await getTranslations("campaigns");
  if (!difference) return <p className="text-muted">{t("differenceNone")}</p>;
  const parts = (["added", "removed", "dearer", "cheaper", "same"] as const).filter((key) => difference[key] > 0);
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1">
      {parts.map((key) => (
        <li key={key}>
          <span className="text-muted">{t(key)}</span> <b className="tabular-nums">{difference[key]}</b>
        </li>
      ))}
    </ul>
  );
}
