import { getTranslations } from "next-intl/server";
import { History } from "#app/_adapters/history";
import { page } from "#app/_adapters/page";
import { requireActor } from "#app/_adapters/session";
import { ItemPicker } from "#components/campaigns/item-picker";
import { SessionFields } from "#components/campaigns/session-fields";
import { SessionItems } from "#components/campaigns/session-items";
import { phaseKind } from "#components/campaigns/session-state";
import { SlotList } from "#components/campaigns/slot-list";
import { LinkButton, TextLink } from "#components/ui/button";
import { ConfirmButton } from "#components/ui/confirm-dialog";
import { Countdown } from "#components/ui/countdown";
import { DialogButton } from "#components/ui/dialog";
import { Empty } from "#components/ui/empty";
import { FactList } from "#components/ui/facts";
import { CheckboxField, DateField } from "#components/ui/fields";
import { ActionButton, Form } from "#components/ui/form";
import { DayText, Moment } from "#components/ui/moment";
import { Panel } from "#components/ui/panel";
import { RecordFrame } from "#components/ui/record";
import { StateBadge, StateNote } from "#components/ui/state-badge";
import { type SessionRecord, sessionRecord } from "#lib/campaigns/queries/sessions";
import { sessionPhase } from "#lib/campaigns/rules";
import { can } from "#lib/identity/rules";
import { addDays, momentText } from "#lib/kernel/time";
import { cities, servedCities } from "#lib/pickup/queries";
import { now, today } from "#lib/platform/clock";
import { cancelSlotAction, publishSlotAction } from "../../flash/actions";
import { add, cancel, change, clone, cutOffNow, edit, pause, publish, remove, reprice, resume } from "../actions";

export default async function SessionPage({ params }: { params: Promise<{ id: string }> }) {
  const actor = await requireActor("operator");
  const { id } = await params;
  const [t, session, known, served] = await page(() =>
    Promise.all([getTranslations("campaigns"), sessionRecord(actor, id), cities(), servedCities()]),
  );
  const at = now();
  const day = today();
  const phase = sessionPhase(session, at);
  const target = { cityIds: session.cityIds };
  const [mayEdit, mayPublish, mayCutOff, mayFlash] = [
    can(actor, "sessions.edit", target),
    can(actor, "sessions.publish", target),
    can(actor, "sessions.cutOff", target),
    can(actor, "flash.edit", target),
  ];
  const isDraft = session.state === "draft";
  const isOpen = isDraft || session.state === "published";
  const standing = session.items.filter((i) => i.state !== "closed");
  const losses = session.problems.filter((p) => p.isWarning);
  const blocking = session.problems.filter((p) => !p.isWarning);
  const cityNames = Object.fromEntries(known.filter((c) => session.cityIds.includes(c.id)).map((c) => [c.id, c.name]));
  const clashes = [...new Set(session.clashes.map((c) => c.otherSessionId))].flatMap((other) => {
    const [first, ...rest] = session.clashes.filter((c) => c.otherSessionId === other);
    return first
      ? [
          [
            first,
            [first, ...rest].map((c) => c.offerId),
            [first, ...rest]
              .slice(0, 5)
              .map((c) => c.name)
              .join("、"),
          ] as const,
        ]
      : [];
  });
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
          isOpen && {
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
        mayPublish &&
        isDraft &&
        blocking.length === 0 &&
        session.clashes.length === 0 && (
          <ConfirmButton
            label={t("publish")}
            tone="primary"
            action={publish}
            values={{ sessionId: session.id, opens: opensAt }}
            confirmation={{
              title: t("publishTitle", { name: session.name }),
              text: (
                <div className="flex flex-col gap-3">
                  <p>{t("publishText", { items: standing.length, opensAt, cutoffAt })}</p>
                  <DifferenceFacts difference={session.difference} />
                </div>
              ),
              verb: t("publishVerb", { items: standing.length }),
            }}
          >
            {losses.length > 0 && (
              <CheckboxField name="acceptLoss" label={t("publishLoss", { count: losses.length })} />
            )}
          </ConfirmButton>
        )
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
      {isDraft && (session.problems.length > 0 || clashes.length > 0) && (
        <div className="flex flex-col gap-2">
          {session.problems.map((p) => (
            <StateNote key={`${p.code} ${p.offerId}`} kind={p.isWarning ? "attention" : "failed"}>
              {t(`problems.${p.code}`, { name: p.name ?? "" })}
            </StateNote>
          ))}
          {clashes.map(([c, offerIds, names]) => (
            <StateNote
              key={c.otherSessionId}
              kind="failed"
              action={
                <span className="flex gap-2">
                  <LinkButton href={`/sessions/${c.otherSessionId}`} size="small">
                    {t("clashOpen")}
                  </LinkButton>
                  {mayEdit && (
                    <ActionButton action={remove} values={{ offerIds }} size="small">
                      {t("clashRemove", { count: offerIds.length })}
                    </ActionButton>
                  )}
                </span>
              }
            >
              {t("clash", {
                names,
                other: c.otherName,
                window: `${momentText(c.startsAt, day)}–${momentText(c.endsAt, day)}`,
              })}
            </StateNote>
          ))}
        </div>
      )}
      {isDraft && session.problems.length === 0 && clashes.length === 0 && (
        <StateNote kind="done">{t("ready")}</StateNote>
      )}
      <Panel
        title={t("items")}
        note={session.state === "published" ? t("totalsNote") : undefined}
        flush
        actions={
          mayEdit &&
          isDraft && (
            <DialogButton
              label={t("addItems")}
              title={t("addItemsTitle", { name: session.name })}
              size="small"
              tone={standing.length === 0 ? "primary" : "plain"}
            >
              <ItemPicker sessionId={session.id} action={add} />
            </DialogButton>
          )
        }
      >
        <SessionItems
          sessionId={session.id}
          items={session.items}
          cities={cityNames}
          mode={mayEdit && isDraft ? "draft" : mayEdit && session.state === "published" ? "published" : "read"}
          isLive={session.state === "published"}
          actions={{ change, reprice, remove, pause, resume }}
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
            <LinkButton href={`/flash/new?session=${session.id}`} size="small">
              {t("flash.new")}
            </LinkButton>
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
    </RecordFrame>
  );
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
